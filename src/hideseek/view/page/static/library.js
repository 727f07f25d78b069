/** What there is to watch: replays inside the page, or what a server offers. */

import { ReplayError, readReplay } from "./replay.js";

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} note
 * @property {string | undefined} file as the server names it
 * @property {() => Promise<Uint8Array>} load
 */
/**
 * @typedef {object} Library
 * @property {string} title
 * @property {Entry[]} entries
 * @property {number[]} checkpoints iterations
 * @property {boolean} canSimulate
 * @property {boolean} canPlay
 */

/** @returns {Promise<Library>} throws an Error with one sentence */
export async function openLibrary() {
  const inside = document.getElementById("embedded");
  return inside ? embeddedLibrary(JSON.parse(inside.textContent)) : fromServer(await askServer("api/library"));
}

function embeddedLibrary({ title, replays }) {
  const entries = replays.map(({ name, note, data }) => ({
    name,
    note: note ?? "",
    load: async () => fromBase64(data),
  }));
  return { title, entries, checkpoints: [], canSimulate: false, canPlay: false };
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function fromServer(answer) {
  const entries = answer.replays.map(({ name, file, iteration, episodes }) => ({
    name,
    note: iteration === null ? `${episodes} episode${episodes > 1 ? "s" : ""}` : `iteration ${iteration}`,
    file,
    load: () => loadReplay(file),
  }));
  return {
    title: answer.title,
    entries,
    checkpoints: answer.checkpoints.map(({ iteration }) => iteration),
    canSimulate: answer.can_simulate,
    canPlay: answer.can_play,
  };
}

/** @param {string} file as the server names it */
export async function loadReplay(file) {
  return bytesOf(await ask(`api/replays/${encodeURIComponent(file)}`));
}

/** Let the server play new episodes; returns the replay's bytes. */
export async function simulate(checkpoint, seed, episodes) {
  const body = JSON.stringify({ checkpoint, seed, episodes });
  const headers = { "content-type": "application/json" };
  return bytesOf(await ask("api/simulate", { method: "POST", headers, body }));
}

/** @param {Uint8Array} bytes */
export async function decode(bytes) {
  try {
    return await readReplay(bytes);
  } catch (error) {
    if (error instanceof ReplayError) throw error;
    throw new ReplayError("The replay cannot be read.");
  }
}

const bytesOf = async (response) => new Uint8Array(await response.arrayBuffer());

async function askServer(path) {
  return (await ask(path)).json();
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("The server does not answer; is hideseek still running?");
  }
  if (response.ok) return response;
  const answer = await response.json().catch(() => ({}));
  throw new Error(typeof answer.error === "string" ? answer.error : `The server answered ${response.status}.`);
}
