/** Where one looks from: free around the floor, from above, or behind an agent. */

import { FLOOR } from "./stage.js";
import { OrbitControls } from "./vendor/OrbitControls.js";
import * as THREE from "./vendor/three.module.min.js";

export const CAMERAS = ["orbit", "top", "follow"];
const MIDDLE = new THREE.Vector3(FLOOR / 2, FLOOR / 2, 0);
const ORBIT_WAY = new THREE.Vector3(0.06, -0.66, 0.86).normalize();
const TOP_WAY = new THREE.Vector3(0, -0.0001, 1);
const WIDE = 32;
/** From above a narrow lens, so that walls do not lean. */
const NARROW = 12;
const FARTHEST = 60;
const FOLLOW = { behind: 2.9, above: 2.3, ahead: 0.9 };

export class Cameras {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {() => void} changed called when the view has been moved by hand
   * @param {boolean} still whether motion is to be reduced
   */
  constructor(canvas, changed, still) {
    this.camera = new THREE.PerspectiveCamera(WIDE, 1, 0.1, 120);
    this.camera.up.set(0, 0, 1);
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.enableDamping = false;
    this.controls.minDistance = 1.5;
    this.controls.maxDistance = FARTHEST;
    this.controls.maxPolarAngle = 1.48;
    this.controls.zoomToCursor = true;
    this.controls.addEventListener("change", changed);
    this.still = still;
    this.mode = "orbit";
    this.agent = 0;
    this.settled = false;
    this.wanted = new THREE.Vector3();
    this.aim = new THREE.Vector3();
    this.reset();
  }

  setMode(mode) {
    this.mode = mode;
    this.settled = false;
    this.camera.fov = mode === "top" ? NARROW : WIDE;
    this.camera.updateProjectionMatrix();
    this.controls.enabled = mode !== "follow";
    this.controls.enableRotate = mode === "orbit";
    this.controls.mouseButtons.LEFT = mode === "top" ? THREE.MOUSE.PAN : THREE.MOUSE.ROTATE;
    this.controls.touches.ONE = mode === "top" ? THREE.TOUCH.PAN : THREE.TOUCH.ROTATE;
    if (mode !== "follow") this.reset();
  }

  follow(agent) {
    this.agent = agent;
    this.settled = false;
  }

  resize(aspect) {
    this.camera.aspect = aspect;
    this.camera.updateProjectionMatrix();
    if (this.mode !== "follow") this.reset();
  }

  /** Look at the whole floor. */
  reset() {
    this.controls.target.copy(MIDDLE);
    const way = this.mode === "top" ? TOP_WAY : ORBIT_WAY;
    const distance = this.fittingDistance(way);
    this.camera.position.copy(MIDDLE).addScaledVector(way, distance);
    this.camera.lookAt(MIDDLE);
    this.controls.update();
  }

  /** The smallest distance from which all corners of the floor are in the picture. */
  fittingDistance(way) {
    const tall = Math.tan((this.camera.fov * Math.PI) / 360);
    const wide = tall * this.camera.aspect;
    this.camera.position.copy(MIDDLE).add(way);
    this.camera.lookAt(MIDDLE);
    this.camera.updateMatrixWorld();
    const inverse = this.camera.quaternion.clone().invert();
    let distance = 0;
    for (const [x, y, z] of [-1, 1].flatMap((x) => [-1, 1].flatMap((y) => [0, 0.5].map((z) => [x, y, z])))) {
      const half = FLOOR / 2 + 0.05;
      const corner = new THREE.Vector3(x * half, y * half, z).applyQuaternion(inverse);
      // The corner is at depth (distance - corner.z); both its sides have to lie within the picture there.
      distance = Math.max(distance, corner.z + Math.abs(corner.x) / wide, corner.z + Math.abs(corner.y) / tall);
    }
    return distance * 1.03;
  }

  /** Turn and tilt the free view by keys [radians], or come nearer by a factor. */
  nudge(turn, tilt, zoom) {
    if (this.mode === "follow") return;
    const offset = this.camera.position.clone().sub(this.controls.target);
    const sphere = new THREE.Spherical().setFromCartesianCoords(offset.x, offset.z, -offset.y);
    if (this.mode === "orbit") {
      sphere.theta += turn;
      sphere.phi = Math.min(1.48, Math.max(0.02, sphere.phi + tilt));
    }
    sphere.radius = Math.min(FARTHEST, Math.max(1.5, sphere.radius * zoom));
    offset.setFromSpherical(sphere);
    this.camera.position.set(offset.x, -offset.z, offset.y).add(this.controls.target);
    this.controls.update();
  }

  /**
   * Move a following camera.
   * @param {import("./episode.js").Moment} moment
   * @param {number} seconds since the last picture
   * @returns {boolean} whether it still moves
   */
  update(moment, seconds) {
    if (this.mode !== "follow") return false;
    const p = moment.position;
    const [x, y, z] = [p[3 * this.agent], p[3 * this.agent + 1], p[3 * this.agent + 2]];
    // With reduced motion the view moves along but does not turn.
    const [ax, ay] = this.still ? [0, 1] : [Math.sin(moment.yaw[this.agent]), -Math.cos(moment.yaw[this.agent])];
    this.wanted.set(x - FOLLOW.behind * ax, y - FOLLOW.behind * ay, z + FOLLOW.above);
    const share = this.settled && !this.still ? 1 - Math.exp(-seconds / 0.22) : 1;
    this.camera.position.lerp(this.wanted, share);
    const far = this.camera.position.distanceTo(this.wanted);
    this.wanted.set(x + FOLLOW.ahead * ax, y + FOLLOW.ahead * ay, z);
    this.aim.lerp(this.wanted, share);
    this.camera.lookAt(this.aim);
    this.settled = true;
    return far > 0.002;
  }
}
