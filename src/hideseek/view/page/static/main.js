/** The page: finds what there is to watch, and puts keys, panel and scene together. */

import { CAMERAS } from "./cameras.js";
import { listen, writeHelp } from "./keyboard.js";
import { openLibrary, simulate } from "./library.js";
import { choiceGroup, make, showMessage, toggleGroup } from "./panel.js";
import { Viewer } from "./viewer.js";
import { World } from "./world.js";

const element = (id) => document.getElementById(id);
const OVERLAYS = [
  { name: "cones", text: "Cones of view", key: "V" },
  { name: "links", text: "Lines of sight", key: "S" },
  { name: "lidar", text: "Lidar", key: "L" },
  { name: "trails", text: "Trails", key: "T" },
];

function start() {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const world = openWorld(still);
  if (!world) return;
  const viewer = new Viewer(world, still);
  world.beforeFrame = (seconds) => viewer.advance(seconds);
  viewer.markOverlays = toggleGroup(element("overlays"), OVERLAYS, (name, on) => viewer.setOverlay(name, on));
  viewer.markOverlays(world.shown);
  const cameras = CAMERAS.map((mode) => ({ value: mode, text: mode[0].toUpperCase() + mode.slice(1) }));
  viewer.markCamera = choiceGroup(element("cameras"), cameras, (mode) => viewer.setCamera(mode));
  viewer.setCamera("orbit");
  const keys = bindings(viewer, world);
  listen(keys, () => document.body.dataset.state !== "playing");
  writeHelp(element("keys"), keys);
  element("help-button").addEventListener("click", () => element("help").showModal());
  window.hideseek = inspector(viewer, world);
  fillLibrary(viewer);
}

function openWorld(still) {
  try {
    return new World(element("scene"), still);
  } catch {
    document.body.dataset.state = "failed";
    showMessage(element("message"), "This page needs WebGL, which this browser does not offer or has switched off.");
    return null;
  }
}

async function fillLibrary(viewer) {
  let library;
  try {
    library = await openLibrary();
  } catch (error) {
    viewer.fail(error.message);
    return;
  }
  element("title").textContent = document.title = library.title;
  const { entries } = library;
  element("library-section").hidden = entries.length < 2;
  const choices = entries.map((entry, k) => ({
    value: k,
    text: [make("span", {}, entry.name), make("span", {}, entry.note)],
  }));
  const mark = choiceGroup(element("library"), choices, (k) => open(k), "aria-selected");
  const open = (k) => {
    viewer.entry = k;
    mark(k);
    return viewer.open(entries[k].load);
  };
  viewer.openNext = (places) => entries.length && open((viewer.entry + places + entries.length) % entries.length);
  if (library.canSimulate) offerSimulation(viewer, library.checkpoints, mark);
  if (entries.length) await open(0);
  else viewer.fail("There is no replay here yet.");
}

function offerSimulation(viewer, checkpoints, mark) {
  const form = element("simulate");
  form.hidden = false;
  const policies = checkpoints.map((iteration) => [String(iteration), `iteration ${iteration}`]);
  if (!policies.length) policies.push(["", "as it is"]);
  element("checkpoint").append(...policies.map(([value, text]) => make("option", { value }, text)));
  element("checkpoint").selectedIndex = policies.length - 1;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { checkpoint, seed, episodes } = Object.fromEntries(new FormData(form));
    const say = (text, wrong) => {
      element("simulate-note").textContent = text;
      element("simulate-note").classList.toggle("wrong", wrong);
    };
    const button = form.querySelector("button");
    button.disabled = true;
    say("Simulating\u2026", false);
    try {
      const iteration = checkpoint === "" ? null : Number(checkpoint);
      const bytes = await simulate(iteration, Number(seed), Number(episodes));
      if (await viewer.open(async () => bytes)) mark(-1);
      say(`Layouts of seed ${seed}.`, false);
    } catch (error) {
      say(error.message, true);
    }
    button.disabled = false;
  });
}

function bindings(viewer, world) {
  const turn = { "Shift+ArrowLeft": [-0.08, 0], "Shift+ArrowRight": [0.08, 0], "Shift+ArrowUp": [0, -0.06], "Shift+ArrowDown": [0, 0.06] };
  const nudge = (a, b, zoom) => {
    world.cameras.nudge(a, b, zoom);
    world.invalidate();
  };
  return [
    { keys: [" "], shown: ["space"], does: "play, pause", run: () => viewer.toggle() },
    { keys: ["ArrowLeft", "ArrowRight"], shown: ["←", "→"], does: "one step", run: (key) => viewer.stepBy(key === "ArrowLeft" ? -1 : 1) },
    { keys: ["PageUp", "PageDown"], shown: ["page up", "page down"], does: "ten steps", run: (key) => viewer.stepBy(key === "PageUp" ? -10 : 10) },
    { keys: ["Home", "End"], shown: ["home", "end"], does: "start, end", run: (key) => viewer.stepBy(key === "Home" ? -Infinity : Infinity) },
    { keys: ["[", "]"], shown: ["[", "]"], does: "slower, faster", run: (key) => viewer.changeSpeed(key === "[" ? -1 : 1) },
    { keys: ["P", "N"], shown: ["P", "N"], does: "previous, next episode", run: (key) => viewer.choose(viewer.index + (key === "P" ? -1 : 1)) },
    { keys: [",", "."], shown: [",", "."], does: "previous, next replay", run: (key) => viewer.openNext?.(key === "," ? -1 : 1) },
    { keys: ["1", "2", "3"], shown: ["1", "2", "3"], does: "orbit, top, follow camera", run: (key) => viewer.setCamera(CAMERAS[Number(key) - 1]) },
    { keys: ["F"], shown: ["F"], does: "follow the next agent", run: () => viewer.follow(world.cameras.agent + (world.cameras.mode === "follow" ? 1 : 0)) },
    { keys: Object.keys(turn), shown: ["shift", "arrows"], does: "turn the view", run: (key) => nudge(...turn[key], 1) },
    { keys: ["+", "=", "-"], shown: ["+", "\u2212"], does: "nearer, farther", run: (key) => nudge(0, 0, key === "-" ? 1.1 : 1 / 1.1) },
    { keys: ["0"], shown: ["0"], does: "the whole floor", run: () => viewer.setCamera(world.cameras.mode) },
    ...OVERLAYS.map(({ name, text, key }) => ({ keys: [key], shown: [key], does: text.toLowerCase(), run: () => viewer.setOverlay(name, !world.shown[name]) })),
    { keys: ["?"], shown: ["?"], does: "this help", run: () => element("help").showModal() },
  ];
}

/** What tests and curious people can read in the console. */
function inspector(viewer, world) {
  return {
    get time() {
      return viewer.playhead.time;
    },
    get playing() {
      return viewer.playhead.playing;
    },
    get speed() {
      return viewer.playhead.speed;
    },
    get episode() {
      return viewer.index;
    },
    get camera() {
      return world.cameras.mode;
    },
    get agent() {
      return world.cameras.agent;
    },
    get shown() {
      return { ...world.shown };
    },
    get scene() {
      return world.inspect();
    },
    seek: (time) => viewer.seek(time),
    get moment() {
      return world.moment;
    },
  };
}

start();
