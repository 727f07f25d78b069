/** The stage: renderer, light, the ground, and the walls and cylinders of an episode. */

import { PALETTE } from "./palette.js";
import { merge, roundedBox } from "./shapes.js";
import * as THREE from "./vendor/three.module.min.js";

export const FLOOR = 6;
const DRAWN_HEIGHT = 0.5;
/** The outer walls are 4 m high; they are drawn low, so that one can look over them. */
const FENCE_HEIGHT = 0.2;

export class Stage {
  /** @param {HTMLCanvasElement} canvas; throws where there is no WebGL */
  constructor(canvas) {
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: true });
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = THREE.PCFShadowMap;
    this.renderer.toneMapping = THREE.NeutralToneMapping;
    this.plain = false;
    this.scene = new THREE.Scene();
    this.scene.background = new THREE.Color(PALETTE.page);
    addLight(this.scene);
    this.scene.add(makeGround(), makeFloor());
    const plaster = new THREE.MeshStandardMaterial({ vertexColors: true, roughness: 0.9 });
    this.walls = new THREE.Mesh(new THREE.BufferGeometry(), plaster);
    this.walls.castShadow = this.walls.receiveShadow = true;
    this.scene.add(this.walls);
  }

  /** Build what does not move in an episode: one mesh for all. */
  setStatic(walls, cylinders) {
    this.walls.geometry.dispose();
    const parts = walls.map((wall) => [wallGeometry(wall, walls), wall.hz > 1 ? PALETTE.wallTop : PALETTE.wall]);
    const columns = cylinders.map((cylinder) => [column(cylinder), PALETTE.cylinder]);
    this.walls.geometry = merge([...parts, ...columns]);
  }

  /** Draw without the sun's shadows and no finer than the window's own pixels: for machines without a graphics card. */
  simplify() {
    this.plain = true;
    this.renderer.setPixelRatio(1);
    this.scene.traverse((part) => part.isLight && (part.castShadow = false));
  }

  resize(width, height, ratio) {
    this.renderer.setPixelRatio(this.plain ? 1 : Math.min(ratio, 2));
    this.renderer.setSize(width, height, false);
  }
}

function wallGeometry(wall, walls) {
  const top = wall.hz > 1 ? FENCE_HEIGHT : Math.min(DRAWN_HEIGHT, wall.z + wall.hz);
  const along = wall.hx > wall.hy ? "x" : "y";
  const half = `h${along}`;
  const [low, high] = [-1, 1].map((side) => wall[along] + side * (wall[half] + cornerGap(wall, along, side, walls)));
  const size = { hx: wall.hx, hy: wall.hy, [half]: (high - low) / 2 };
  const place = { x: wall.x, y: wall.y, [along]: (low + high) / 2 };
  return roundedBox(size.hx, size.hy, top / 2, 0.015, 2).translate(place.x, place.y, top / 2);
}

/** A cylinder, standing upright. */
function column({ x, y, z, radius, hz }) {
  return new THREE.CylinderGeometry(radius, radius, 2 * hz, 64).rotateX(Math.PI / 2).translate(x, y, z);
}

/** Walls touch only at their corners: how much longer one is drawn, to the far side of the one that it meets. */
function cornerGap(wall, along, side, walls) {
  const across = along === "x" ? "y" : "x";
  const [ahead, beside] = [`h${along}`, `h${across}`];
  const end = wall[along] + side * wall[ahead];
  const reach = 0.02;
  const met = walls.find(
    (other) =>
      other[ahead] < other[beside] &&
      Math.abs(end - other[along]) < other[ahead] + reach &&
      Math.abs(wall[across] - other[across]) < other[beside] + wall[beside] + reach,
  );
  return met ? side * (met[along] - end) + met[ahead] : 0;
}

function addLight(scene) {
  scene.add(new THREE.HemisphereLight("#ffffff", "#dfe3ec", 2.45));
  const sun = new THREE.DirectionalLight("#fffaf3", 2.15);
  sun.position.set(FLOOR / 2 - 3.4, FLOOR / 2 - 4.2, 8.5);
  sun.target.position.set(FLOOR / 2, FLOOR / 2, 0);
  sun.castShadow = true;
  sun.shadow.mapSize.set(1024, 1024);
  sun.shadow.radius = 3;
  sun.shadow.bias = -0.0004;
  sun.shadow.normalBias = 0.02;
  Object.assign(sun.shadow.camera, { left: -4.8, right: 4.8, top: 4.8, bottom: -4.8, near: 3, far: 16 });
  scene.add(sun, sun.target);
}

/** What lies around the floor shows shadows alone: agents may leave a floor that is not fenced. */
function makeGround() {
  const material = new THREE.ShadowMaterial({ color: PALETTE.ink, opacity: 0.16 });
  const ground = new THREE.Mesh(new THREE.CircleGeometry(13, 64), material);
  ground.position.set(FLOOR / 2, FLOOR / 2, -0.004);
  ground.receiveShadow = true;
  return ground;
}

/** The floor: a pale plate with rounded corners and a line every metre. */
function makeFloor() {
  const size = 1536;
  const margin = 0.12;
  const scale = size / (FLOOR + 2 * margin);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  context.fillStyle = PALETTE.floor;
  context.beginPath();
  context.roundRect(2, 2, size - 4, size - 4, 0.14 * scale);
  context.fill();
  context.strokeStyle = PALETTE.floorLine;
  context.lineWidth = 0.014 * scale;
  for (let k = 0; k <= FLOOR; k++) {
    const at = (k + margin) * scale;
    const [from, to] = [margin * scale, (FLOOR + margin) * scale];
    context.beginPath();
    context.moveTo(at, from);
    context.lineTo(at, to);
    context.moveTo(from, at);
    context.lineTo(to, at);
    context.stroke();
  }
  const texture = new THREE.CanvasTexture(canvas);
  texture.colorSpace = THREE.SRGBColorSpace;
  texture.anisotropy = 8;
  const side = FLOOR + 2 * margin;
  const material = new THREE.MeshStandardMaterial({ map: texture, roughness: 1, transparent: true });
  const floor = new THREE.Mesh(new THREE.PlaneGeometry(side, side), material);
  floor.position.set(FLOOR / 2, FLOOR / 2, 0);
  floor.receiveShadow = true;
  floor.renderOrder = -1;
  return floor;
}
