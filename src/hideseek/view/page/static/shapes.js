/** Geometry: shapes that three.js lacks, and parts merged into one mesh so that it takes one draw call. */

import * as THREE from "./vendor/three.module.min.js";

/**
 * Merge parts into one geometry with a colour per vertex.
 * @param {[THREE.BufferGeometry, string][]} parts geometries, already in place, and their colours
 */
export function merge(parts) {
  const [position, normal, colour, index] = [[], [], [], []];
  const paint = new THREE.Color();
  for (const [part, name] of parts) {
    const first = position.length / 3;
    const { count } = part.attributes.position;
    const corners = part.index ? part.index.array : Array.from({ length: count }, (_, k) => k);
    paint.set(name);
    position.push(...part.attributes.position.array);
    normal.push(...part.attributes.normal.array);
    for (let k = 0; k < count; k++) colour.push(paint.r, paint.g, paint.b);
    for (const corner of corners) index.push(first + corner);
  }
  const whole = new THREE.BufferGeometry();
  whole.setAttribute("position", new THREE.Float32BufferAttribute(position, 3));
  whole.setAttribute("normal", new THREE.Float32BufferAttribute(normal, 3));
  whole.setAttribute("color", new THREE.Float32BufferAttribute(colour, 3));
  whole.setIndex(index);
  return whole;
}

/** A cuboid with rounded edges: a finely cut cube whose vertices are pushed out from a smaller one. */
export function roundedBox(hx, hy, hz, radius, cuts = 4) {
  const r = Math.min(radius, hx, hy, hz);
  const segments = 2 * cuts + 1;
  const geometry = new THREE.BoxGeometry(2, 2, 2, segments, segments, segments);
  const { position, normal } = geometry.attributes;
  const inner = [hx - r, hy - r, hz - r];
  const way = new THREE.Vector3();
  // The middle segment of each side is its flat part; the others are the arcs.
  const arc = (value) => Math.sign(value) * Math.max(0, (Math.abs(value) * segments - 1) / (segments - 1));
  for (let k = 0; k < position.count; k++) {
    const place = [position.getX(k), position.getY(k), position.getZ(k)];
    way.fromArray(place.map((value) => Math.tan((arc(value) * Math.PI) / 4))).normalize();
    const at = place.map((value, axis) => Math.sign(value) * inner[axis]);
    position.setXYZ(k, at[0] + r * way.x, at[1] + r * way.y, at[2] + r * way.z);
    normal.setXYZ(k, way.x, way.y, way.z);
  }
  return geometry;
}

/** A ramp that fills a cuboid: from the floor at +y up to the full height at -y, edges slightly rounded. */
export function wedge(hx, hy, hz, bevel) {
  const profile = new THREE.Shape();
  const b = bevel;
  profile.moveTo(-hy + b, -hz + b);
  profile.lineTo(hy - 2.4 * b, -hz + b);
  profile.lineTo(-hy + b, hz - 2.4 * b);
  profile.closePath();
  const options = { depth: 2 * hx - 2 * b, bevelSize: b, bevelThickness: b, bevelSegments: 3, steps: 1 };
  const geometry = new THREE.ExtrudeGeometry(profile, options);
  geometry.translate(0, 0, -hx + b);
  // The profile's (x, y, depth) are the ramp's (y, z, x).
  geometry.applyMatrix4(new THREE.Matrix4().set(0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1));
  return geometry;
}

/** A flat chevron on a ramp's slope, pointing up. `y` is where its tip lies. */
export function slopeMark(hx, hy, hz, y) {
  const w = 0.5 * hx;
  const thick = 0.22 * hy;
  const rise = 0.3 * hy;
  const outline = [
    [-w, y + rise],
    [0, y],
    [w, y + rise],
    [w, y + rise + thick],
    [0, y + thick],
    [-w, y + rise + thick],
  ];
  const points = outline.map(([x, v]) => [x, v, (-v * hz) / hy + 0.012]);
  const faces = [
    [0, 1, 4],
    [0, 4, 5],
    [1, 2, 3],
    [1, 3, 4],
  ];
  const geometry = new THREE.BufferGeometry();
  const corners = faces.flatMap(([a, b, c]) => [points[a], points[c], points[b]]).flat();
  geometry.setAttribute("position", new THREE.Float32BufferAttribute(corners, 3));
  geometry.computeVertexNormals();
  return geometry;
}

/** A padlock, standing upright in the plane y = 0 and centred on the origin. */
export function padlock(colour, light) {
  const body = roundedBox(0.075, 0.022, 0.058, 0.018).translate(0, 0, -0.035);
  const shackle = new THREE.TorusGeometry(0.045, 0.013, 10, 20, Math.PI).rotateX(Math.PI / 2);
  shackle.translate(0, 0, 0.045);
  const legs = [-0.045, 0.045].map((x) =>
    new THREE.CylinderGeometry(0.013, 0.013, 0.03, 10).rotateX(Math.PI / 2).translate(x, 0, 0.032),
  );
  const hole = new THREE.CylinderGeometry(0.016, 0.016, 0.052, 14).translate(0, 0, -0.025);
  const slot = new THREE.BoxGeometry(0.012, 0.052, 0.035).translate(0, 0, -0.045);
  return merge([[body, colour], [shackle, colour], ...legs.map((leg) => [leg, colour]), [hole, light], [slot, light]]);
}

/** A soft round or square shadow, white on clear, for the floor below a body. */
export function shadowTexture(square) {
  const size = 64;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  const image = context.createImageData(size, size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [u, v] = [(2 * (x + 0.5)) / size - 1, (2 * (y + 0.5)) / size - 1].map(Math.abs);
      const out = square ? Math.hypot(Math.max(0, u - 0.6), Math.max(0, v - 0.6)) / 0.4 : Math.hypot(u, v);
      const cover = Math.max(0, 1 - out);
      image.data.set([255, 255, 255, 255 * cover * cover * (3 - 2 * cover)], 4 * (y * size + x));
    }
  }
  context.putImageData(image, 0, 0);
  return new THREE.CanvasTexture(canvas);
}
