/** What a person's hands ask for: keys, pointer and touch, as the action that the server takes. */

const WALK = 0.4;
/** Share of the strongest force: with all of it an agent crosses the floor in less than a second. */
const TURN = 0.4;
const STICK = 60;
/** Pixels of a drag that ask for everything. */

const MOVES = {
  KeyW: [1, 0],
  ArrowUp: [1, 0],
  KeyS: [-1, 0],
  ArrowDown: [-1, 0],
  KeyA: [0, -1],
  ArrowLeft: [0, -1],
  KeyD: [0, 1],
  ArrowRight: [0, 1],
};
const TURNS = { KeyQ: 1, KeyE: -1 };

export class Pilot {
  /**
   * @param {HTMLElement} surface where drags begin
   * @param {() => void} changed called when the action may be another one
   */
  constructor(surface, changed) {
    this.surface = surface;
    this.changed = changed;
    this.byHeading = true;
    this.active = false;
    this.drags = new Map();
    this.clear();
    window.addEventListener("keydown", (event) => this.press(event));
    window.addEventListener("keyup", (event) => this.release(event));
    window.addEventListener("blur", () => this.letGo());
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      surface.addEventListener(name, (event) => this.drag(event));
    }
  }

  clear() {
    this.held = new Set();
    this.drags.clear();
    this.grab = this.lock = false;
  }

  /** Forget keys whose release cannot be heard. */
  letGo() {
    this.held.clear();
    this.drags.clear();
    if (this.active) this.changed();
  }

  press(event) {
    if (!this.active || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLElement && event.target.matches("button, input, select") && isConfirm(event))
      return;
    const known = event.code in MOVES || event.code in TURNS || ["Space", "KeyG", "KeyL", "KeyX"].includes(event.code);
    if (!known && !event.code.startsWith("Shift")) return;
    if (known) event.preventDefault();
    this.held.add(event.code);
    if (event.code === "KeyG") this.grab = !this.grab;
    if (event.code === "KeyL") this.lock = !this.lock;
    if (event.code === "KeyX") this.byHeading = !this.byHeading;
    this.changed();
  }

  release(event) {
    if (this.held.delete(event.code) && this.active) this.changed();
  }

  /** A drag on the left half of a touch screen moves, any other turns. */
  drag(event) {
    if (!this.active) return;
    if (event.type === "pointerdown") {
      const { left, width } = this.surface.getBoundingClientRect();
      const moves = event.pointerType === "touch" && event.clientX < left + width / 2;
      this.drags.set(event.pointerId, { moves, x: event.clientX, y: event.clientY, dx: 0, dy: 0 });
      this.surface.setPointerCapture(event.pointerId);
    } else if (event.type === "pointermove") {
      const drag = this.drags.get(event.pointerId);
      if (!drag) return;
      drag.dx = clamp((event.clientX - drag.x) / STICK);
      drag.dy = clamp((event.clientY - drag.y) / STICK);
    } else {
      this.drags.delete(event.pointerId);
    }
    this.changed();
  }

  /**
   * What to do now.
   * @param {number} yaw of the person's agent
   * @returns {{movement: [number, number, number], grab: boolean, lock: boolean}}
   */
  action(yaw) {
    let [ahead, side, turn] = [0, 0, 0];
    for (const code of this.held) {
      ahead += MOVES[code]?.[0] ?? 0;
      side += MOVES[code]?.[1] ?? 0;
      turn += TURNS[code] ?? 0;
    }
    const strength = this.held.has("ShiftLeft") || this.held.has("ShiftRight") ? 1 : WALK;
    [ahead, side, turn] = [clamp(ahead) * strength, clamp(side) * strength, clamp(turn) * TURN];
    for (const { moves, dx, dy } of this.drags.values()) {
      if (moves) [ahead, side] = [ahead - dy * WALK, side + dx * WALK];
      else turn -= dx * TURN;
    }
    const force = this.byHeading ? alongHeading(ahead, side, yaw) : [side, ahead];
    return {
      movement: [clamp(force[0]), clamp(force[1]), clamp(turn)],
      grab: this.grab || this.held.has("Space"),
      lock: this.lock,
    };
  }
}

/** An agent looks along its local -y; its right hand is at local -x. */
function alongHeading(ahead, side, yaw) {
  const [sine, cosine] = [Math.sin(yaw), Math.cos(yaw)];
  return [ahead * sine - side * cosine, -ahead * cosine - side * sine];
}

const clamp = (value) => Math.min(1, Math.max(-1, value));

/** Whether a key presses the button that has the focus. */
const isConfirm = (event) => event.code === "Space" || event.code === "Enter";
