/** Where in the episode we are, and how time passes. */

import { STEP_SECONDS } from "./episode.js";

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

export class Playhead {
  constructor() {
    this.time = 0;
    this.steps = 1;
    this.playing = false;
    this.speed = 1;
  }

  /** Begin a new episode of so many steps. */
  start(steps) {
    this.steps = steps;
    this.time = 0;
  }

  seek(time) {
    this.time = Math.min(this.steps, Math.max(0, time));
  }

  /** Stand on a whole step, some steps from here. */
  stepBy(steps) {
    this.playing = false;
    // From between two steps, one step back leads to the earlier of the two.
    this.seek(steps < 0 ? Math.ceil(this.time) + steps : Math.floor(this.time) + steps);
  }

  toggle() {
    this.playing = !this.playing;
    if (this.playing && this.time >= this.steps) this.time = 0;
  }

  /** @returns {boolean} whether time has passed */
  advance(seconds) {
    if (!this.playing) return false;
    this.seek(this.time + (seconds / STEP_SECONDS) * this.speed);
    if (this.time >= this.steps) this.playing = false;
    return true;
  }

  changeSpeed(places) {
    const index = SPEEDS.indexOf(this.speed) + places;
    this.speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, index))];
  }
}
