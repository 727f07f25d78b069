/** The page: puts scene, panel, keys and, where there is a server for it, the game together. */

import { watchingKeys } from "./bindings.js";
import { CAMERAS } from "./cameras.js";
import { Game } from "./game.js";
import { listen, writeHelp } from "./keyboard.js";
import { choiceGroup, showMessage, toggleGroup } from "./panel.js";
import { Shelf } from "./shelf.js";
import { Viewer } from "./viewer.js";
import { World } from "./world.js";

const element = (id) => document.getElementById(id);
const OVERLAYS = [
  { name: "cones", text: "Cones of view", key: "V" },
  { name: "links", text: "Lines of sight", key: "S" },
  { name: "lidar", text: "Lidar", key: "L" },
  { name: "trails", text: "Trails", key: "T" },
];
/** The page's address may end in `#play`, or in `#play=seekers` to propose that team. */
const PLAY = "#play";

async function start() {
  hideToken();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const world = openWorld(still);
  if (!world) return;
  const viewer = new Viewer(world, still);
  const shelf = new Shelf(viewer);
  const game = new Game(world, (file) => comeBack(viewer, shelf, file));
  world.beforeFrame = (seconds) => (game.state === "idle" ? viewer.advance(seconds) : game.advance());
  viewer.markOverlays = toggleGroup(element("overlays"), OVERLAYS, (name, on) => viewer.setOverlay(name, on));
  viewer.markOverlays(world.shown);
  const cameras = CAMERAS.map((mode) => ({ value: mode, text: mode[0].toUpperCase() + mode.slice(1) }));
  viewer.markCamera = choiceGroup(element("cameras"), cameras, (mode) => viewer.setCamera(mode));
  viewer.setCamera("orbit");
  const help = () => element("help").showModal();
  const keys = watchingKeys(viewer, shelf, OVERLAYS, help);
  listen(keys, () => game.state === "idle");
  writeHelp(element("keys"), keys);
  element("help-button").addEventListener("click", help);
  window.hideseek = inspector(viewer, world, game);
  const library = await shelf.open();
  if (library?.canPlay) offerGame(viewer, game);
}

/** Take the server's token out of the address that is on the screen; the browser has it as a cookie by now. */
function hideToken() {
  if (new URLSearchParams(location.search).has("token")) {
    history.replaceState(null, "", location.pathname + location.hash);
  }
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

function offerGame(viewer, game) {
  const asked = () => location.hash.split("=")[0] === PLAY;
  const ask = () => {
    viewer.playhead.playing = false;
    const teams = [...element("wish").elements.team];
    const proposed = teams.find(({ value }) => value === location.hash.split("=")[1]);
    if (proposed) proposed.checked = true;
    if (!element("start").open) element("start").showModal();
  };
  element("play-game").hidden = false;
  element("play-game").addEventListener("click", () => (asked() ? ask() : (location.hash = PLAY)));
  window.addEventListener("hashchange", () => asked() && ask());
  if (asked()) ask();
  element("start").addEventListener(
    "close",
    () => game.state === "idle" && history.replaceState(null, "", location.pathname),
  );
  element("wish").addEventListener("submit", (event) => {
    event.preventDefault();
    const { team, agent, seed, frame } = Object.fromEntries(new FormData(element("wish")));
    showMessage(element("message"), "");
    game.start({
      team,
      agent: Number(agent) - 1,
      seed: seed === "" ? null : Number(seed),
      byHeading: frame === "heading",
    });
    element("start").close();
  });
}

/** From a game back to watching. */
function comeBack(viewer, shelf, file) {
  history.replaceState(null, "", location.pathname);
  // A file is there when `viewer.show` says so.
  document.body.dataset.state = file === null ? "ready" : "loading";
  viewer.setCamera("orbit");
  if (file !== null) shelf.openFile(file);
  else if (viewer.replay) viewer.choose(viewer.index);
  else viewer.fail("There is no replay here yet.");
}

/** What tests and curious people can read in the console: `hideseek.scene`, `hideseek.moment`, ... */
function inspector(viewer, world, game) {
  const values = {
    time: () => viewer.playhead.time,
    playing: () => viewer.playhead.playing,
    speed: () => viewer.playhead.speed,
    episode: () => viewer.index,
    camera: () => world.cameras.mode,
    agent: () => world.cameras.agent,
    shown: () => ({ ...world.shown }),
    scene: () => world.inspect(),
    moment: () => world.moment,
    game: () => ({ state: game.state, you: game.you, score: game.score, step: game.frame?.step, result: game.result }),
  };
  const page = { seek: (time) => viewer.seek(time) };
  for (const [name, get] of Object.entries(values)) Object.defineProperty(page, name, { get, enumerable: true });
  return page;
}

start();
