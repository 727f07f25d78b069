/** One episode as the scene needs it: what stays (Layout), and what there is to see at a moment (Moment). */

import { LIDAR_RAYS } from "./replay.js";

export const STEP_SECONDS = 0.075;

/**
 * @typedef {object} Layout what stays the same for a whole episode
 * @property {import("./replay.js").Counts} counts
 * @property {Uint8Array} exists [body]
 * @property {Float32Array} halfSize [body, 3]
 * @property {{x: number, y: number, z: number, hx: number, hy: number, hz: number}[]} walls centres, half extents
 * @property {{x: number, y: number, z: number, radius: number, hz: number}[]} cylinders centres, radii, half heights
 */

/**
 * @typedef {object} Moment the state to draw; poses lie between two steps, all else is of the earlier one
 * @property {number} step
 * @property {Float32Array} position [body, 3]
 * @property {Float32Array} yaw [body]
 * @property {Int8Array} lockTeam [object] -1: not locked
 * @property {Int8Array} grabbed [agent] -1: nothing
 * @property {Uint8Array} sees [agent, body]
 * @property {Float32Array} lidar [agent, ray] Infinity: nothing hit
 * @property {Float32Array} spotPlace [spot, 3] of food, or of sites to build on
 * @property {Float32Array} spotShare [spot] what there is of each, 0 .. 1
 * @property {boolean} preparation
 */

/** @returns {Moment} */
export function emptyMoment(counts) {
  return {
    step: 0,
    position: new Float32Array(3 * counts.bodies),
    yaw: new Float32Array(counts.bodies),
    lockTeam: new Int8Array(counts.objects).fill(-1),
    grabbed: new Int8Array(counts.agents).fill(-1),
    sees: new Uint8Array(counts.agents * counts.bodies),
    lidar: new Float32Array(counts.agents * LIDAR_RAYS).fill(Infinity),
    spotPlace: new Float32Array(3 * counts.spots),
    spotShare: new Float32Array(counts.spots),
    preparation: counts.preparation > 0,
  };
}

/** @returns {Layout} */
export function layoutOf(replay, episode) {
  const { arrays, counts } = replay;
  const centre = slice(arrays.wall_centre, episode);
  const half = slice(arrays.wall_half, episode);
  return {
    counts,
    exists: slice(arrays.exists, episode),
    halfSize: slice(arrays.half_size, episode),
    walls: wallsOf(centre, half, arrays.wall_count.data[episode]),
    cylinders: cylindersOf(slice(arrays.cylinder_centre, episode), slice(arrays.cylinder_size, episode)),
  };
}

/** Name the numbers of walls: centres and half extents, [wall, 3] each. */
export function wallsOf(centre, half, count) {
  return Array.from({ length: count }, (_, w) => ({
    x: centre[3 * w],
    y: centre[3 * w + 1],
    z: centre[3 * w + 2],
    hx: half[3 * w],
    hy: half[3 * w + 1],
    hz: half[3 * w + 2],
  }));
}

/** Name the numbers of cylinders: centres [cylinder, 3], radii and half heights [cylinder, 2]. */
export function cylindersOf(centre, size) {
  return Array.from({ length: size.length / 2 }, (_, k) => ({
    x: centre[3 * k],
    y: centre[3 * k + 1],
    z: centre[3 * k + 2],
    radius: size[2 * k],
    hz: size[2 * k + 1],
  }));
}

const slice = ({ data, stride }, episode) => data.subarray(episode * stride, (episode + 1) * stride);

/** An episode of a replay. Reading it at a time allocates nothing. */
export class Episode {
  /**
   * @param {import("./replay.js").Replay} replay
   * @param {number} index
   */
  constructor(replay, index) {
    this.counts = replay.counts;
    this.layout = layoutOf(replay, index);
    this.steps = replay.counts.horizon;
    this.rows = {};
    for (const [name, array] of Object.entries(replay.arrays)) {
      if (array.stride) this.rows[name] = slice(array, index);
    }
    this.statisticNames = replay.statisticNames;
  }

  /**
   * Write what there is to see at a time.
   * @param {number} time in steps, 0 .. steps
   * @param {Moment} moment
   */
  read(time, moment) {
    const step = Math.min(Math.floor(time), this.steps);
    const next = Math.min(step + 1, this.steps);
    const { bodies, agents, objects, spots } = this.counts;
    blendPositions(moment.position, this.rows.position, 3 * bodies * step, 3 * bodies * next, time - step);
    blendAngles(moment.yaw, this.rows.yaw, bodies * step, bodies * next, time - step);
    copy(moment.lockTeam, this.rows.lock_team, objects * step);
    copy(moment.grabbed, this.rows.grabbed, agents * step);
    copy(moment.lidar, this.rows.lidar, agents * LIDAR_RAYS * step);
    if (spots) {
      copy(moment.spotPlace, this.rows.spot_place, 3 * spots * step);
      copy(moment.spotShare, this.rows.spot_share, spots * step);
    }
    for (let a = 0; a < agents; a++) {
      for (let b = 0; b < bodies; b++) moment.sees[a * bodies + b] = this.sees(step, a, b) ? 1 : 0;
    }
    moment.step = step;
    moment.preparation = step < this.counts.preparation;
  }

  sees(step, agent, body) {
    const bytes = Math.ceil(this.counts.bodies / 8);
    return (this.rows.sees[(step * this.counts.agents + agent) * bytes + (body >> 3)] >> (body & 7)) & 1;
  }

  /** Share of the hiders that a seeker sees, 0 .. 1. */
  seenShare(step) {
    const { hiders, agents } = this.counts;
    let seen = 0;
    for (let h = 0; h < hiders; h++) {
      for (let s = hiders; s < agents; s++) {
        if (this.sees(step, s, h)) {
          seen++;
          break;
        }
      }
    }
    return seen / hiders;
  }

  /** A team's mean reward in the step that begins at a frame. */
  teamReward(step, team) {
    const { hiders, agents } = this.counts;
    const [from, to] = team === 0 ? [0, hiders] : [hiders, agents];
    let sum = 0;
    for (let a = from; a < to; a++) sum += this.rows.reward[step * agents + a];
    return to > from ? sum / (to - from) : 0;
  }

  /** Horizontal place of an agent at a frame, written to `out` [3]. */
  place(step, agent, out) {
    const at = 3 * (step * this.counts.bodies + agent);
    for (let k = 0; k < 3; k++) out[k] = this.rows.position[at + k];
  }
}

function copy(to, from, at) {
  for (let k = 0; k < to.length; k++) to[k] = from[at + k];
}

/** Write the values between two places of `from`. */
export function blendPositions(to, from, at, next, share) {
  for (let k = 0; k < to.length; k++) to[k] = from[at + k] + share * (from[next + k] - from[at + k]);
}

/** The same of angles, the shorter way round. */
export function blendAngles(to, from, at, next, share) {
  for (let k = 0; k < to.length; k++) to[k] = from[at + k] + share * wrap(from[next + k] - from[at + k]);
}

const wrap = (angle) => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
