/** Boxes and ramps, and what marks the locked ones: a plate in the team's colour below, a padlock above. */

import { PALETTE, TEAM } from "./palette.js";
import { merge, padlock, roundedBox, shadowTexture, slopeMark, wedge } from "./shapes.js";
import * as THREE from "./vendor/three.module.min.js";

const PLATE = 0.035;
const LIFT = 0.17;

export class Objects {
  /**
   * @param {THREE.Scene} scene
   * @param {import("./episode.js").Layout} layout
   */
  constructor(scene, layout) {
    this.layout = layout;
    this.group = new THREE.Group();
    scene.add(this.group);
    this.solid = new THREE.MeshStandardMaterial({ vertexColors: true, roughness: 0.7 });
    this.kinds = this.makeKinds();
    const count = layout.counts.objects;
    const material = () => new THREE.MeshStandardMaterial({ roughness: 0.6 });
    this.plates = this.add(roundedBox(1, 1, 1, 0.05, 2), material(), count);
    this.plates.castShadow = false;
    this.locks = TEAM.map((colour) => this.add(padlock(colour, PALETTE.white), this.solid, count));
    const soft = { map: shadowTexture(true), color: PALETTE.ink, transparent: true, opacity: 0.42, depthWrite: false };
    this.shadows = this.add(new THREE.PlaneGeometry(2, 2), new THREE.MeshBasicMaterial(soft), count);
    this.shadows.castShadow = false;
    this.team = TEAM.map((colour) => new THREE.Color(colour));
    this.matrix = new THREE.Matrix4();
    this.scale = new THREE.Vector3();
    this.locked = 0;
  }

  add(geometry, material, count) {
    const mesh = new THREE.InstancedMesh(geometry, material, Math.max(1, count));
    mesh.castShadow = mesh.receiveShadow = true;
    mesh.frustumCulled = false;
    mesh.instanceMatrix.setUsage(THREE.DynamicDrawUsage);
    mesh.count = 0;
    this.group.add(mesh);
    return mesh;
  }

  /** One mesh for the objects of each shape and size: [mesh, indices of its objects]. */
  makeKinds() {
    const { counts, exists, halfSize } = this.layout;
    const groups = new Map();
    for (let o = 0; o < counts.objects; o++) {
      const b = counts.agents + o;
      if (!exists[b]) continue;
      const size = [0, 1, 2].map((k) => halfSize[3 * b + k]);
      const key = `${o < counts.boxes} ${size.map((half) => half.toFixed(3))}`;
      if (!groups.has(key)) groups.set(key, { size, box: o < counts.boxes, objects: [] });
      groups.get(key).objects.push(o);
    }
    return [...groups.values()].map(({ size, box, objects }) => {
      const geometry = box ? boxGeometry(...size) : rampGeometry(...size);
      return { mesh: this.add(geometry, this.solid, objects.length), objects };
    });
  }

  /**
   * @param {import("./episode.js").Moment} moment
   * @param {THREE.Camera} camera padlocks face it
   */
  update(moment, camera) {
    for (const { mesh, objects } of this.kinds) {
      objects.forEach((o, index) => {
        this.place(moment, o);
        mesh.setMatrixAt(index, this.matrix);
      });
      mesh.count = objects.length;
    }
    this.updateMarks(moment, camera);
    for (const mesh of this.group.children) {
      mesh.instanceMatrix.needsUpdate = true;
      if (mesh.instanceColor) mesh.instanceColor.needsUpdate = true;
    }
  }

  updateMarks(moment, camera) {
    const { counts, exists } = this.layout;
    const locks = [0, 0];
    let plates = 0;
    let shadows = 0;
    for (let o = 0; o < counts.objects; o++) {
      if (!exists[counts.agents + o]) continue;
      this.placeFlat(moment, o, 0.09, 0.003, 1);
      this.shadows.setMatrixAt(shadows++, this.matrix);
      const team = moment.lockTeam[o];
      if (team < 0) continue;
      this.placeFlat(moment, o, PLATE, 0.012, 0.012);
      this.plates.setMatrixAt(plates, this.matrix);
      this.plates.setColorAt(plates++, this.team[team]);
      this.placeLock(moment, o, camera);
      this.locks[team].setMatrixAt(locks[team]++, this.matrix);
    }
    this.shadows.count = shadows;
    this.plates.count = this.locked = plates;
    this.locks.forEach((mesh, team) => (mesh.count = locks[team]));
  }

  place(moment, o) {
    const b = this.layout.counts.agents + o;
    const p = moment.position;
    this.matrix.makeRotationZ(moment.yaw[b]);
    this.matrix.setPosition(p[3 * b], p[3 * b + 1], p[3 * b + 2]);
  }

  /** A rectangle below the object, larger by `margin` on each side. */
  placeFlat(moment, o, margin, lift, thickness) {
    const { halfSize, counts } = this.layout;
    const b = counts.agents + o;
    this.place(moment, o);
    this.matrix.scale(this.scale.set(halfSize[3 * b] + margin, halfSize[3 * b + 1] + margin, thickness));
    this.matrix.elements[14] = Math.max(0, moment.position[3 * b + 2] - halfSize[3 * b + 2]) + lift;
  }

  placeLock(moment, o, camera) {
    const b = this.layout.counts.agents + o;
    const p = moment.position;
    // The padlock stands in its x-z plane; the camera looks along its own -z.
    this.matrix.makeRotationX(-Math.PI / 2).premultiply(turn.makeRotationFromQuaternion(camera.quaternion));
    const height = p[3 * b + 2] + this.layout.halfSize[3 * b + 2] + LIFT;
    this.matrix.setPosition(p[3 * b], p[3 * b + 1], height);
  }

  dispose() {
    this.group.removeFromParent();
    for (const mesh of this.group.children) {
      mesh.geometry.dispose();
      mesh.material.map?.dispose();
      mesh.material.dispose();
      mesh.dispose();
    }
  }
}

const turn = new THREE.Matrix4();

/** A crate: a lighter panel is set into each side. */
function boxGeometry(hx, hy, hz) {
  const inset = 0.045;
  const out = 0.003;
  const light = "#f7c462";
  const panel = (x, y, z) => roundedBox(x, y, z, 0.012, 1);
  return merge([
    [roundedBox(hx, hy, hz, 0.035, 3), PALETTE.box],
    [panel(hx + out, hy - inset, hz - inset), light],
    [panel(hx - inset, hy + out, hz - inset), light],
    [panel(hx - inset, hy - inset, hz + out), light],
  ]);
}

function rampGeometry(hx, hy, hz) {
  return merge([
    [wedge(hx, hy, hz, 0.018), PALETTE.ramp],
    [slopeMark(hx, hy, hz, -0.62 * hy), PALETTE.rampMark],
    [slopeMark(hx, hy, hz, -0.12 * hy), PALETTE.rampMark],
  ]);
}
