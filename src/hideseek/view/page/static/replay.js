/** Replay files: a checksum, then gzip around named arrays (safetensors), read with every check (docs/replays.md). */

import { sha256 } from "./sha256.js";

export class ReplayError extends Error {}

const SIGNATURE = "hideseek replay\n";
const VERSION = 3;
const OLDEST = 2;
const VERSION_END = SIGNATURE.length + 4;
const CHECKSUM_END = VERSION_END + 32;
const LARGEST = 64 * 2 ** 20;
const LARGEST_HEADER = 2 ** 20;
const POSITION_STEP = 0.001;
const YAW_STEP = Math.PI / 32767;
const LIDAR_STEP = 0.035;
const LIDAR_NOTHING = 255;
const FLOOR_SIZE = 6;
const SHORTEST = 0.001;
const LONGEST_NAME = 300;
export const LIDAR_RAYS = 30;

const TYPES = {
  F32: Float32Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
};

/** What each array is stored as: its type and what its axes count. */
const ARRAYS = {
  wall_count: ["I32", ["episode"]],
  wall_centre: ["F32", ["episode", "wall", "xyz"]],
  wall_half: ["F32", ["episode", "wall", "xyz"]],
  cylinder_centre: ["F32", ["episode", "cylinder", "xyz"]],
  cylinder_size: ["F32", ["episode", "cylinder", "pair"]],
  exists: ["U8", ["episode", "body"]],
  half_size: ["F32", ["episode", "body", "xyz"]],
  position: ["I16", ["episode", "frame", "body", "xyz"]],
  yaw: ["I16", ["episode", "frame", "body"]],
  lock_team: ["I8", ["episode", "frame", "object"]],
  grabbed: ["I8", ["episode", "frame", "agent"]],
  sees: ["U8", ["episode", "frame", "agent", "byte"]],
  lidar: ["U8", ["episode", "frame", "agent", "ray"]],
  reward: ["F32", ["episode", "step", "agent"]],
  statistics: ["F32", ["episode", "step", "statistic"]],
  spot_place: ["I16", ["episode", "frame", "spot", "xyz"]],
  spot_share: ["U8", ["episode", "frame", "spot"]],
};

/** Arrays with such an axis are left out of files of games that have none of it. */
const OF_SOME_GAMES = ["cylinder", "spot"];

/** By objective: the option that says how many spots there are at most. */
const SPOT_OPTIONS = { food: "food", blueprint: "sites_max" };

/**
 * @typedef {object} Counts
 * @property {number} hiders
 * @property {number} seekers
 * @property {number} boxes
 * @property {number} ramps
 * @property {number} agents
 * @property {number} objects
 * @property {number} bodies
 * @property {number} spots foods, or sites to build on
 * @property {boolean} sites whether they are sites
 * @property {number} horizon
 * @property {number} preparation steps 0 .. preparation - 1 are preparation
 */

/**
 * @typedef {object} Replay
 * @property {string} hiders who played them
 * @property {string} seekers
 * @property {object} about
 * @property {string[]} statisticNames
 * @property {Counts} counts
 * @property {number} episodes
 * @property {number} walls capacity
 * @property {Record<string, {data: ArrayLike<number>, stride: number}>} arrays stride: values per episode
 */

/**
 * Read a replay file.
 * @param {Uint8Array} bytes the file
 * @returns {Promise<Replay>} positions in metres, angles in radians; throws ReplayError with one sentence
 */
export async function readReplay(bytes) {
  const data = await unpack(unseal(bytes));
  const { header, start } = readHeader(data);
  const text = readMetadata(header);
  const counts = countsOf(parse(text.game, "game"));
  const statisticNames = parse(text.statistics, "statistics");
  if (!Array.isArray(statisticNames) || statisticNames.some((name) => typeof name !== "string")) {
    throw damaged("its list of statistics is no list of names");
  }
  const lengths = axisLengths(header, counts, statisticNames.length);
  const arrays = {};
  for (const name of Object.keys(ARRAYS)) arrays[name] = readArray(data, start, header, name, lengths);
  restore(arrays, lengths);
  check(arrays, counts, lengths);
  return {
    hiders: text.hiders,
    seekers: text.seekers,
    about: parse(text.about, "about"),
    statisticNames,
    counts,
    episodes: lengths.episode,
    walls: lengths.wall,
    arrays,
  };
}

const damaged = (what) => new ReplayError(`The replay is damaged: ${what}.`);

/** The content of a file, once its checksum has shown that every byte is as it was written. */
function unseal(bytes) {
  if (bytes.length > LARGEST) throw new ReplayError("The replay is too large: it has more than 64 MB.");
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw otherVersion(1);
  if (String.fromCharCode(...bytes.subarray(0, SIGNATURE.length)) !== SIGNATURE) {
    throw new ReplayError("This is not a hideseek replay: it begins with something else.");
  }
  const head = bytes.subarray(0, VERSION_END);
  const content = bytes.subarray(CHECKSUM_END);
  if (head.length === VERSION_END) {
    const version = new DataView(bytes.buffer, bytes.byteOffset).getUint32(SIGNATURE.length, true);
    if (version < OLDEST || version > VERSION) throw otherVersion(version);
  }
  const checked = new Uint8Array(head.length + content.length);
  checked.set(head);
  checked.set(content, head.length);
  const checksum = sha256(checked);
  const stored = bytes.subarray(VERSION_END, CHECKSUM_END);
  if (stored.length !== checksum.length || stored.some((byte, k) => byte !== checksum[k])) {
    throw damaged("it is cut off or its bytes have changed");
  }
  return content;
}

const otherVersion = (version) =>
  new ReplayError(`The replay has format version ${version}; this page reads versions ${OLDEST} to ${VERSION}.`);

/** Undo gzip; stop at the largest size that a replay may have. */
async function unpack(bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > LARGEST) break;
      parts.push(value);
    }
  } catch {
    throw damaged("gzip finds an error in it");
  }
  if (size > LARGEST) {
    await reader.cancel().catch(() => {});
    throw new ReplayError("The replay is too large: it has more than 64 MB unpacked.");
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function readHeader(data) {
  if (data.length < 8) throw new ReplayError("This is not a hideseek replay: there is no header.");
  const length = Number(new DataView(data.buffer).getBigUint64(0, true));
  if (length > LARGEST_HEADER || length > data.length - 8) {
    throw new ReplayError("This is not a hideseek replay: its header is too long.");
  }
  let header;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data.subarray(8, 8 + length)));
  } catch {
    header = null;
  }
  if (!isObject(header)) throw new ReplayError("This is not a hideseek replay: its header cannot be read.");
  return { header, start: 8 + length };
}

function readMetadata(header) {
  const text = header.__metadata__;
  if (!isObject(text)) throw damaged("its metadata are missing");
  for (const name of ["game", "hiders", "seekers", "about", "statistics"]) {
    if (typeof text[name] !== "string") throw damaged(`${name} is missing`);
  }
  for (const name of ["hiders", "seekers"]) {
    if (text[name].length > 2 * LONGEST_NAME) throw damaged(`the name of its ${name} is too long`);
  }
  return text;
}

function parse(text, name) {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(`${name} cannot be read`);
  }
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The counts of a game, from its fields.
 * @returns {Counts}
 */
export function countsOf(game) {
  const whole = (name, least, most) => {
    const value = isObject(game) ? game[name] : undefined;
    if (!Number.isInteger(value) || value < least || value > most) throw damaged(`${name} of its game is not valid`);
    return value;
  };
  const hiders = whole("hiders", 1, 16);
  const seekers = whole("seekers", 0, 16);
  const boxes = whole("boxes_max", 0, 16);
  const ramps = whole("ramps", 0, 8);
  const horizon = whole("horizon", 1, 100000);
  const share = game.preparation_fraction;
  if (typeof share !== "number" || !(share >= 0 && share <= 1)) {
    throw damaged("preparation_fraction of its game is not valid");
  }
  const agents = hiders + seekers;
  const objects = boxes + ramps;
  const preparation = Math.floor(share * horizon + 1e-9);
  const option = Object.hasOwn(SPOT_OPTIONS, game.objective) ? SPOT_OPTIONS[game.objective] : null;
  const spots = option ? whole(option, 1, 16) : 0;
  const sites = game.objective === "blueprint";
  const bodies = agents + objects;
  return { hiders, seekers, boxes, ramps, agents, objects, bodies, spots, sites, horizon, preparation };
}

function axisLengths(header, counts, statistics) {
  const shape = (name) => (isObject(header[name]) && Array.isArray(header[name].shape) ? header[name].shape : []);
  const [episode, wall] = shape("wall_centre");
  if (!Number.isInteger(episode) || episode < 1) throw damaged("it has no episode");
  // Left out of files of games that have none.
  const cylinder = "cylinder_centre" in header ? shape("cylinder_centre")[1] : 0;
  return {
    episode,
    wall,
    cylinder,
    frame: counts.horizon + 1,
    step: counts.horizon,
    body: counts.bodies,
    agent: counts.agents,
    object: counts.objects,
    byte: Math.ceil(counts.bodies / 8),
    ray: LIDAR_RAYS,
    xyz: 3,
    pair: 2,
    statistic: statistics,
    spot: counts.spots,
  };
}

function readArray(data, start, header, name, lengths) {
  const [type, axes] = ARRAYS[name];
  if (OF_SOME_GAMES.some((axis) => axes.includes(axis) && lengths[axis] === 0)) return { data: new TYPES[type](0), stride: 0 };
  const entry = header[name];
  if (!isObject(entry) || entry.dtype !== type) throw damaged(`${name} is missing or of another type`);
  const shape = axes.map((axis) => lengths[axis]);
  if (!Array.isArray(entry.shape) || entry.shape.join() !== shape.join()) {
    throw damaged(`${name} has the shape [${String(entry.shape).slice(0, 40)}], expected [${shape}]`);
  }
  const size = shape.reduce((product, length) => product * length, 1);
  const [from, to] = Array.isArray(entry.data_offsets) ? entry.data_offsets : [];
  const bytes = size * TYPES[type].BYTES_PER_ELEMENT;
  if (!Number.isInteger(from) || from < 0 || to - from !== bytes || start + to > data.length) {
    throw damaged(`${name} lies outside the file`);
  }
  // A copy, because an array need not begin at a multiple of its type's size.
  const copy = data.slice(start + from, start + to).buffer;
  return { data: new TYPES[type](copy), stride: size / lengths.episode };
}

/** Sum up what is stored as differences from frame to frame (typed arrays wrap as the writer does), scale to units. */
function restore(arrays, lengths) {
  for (const name of ["position", "yaw", "lidar", "spot_place", "spot_share"]) {
    const { data, stride } = arrays[name];
    const frame = stride / lengths.frame;
    for (let k = 0; k < data.length; k++) {
      if (k % stride >= frame) data[k] += data[k - frame];
    }
  }
  arrays.position.data = Float32Array.from(arrays.position.data, (value) => value * POSITION_STEP);
  arrays.spot_place.data = Float32Array.from(arrays.spot_place.data, (value) => value * POSITION_STEP);
  arrays.spot_share.data = Float32Array.from(arrays.spot_share.data, (value) => value / 255);
  arrays.yaw.data = Float32Array.from(arrays.yaw.data, (value) => value * YAW_STEP);
  arrays.lidar.data = Float32Array.from(arrays.lidar.data, (value) =>
    value === LIDAR_NOTHING ? Infinity : value * LIDAR_STEP,
  );
}

function check(arrays, counts, lengths) {
  const between = (name, least, most) => {
    // Not (a < b), so that NaN is refused as well.
    if (!arrays[name].data.every((value) => value >= least && value <= most)) {
      throw damaged(`${name} has a value that is out of range`);
    }
  };
  between("wall_count", 0, lengths.wall);
  between("wall_centre", 0, FLOOR_SIZE);
  between("wall_half", 0, FLOOR_SIZE);
  between("cylinder_centre", 0, FLOOR_SIZE);
  between("cylinder_size", 0, FLOOR_SIZE);
  between("half_size", 0, FLOOR_SIZE);
  between("exists", 0, 1);
  between("lock_team", -1, 1);
  between("grabbed", -1, counts.objects - 1);
  between("reward", -1e9, 1e9);
  between("statistics", -1e9, 1e9);
  checkExtents(arrays.half_size, (episode, body) => arrays.exists.data[episode * counts.bodies + body] === 1);
  checkExtents(arrays.wall_half, (episode, wall) => wall < arrays.wall_count.data[episode]);
  checkExtents(arrays.cylinder_size, () => true);
}

/** What exists must not be too short to be drawn. */
function checkExtents({ data, stride }, exists) {
  const isShort = (value, k) => value < SHORTEST && exists(Math.floor(k / stride), Math.floor((k % stride) / 3));
  if (data.some(isShort)) throw damaged("something in it has no size");
}
