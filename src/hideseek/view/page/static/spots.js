/** Spots on the floor: food, smaller the less there is of it, and the outlines of sites to build on. */

import { PALETTE } from "./palette.js";
import { merge } from "./shapes.js";
import * as THREE from "./vendor/three.module.min.js";

const FOOD_RADIUS = 0.1;
const LEAST_SCALE = 0.3;
const SITE_HALF = 0.25;
const LINE = 0.035;
const LIFT = 0.012;

export class Spots {
  /**
   * @param {THREE.Scene} scene
   * @param {import("./replay.js").Counts} counts
   */
  constructor(scene, counts) {
    this.sites = counts.sites;
    this.material = new THREE.MeshStandardMaterial({ vertexColors: true, roughness: 0.6 });
    const geometry = counts.sites ? siteGeometry() : foodGeometry();
    this.mesh = new THREE.InstancedMesh(geometry, this.material, Math.max(1, counts.spots));
    this.mesh.castShadow = !counts.sites;
    this.mesh.receiveShadow = true;
    this.mesh.frustumCulled = false;
    this.mesh.count = 0;
    this.matrix = new THREE.Matrix4();
    scene.add(this.mesh);
  }

  /** @param {import("./episode.js").Moment} moment */
  update(moment) {
    let count = 0;
    moment.spotShare.forEach((share, k) => {
      if (share <= 0) return;
      const [x, y] = moment.spotPlace.subarray(3 * k, 3 * k + 2);
      const scale = this.sites ? 1 : LEAST_SCALE + (1 - LEAST_SCALE) * share;
      this.matrix.makeScale(scale, scale, scale).setPosition(x, y, this.sites ? LIFT : FOOD_RADIUS * scale);
      this.mesh.setMatrixAt(count++, this.matrix);
    });
    this.mesh.count = count;
    this.mesh.instanceMatrix.needsUpdate = true;
  }

  dispose() {
    this.mesh.removeFromParent();
    this.mesh.geometry.dispose();
    this.material.dispose();
    this.mesh.dispose();
  }
}

function foodGeometry() {
  const stalk = new THREE.CylinderGeometry(0.012, 0.012, 0.08, 8);
  stalk.rotateX(Math.PI / 2).translate(0, 0, FOOD_RADIUS + 0.02);
  return merge([
    [new THREE.SphereGeometry(FOOD_RADIUS, 20, 14), PALETTE.food],
    [stalk, PALETTE.ink],
  ]);
}

/** A square frame that lies on the floor, as large as a box. */
function siteGeometry() {
  const bar = (x, y, width, height) => {
    const part = new THREE.BoxGeometry(width, height, 0.01);
    part.translate(x, y, 0);
    return [part, PALETTE.site];
  };
  const side = 2 * SITE_HALF;
  return merge([
    bar(-SITE_HALF, 0, LINE, side),
    bar(SITE_HALF, 0, LINE, side),
    bar(0, -SITE_HALF, side, LINE),
    bar(0, SITE_HALF, side, LINE),
  ]);
}
