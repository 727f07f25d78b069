/** The keys of the page while one watches. */

import { CAMERAS } from "./cameras.js";

const TURN = 0.08;
const TILT = 0.06;
const ZOOM = 1.1;
const TURNS = {
  "Shift+ArrowLeft": [-TURN, 0],
  "Shift+ArrowRight": [TURN, 0],
  "Shift+ArrowUp": [0, -TILT],
  "Shift+ArrowDown": [0, TILT],
};

/**
 * @param {import("./viewer.js").Viewer} viewer
 * @param {import("./shelf.js").Shelf} shelf
 * @param {{name: string, text: string, key: string}[]} overlays
 * @param {() => void} help
 * @returns {import("./keyboard.js").Key[]}
 */
export function watchingKeys(viewer, shelf, overlays, help) {
  return [
    ...timeKeys(viewer),
    {
      keys: ["P", "N"],
      shown: ["P", "N"],
      does: "previous, next episode",
      run: (key) => viewer.choose(viewer.index + (key === "P" ? -1 : 1)),
    },
    {
      keys: [",", "."],
      shown: [",", "."],
      does: "previous, next replay",
      run: (key) => shelf.choose(shelf.chosen + (key === "," ? -1 : 1)),
    },
    ...cameraKeys(viewer),
    ...overlays.map(({ name, text, key }) => ({
      keys: [key],
      shown: [key],
      does: text.toLowerCase(),
      run: () => viewer.setOverlay(name, !viewer.world.shown[name]),
    })),
    { keys: ["?"], shown: ["?"], does: "this help", run: help },
  ];
}

function timeKeys(viewer) {
  const step = (keys, shown, does, size) => ({
    keys,
    shown,
    does,
    run: (key) => viewer.stepBy(key === keys[0] ? -size : size),
  });
  return [
    { keys: [" "], shown: ["space"], does: "play, pause", run: () => viewer.toggle() },
    step(["ArrowLeft", "ArrowRight"], ["←", "→"], "one step", 1),
    step(["PageUp", "PageDown"], ["page up", "page down"], "ten steps", 10),
    step(["Home", "End"], ["home", "end"], "start, end", Infinity),
    {
      keys: ["[", "]"],
      shown: ["[", "]"],
      does: "slower, faster",
      run: (key) => viewer.changeSpeed(key === "[" ? -1 : 1),
    },
  ];
}

function cameraKeys(viewer) {
  const { cameras } = viewer.world;
  const nudge = (turn, tilt, zoom) => {
    cameras.nudge(turn, tilt, zoom);
    viewer.world.invalidate();
  };
  return [
    {
      keys: ["1", "2", "3"],
      shown: ["1", "2", "3"],
      does: "free, top, following camera",
      run: (key) => viewer.setCamera(CAMERAS[Number(key) - 1]),
    },
    {
      keys: ["F"],
      shown: ["F"],
      does: "follow the next agent",
      run: () => viewer.follow(cameras.agent + (cameras.mode === "follow" ? 1 : 0)),
    },
    {
      keys: Object.keys(TURNS),
      shown: ["shift", "arrows"],
      does: "turn the view",
      run: (key) => nudge(...TURNS[key], 1),
    },
    {
      keys: ["+", "=", "-"],
      shown: ["+", "\u2212"],
      does: "nearer, farther",
      run: (key) => nudge(0, 0, key === "-" ? ZOOM : 1 / ZOOM),
    },
    { keys: ["0"], shown: ["0"], does: "the whole floor", run: () => viewer.setCamera(cameras.mode) },
  ];
}
