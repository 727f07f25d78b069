/** Small plots below the time line, on its scale, with a needle at the play head. */

import { plotsOf } from "./series.js";

const INSET = 8;
/** Half the slider's thumb: where its travel begins. */
const TOP = 20;
const BOTTOM = 5;

export class Plots {
  /**
   * @param {HTMLElement} place
   * @param {(time: number) => void} seek called when someone points at a time
   */
  constructor(place, seek) {
    this.place = place;
    this.rows = [];
    this.steps = 1;
    const point = (event) => {
      if (event.buttons & 1) seek(this.timeAt(event.clientX));
    };
    place.addEventListener("pointerdown", point);
    place.addEventListener("pointermove", point);
  }

  timeAt(x) {
    const { left, width } = this.place.getBoundingClientRect();
    return Math.round(((x - left - INSET) / (width - 2 * INSET)) * this.steps);
  }

  /** @param {import("./episode.js").Episode} episode */
  setEpisode(episode) {
    this.steps = episode.steps;
    this.preparation = episode.counts.preparation;
    this.rows = plotsOf(episode).map(makeRow);
    this.place.replaceChildren(...this.rows.map((row) => row.element));
    this.draw();
  }

  /** Draw all curves; needed when the width or the episode changes. */
  draw() {
    this.width = this.place.clientWidth;
    for (const row of this.rows) drawRow(row, this.width, this.steps, this.preparation);
  }

  /** Move the needles and tell the values at a time. */
  update(time) {
    const x = INSET + (time / this.steps) * (this.width - 2 * INSET);
    for (const { needle, plot, values, shown } of this.rows) {
      needle.style.transform = `translateX(${x.toFixed(1)}px)`;
      plot.curves.forEach((curve, k) => {
        const text = format(curve.values[Math.floor(time)], plot.unit);
        if (shown[k] !== text) values[k].textContent = shown[k] = text;
      });
    }
  }
}

function format(value, unit) {
  const digits = unit === "m" ? 2 : unit === "%" || Number.isInteger(value) ? 0 : 1;
  const text = value.toFixed(digits).replace("-", "\u2212");
  return unit ? `${text} ${unit}` : text;
}

function makeRow(plot) {
  const element = document.createElement("div");
  element.className = "plot";
  const canvas = document.createElement("canvas");
  // Its values at the play head stand beside it as text.
  canvas.setAttribute("aria-hidden", "true");
  const label = document.createElement("p");
  label.append(plot.title);
  const values = plot.curves.map((curve) => {
    const part = document.createElement("span");
    const value = document.createElement("b");
    if (plot.curves.length > 1) {
      part.className = curve.dashed ? "series dashed" : "series";
      part.style.setProperty("--colour", curve.colour);
      part.append(`${curve.name} `);
    }
    part.append(value);
    label.append(part);
    return value;
  });
  const needle = document.createElement("div");
  needle.className = "needle";
  element.append(canvas, label, needle);
  return { element, canvas, needle, plot, values, shown: plot.curves.map(() => "") };
}

function drawRow({ canvas, plot }, width, steps, preparation) {
  const height = canvas.parentElement.clientHeight;
  const ratio = Math.min(window.devicePixelRatio, 2);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const [low, high] = plot.fixed ?? bounds(plot.curves);
  const x = (t) => INSET + (t / steps) * (width - 2 * INSET);
  const y = (value) => TOP + ((high - value) / (high - low)) * (height - TOP - BOTTOM);
  context.fillStyle = "#dbe8fa66";
  context.fillRect(x(0), 0, x(preparation) - x(0), height);
  context.fillStyle = "#22272f22";
  context.fillRect(x(0), Math.round(y(Math.max(low, Math.min(0, high)))) - 0.5, x(steps) - x(0), 1);
  for (const curve of plot.curves) drawCurve(context, curve, x, y, plot.area);
}

function drawCurve(context, curve, x, y, area) {
  context.beginPath();
  curve.values.forEach((value, t) => {
    // What is seen holds until the next step: a staircase. Sums and distances are joined.
    if (area && t > 0) context.lineTo(x(t), y(curve.values[t - 1]));
    context.lineTo(x(t), y(value));
  });
  if (area) {
    context.lineTo(x(curve.values.length - 1), y(0));
    context.lineTo(x(0), y(0));
    context.fillStyle = `${curve.colour}88`;
    context.fill();
    return;
  }
  context.lineJoin = "round";
  context.setLineDash(curve.dashed ? [5, 3] : []);
  context.lineWidth = 1.8;
  context.strokeStyle = curve.colour;
  context.stroke();
}

/** Range of all curves, zero included, never empty. */
function bounds(curves) {
  let [low, high] = [0, 0];
  for (const { values } of curves) {
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return high > low ? [low, high] : [0, 1];
}
