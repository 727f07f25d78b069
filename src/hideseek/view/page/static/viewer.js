/** Watching: which replay and episode, where in it, and what the page says about it. */

import { Episode, STEP_SECONDS } from "./episode.js";
import { decode } from "./library.js";
import { choiceGroup, describe, make, showMessage, showPlayers } from "./panel.js";
import { Playhead, SPEEDS } from "./playhead.js";
import { Plots } from "./plots.js";
import { returns } from "./series.js";

const element = (id) => document.getElementById(id);

export class Viewer {
  /**
   * @param {import("./world.js").World} world
   * @param {boolean} still whether motion is to be reduced: nothing starts by itself
   */
  constructor(world, still) {
    this.world = world;
    this.still = still;
    this.playhead = new Playhead();
    this.plots = new Plots(element("plots"), (time) => this.seek(time));
    this.replay = null;
    this.episode = null;
    this.index = 0;
    this.shownTime = -1;
    this.loading = 0;
    this.wireTransport();
    new ResizeObserver(() => this.redrawPlots()).observe(element("plots"));
  }

  /** Called before each picture. */
  advance(seconds) {
    if (!this.episode) return false;
    const going = this.playhead.advance(seconds);
    if (this.playhead.time !== this.shownTime) this.showTime();
    return going;
  }

  /**
   * Watch a replay.
   * @param {() => Promise<Uint8Array>} load
   * @returns {Promise<boolean>} whether it could be shown; if not, the page says why
   */
  async open(load) {
    const ticket = ++this.loading;
    try {
      const replay = await decode(await load());
      // Someone may have chosen another one meanwhile.
      if (ticket === this.loading) this.show(replay);
      return true;
    } catch (error) {
      if (ticket === this.loading) this.fail(error.message);
      return false;
    }
  }

  fail(sentence) {
    this.playhead.playing = false;
    this.episode = null;
    document.body.dataset.state = "failed";
    showMessage(element("message"), sentence);
    element("episodes").replaceChildren();
    element("facts").replaceChildren();
    this.updateTransport();
  }

  show(replay) {
    this.replay = replay;
    const choices = Array.from({ length: replay.episodes }, (_, k) => ({
      value: k,
      text: String(k + 1),
      label: `Episode ${k + 1}`,
    }));
    this.markEpisode = choiceGroup(element("episodes"), choices, (k) => this.choose(k));
    showMessage(element("message"), "");
    this.listAgents(replay.counts);
    this.choose(0);
    document.body.dataset.state = "ready";
  }

  /** Begin an episode of the replay. */
  choose(index) {
    if (!this.replay) return;
    showPlayers(this.replay);
    this.index = (index + this.replay.episodes) % this.replay.episodes;
    this.episode = new Episode(this.replay, this.index);
    this.totals = [returns(this.episode, 0), returns(this.episode, 1)];
    this.world.past = this.episode;
    this.world.setLayout(this.episode.layout);
    this.playhead.start(this.episode.steps);
    this.playhead.playing = !this.still;
    this.markEpisode(this.index);
    this.describeEpisode();
    element("scrub").max = String(this.episode.steps);
    this.plots.setEpisode(this.episode);
    this.placePreparation();
    this.showTime();
  }

  describeEpisode() {
    const { counts, about } = this.replay;
    const exists = this.episode.layout.exists;
    const present = (from, count) => exists.subarray(from, from + count).reduce((sum, there) => sum + there, 0);
    const facts = [
      ["Hiders, seekers", `${counts.hiders}, ${counts.seekers}`],
      [
        "Boxes, ramps",
        `${present(counts.agents, counts.boxes)}, ${present(counts.agents + counts.boxes, counts.ramps)}`,
      ],
      ["Length", `${counts.horizon} steps, ${(counts.horizon * STEP_SECONDS).toFixed(0)} s`],
    ];
    const found = about?.found?.[this.index];
    if (typeof about?.filter === "string" && typeof found === "number")
      facts.push([about.filter.replaceAll("-", " "), found]);
    for (const [name, value] of Object.entries(about ?? {})) {
      if (["string", "number"].includes(typeof value) && facts.length < 9)
        facts.push([name.replaceAll("_", " "), value]);
    }
    describe(element("facts"), facts);
  }

  listAgents(counts) {
    const choices = Array.from({ length: counts.agents }, (_, a) => {
      const [team, k] = a < counts.hiders ? ["hider", a] : ["seeker", a - counts.hiders];
      return { value: a, text: `${team} ${k + 1}`, label: `Follow ${team} ${k + 1}`, className: `${team}s` };
    });
    this.markAgent = choiceGroup(element("agents"), choices, (a) => this.follow(a));
  }

  follow(agent) {
    if (!this.replay) return;
    const { agents } = this.replay.counts;
    this.world.cameras.follow((agent + agents) % agents);
    this.setCamera("follow");
  }

  setCamera(mode) {
    const { cameras } = this.world;
    cameras.setMode(mode);
    this.markCamera?.(mode);
    this.markAgent?.(mode === "follow" ? cameras.agent : -1);
    this.world.invalidate();
  }

  setOverlay(name, on) {
    this.world.shown[name] = on;
    this.markOverlays?.(this.world.shown);
    this.world.invalidate();
  }

  seek(time) {
    if (!this.episode) return;
    this.playhead.seek(time);
    this.showTime();
  }

  toggle() {
    if (!this.episode) return;
    this.playhead.toggle();
    this.updateTransport();
  }

  stepBy(steps) {
    if (!this.episode) return;
    this.playhead.stepBy(steps);
    this.showTime();
  }

  changeSpeed(places) {
    this.playhead.changeSpeed(places);
    this.updateTransport();
  }

  /** Write the moment at the play head into the scene, the clock, the plots and the slider. */
  showTime() {
    const { time } = this.playhead;
    this.shownTime = time;
    this.episode.read(time, this.world.moment);
    this.world.invalidate();
    this.plots.update(time);
    this.updateTransport();
    this.updateStatus(Math.floor(time));
  }

  updateStatus(step) {
    const { preparation, seekers } = this.episode.counts;
    const wait = ((preparation - step) * STEP_SECONDS).toFixed(1);
    setChip(
      element("phase"),
      step < preparation ? `Preparation, ${wait} s` : seekers ? "Seekers search" : "Play",
      step < preparation && "preparing",
    );
    const seen = this.world.anySeen();
    const sight = step < preparation || !seekers ? "" : seen ? "Hiders seen" : "Hiders hidden";
    setChip(element("sight"), sight, seen ? "seen" : "hidden");
    ["score-hiders", "score-seekers"].forEach((id, team) => {
      const total = this.totals[team][step];
      setText(element(id), (total > 0 ? "+" : "") + total.toFixed(0).replace("-", "\u2212"));
    });
  }

  updateTransport() {
    const { time, steps, playing, speed } = this.playhead;
    const step = Math.floor(time);
    const button = element("play");
    if (button.getAttribute("aria-pressed") !== String(playing)) {
      button.setAttribute("aria-pressed", String(playing));
      button.setAttribute("aria-label", playing ? "Pause" : "Play");
    }
    for (const id of ["play", "back", "forward", "scrub"]) element(id).disabled = !this.episode;
    if (!this.episode) return;
    const scrub = element("scrub");
    if (scrub.value !== String(step)) scrub.value = String(step);
    const part = step < this.episode.counts.preparation ? "preparation" : "search";
    const spoken = `step ${step} of ${steps}, ${part}`;
    if (scrub.getAttribute("aria-valuetext") !== spoken) scrub.setAttribute("aria-valuetext", spoken);
    setText(element("clock"), `step ${step} / ${steps} · ${(time * STEP_SECONDS).toFixed(1)} s`);
    element("speed").value = String(speed);
  }

  wireTransport() {
    element("speed").append(...SPEEDS.map((speed) => make("option", { value: String(speed) }, `${speed}×`)));
    element("speed").addEventListener("change", (event) => (this.playhead.speed = Number(event.target.value)));
    element("play").addEventListener("click", () => this.toggle());
    element("back").addEventListener("click", () => this.stepBy(-1));
    element("forward").addEventListener("click", () => this.stepBy(1));
    element("scrub").addEventListener("input", (event) => {
      this.playhead.playing = false;
      this.seek(Number(event.target.value));
    });
    this.updateTransport();
  }

  placePreparation() {
    const share = this.episode.counts.preparation / this.episode.steps;
    const band = element("preparation");
    band.style.width = `${100 * share}%`;
    band.hidden = share === 0;
  }

  redrawPlots() {
    if (!this.episode) return;
    this.plots.draw();
    this.plots.update(this.playhead.time);
  }
}

function setText(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

function setChip(place, text, kind) {
  setText(place, text);
  const name = kind ? `chip ${kind}` : "chip";
  if (place.className !== name) place.className = name;
}
