/** What the plots show of an episode: curves over its steps. */

import { PALETTE, TEAM } from "./palette.js";

/**
 * @typedef {object} Curve
 * @property {string} name
 * @property {string} colour
 * @property {boolean} dashed
 * @property {Float32Array} values one per frame
 */
/** @typedef {{title: string, unit: string, curves: Curve[], fixed: [number, number] | null, area: boolean}} Plot */

const OBJECTS = { box: PALETTE.box, ramp: PALETTE.rampMark };
const TITLES = { "max_*_move": ["Largest displacement", "m"], "num_*_lock": ["Locked", ""] };
const SKIPPED = ["hiders_seen"];

/**
 * Rewards so far, sight, then the statistics that the replay has; those of boxes and ramps share a plot.
 * @param {import("./episode.js").Episode} episode
 * @returns {Plot[]}
 */
export function plotsOf(episode) {
  return [rewardPlot(episode), sightPlot(episode), ...statisticPlots(episode)];
}

/** Mean reward of a team up to each frame. */
export function returns(episode, team) {
  const values = new Float32Array(episode.steps + 1);
  for (let t = 0; t < episode.steps; t++) values[t + 1] = values[t] + episode.teamReward(t, team);
  return values;
}

function rewardPlot(episode) {
  const curves = [
    { name: "hiders", colour: TEAM[0], dashed: false, values: returns(episode, 0) },
    { name: "seekers", colour: TEAM[1], dashed: true, values: returns(episode, 1) },
  ];
  if (!episode.counts.seekers) curves.pop();
  return { title: "Reward so far", unit: "", curves, fixed: null, area: false };
}

function sightPlot(episode) {
  const values = new Float32Array(episode.steps + 1).map((_, t) => 100 * episode.seenShare(t));
  const curves = [{ name: "", colour: TEAM[1], dashed: false, values }];
  return { title: "Hiders seen", unit: "%", curves, fixed: [0, 100], area: true };
}

function statisticPlots(episode) {
  const groups = new Map();
  episode.statisticNames.forEach((name, column) => {
    if (SKIPPED.includes(name)) return;
    const kind = name.match(/(?<=^|_)(box|ramp)(?=_|$)/)?.[0];
    const key = kind ? name.replace(kind, "*") : name;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(statisticCurve(episode, column, kind));
  });
  return [...groups].map(([key, curves]) => {
    const [title, unit] = TITLES[key] ?? [key.replaceAll("_", " ").replace("* ", ""), ""];
    return { title, unit, curves, fixed: null, area: false };
  });
}

/** A statistic is known after each step; before the first one it is zero. */
function statisticCurve(episode, column, kind) {
  const count = episode.statisticNames.length;
  const values = new Float32Array(episode.steps + 1);
  for (let t = 0; t < episode.steps; t++) values[t + 1] = episode.rows.statistics[t * count + column];
  return { name: kind ?? "", colour: OBJECTS[kind] ?? PALETTE.ink, dashed: kind === "ramp", values };
}
