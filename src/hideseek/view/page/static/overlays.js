/** What can be laid over the scene: cones of view, lines of sight, lidar, trails; and the rods of grabs. */

import { PALETTE, TEAM } from "./palette.js";
import { LIDAR_RAYS } from "./replay.js";
import { measureView } from "./sight.js";
import * as THREE from "./vendor/three.module.min.js";

const VIEW_RAYS = 81;
const VIEW_FADE = 3.2;
const TRAIL = 80;
const AGENT_RADIUS = 0.15;

/** Rods between pairs of points: one draw call for all. */
export class Rods {
  constructor(group, capacity, material, castShadow = false) {
    const unit = new THREE.CylinderGeometry(1, 1, 1, 10, 1).rotateX(Math.PI / 2).translate(0, 0, 0.5);
    this.mesh = new THREE.InstancedMesh(unit, material, Math.max(1, capacity));
    this.mesh.frustumCulled = false;
    this.mesh.castShadow = castShadow;
    this.mesh.instanceMatrix.setUsage(THREE.DynamicDrawUsage);
    // Made before the first frame, so that the shader has it.
    this.mesh.setColorAt(0, white);
    group.add(this.mesh);
    this.mesh.count = 0;
  }

  clear() {
    this.mesh.count = 0;
  }

  add(ax, ay, az, bx, by, bz, radius, colour) {
    if (this.mesh.count >= this.mesh.instanceMatrix.count) return;
    way.set(bx - ax, by - ay, bz - az);
    const length = way.length();
    if (length < 1e-6) return;
    quaternion.setFromUnitVectors(up, way.divideScalar(length));
    matrix.compose(point.set(ax, ay, az), quaternion, size.set(radius, radius, length));
    this.mesh.setMatrixAt(this.mesh.count, matrix);
    this.mesh.setColorAt(this.mesh.count++, colour);
  }

  finish() {
    this.mesh.instanceMatrix.needsUpdate = true;
    this.mesh.instanceColor.needsUpdate = true;
  }
}

const white = new THREE.Color(PALETTE.white);
const ink = new THREE.Color(PALETTE.ink);
const teams = TEAM.map((name) => new THREE.Color(name));
const [way, point, size, up] = [0, 1, 2, 3].map(() => new THREE.Vector3());
up.set(0, 0, 1);
const quaternion = new THREE.Quaternion();
const matrix = new THREE.Matrix4();

/** A mesh of flat triangles whose vertices have colours and opacities of their own, made anew for every picture. */
class Veil {
  constructor(group, vertices, index, lift) {
    this.position = new Float32Array(3 * vertices);
    this.colour = new Float32Array(4 * vertices);
    this.geometry = new THREE.BufferGeometry();
    this.geometry.setAttribute(
      "position",
      new THREE.BufferAttribute(this.position, 3).setUsage(THREE.DynamicDrawUsage),
    );
    this.geometry.setAttribute("color", new THREE.BufferAttribute(this.colour, 4).setUsage(THREE.DynamicDrawUsage));
    this.geometry.setIndex(index);
    const look = { vertexColors: true, transparent: true, depthWrite: false, side: THREE.DoubleSide };
    this.mesh = new THREE.Mesh(this.geometry, new THREE.MeshBasicMaterial(look));
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = lift;
    group.add(this.mesh);
  }

  set(vertex, x, y, z, colour, opacity) {
    this.position.set([x, y, z], 3 * vertex);
    this.colour.set([colour.r, colour.g, colour.b, opacity], 4 * vertex);
  }

  finish() {
    this.geometry.attributes.position.needsUpdate = true;
    this.geometry.attributes.color.needsUpdate = true;
  }
}

export class Overlays {
  /**
   * @param {THREE.Scene} scene
   * @param {import("./episode.js").Layout} layout
   */
  constructor(scene, layout) {
    this.layout = layout;
    this.counts = layout.counts;
    this.group = new THREE.Group();
    scene.add(this.group);
    const { agents, hiders, seekers } = this.counts;
    const plain = (opacity) => new THREE.MeshBasicMaterial({ transparent: true, opacity, depthWrite: false });
    this.cones = new Veil(this.group, agents * (VIEW_RAYS + 1), fans(agents), 1);
    this.trails = new Veil(this.group, agents * 2 * TRAIL, strips(agents), 2);
    this.links = new Rods(this.group, 2 * hiders * seekers, plain(0.85));
    this.lidar = new Rods(this.group, agents * LIDAR_RAYS, plain(0.5));
    const dot = new THREE.SphereGeometry(0.028, 10, 8);
    this.hits = new THREE.InstancedMesh(dot, plain(0.9), agents * LIDAR_RAYS);
    this.hits.frustumCulled = false;
    this.hits.setColorAt(0, white);
    this.group.add(this.hits);
    this.grabs = new Rods(this.group, 2 * agents, new THREE.MeshStandardMaterial({ roughness: 0.4 }), true);
    this.ranges = new Float32Array(VIEW_RAYS);
    this.place = [0, 0, 0];
  }

  /**
   * @param {import("./episode.js").Moment} moment
   * @param {Record<"cones" | "links" | "lidar" | "trails", boolean>} shown
   * @param {import("./episode.js").Episode | null} episode whose past the trails show
   */
  update(moment, shown, episode) {
    this.cones.mesh.visible = shown.cones;
    this.links.mesh.visible = shown.links;
    this.lidar.mesh.visible = this.hits.visible = shown.lidar;
    this.trails.mesh.visible = shown.trails && episode !== null;
    if (shown.cones) this.updateCones(moment);
    if (shown.links) this.updateLinks(moment);
    if (shown.lidar) this.updateLidar(moment);
    if (this.trails.mesh.visible) this.updateTrails(moment, episode);
    this.updateGrabs(moment);
  }

  updateCones(moment) {
    const p = moment.position;
    for (let a = 0; a < this.counts.agents; a++) {
      const seeker = a >= this.counts.hiders;
      const strength = seeker && moment.preparation ? 0.06 : 0.34;
      measureView(this.layout, moment, a, this.ranges, VIEW_FADE);
      const first = a * (VIEW_RAYS + 1);
      // Just above what the agent stands on, so that the fan of one on a box lies at the height of its view.
      const z = Math.max(0, p[3 * a + 2] - AGENT_RADIUS) + 0.008 + 0.0005 * a;
      const colour = teams[seeker ? 1 : 0];
      this.cones.set(first, p[3 * a], p[3 * a + 1], z, colour, strength);
      const start = moment.yaw[a] - Math.PI / 2 - (3 / 8) * Math.PI;
      for (let k = 0; k < VIEW_RAYS; k++) {
        const angle = start + (0.75 * Math.PI * k) / (VIEW_RAYS - 1);
        const range = this.ranges[k];
        const [x, y] = [p[3 * a] + range * Math.cos(angle), p[3 * a + 1] + range * Math.sin(angle)];
        this.cones.set(first + 1 + k, x, y, z, colour, strength * (1 - range / VIEW_FADE));
      }
    }
    this.cones.finish();
  }

  /** A link runs from each agent to each opponent that it sees: seekers' are thicker and higher. */
  updateLinks(moment) {
    const { hiders, agents, bodies } = this.counts;
    const p = moment.position;
    this.links.clear();
    for (let a = 0; a < agents; a++) {
      const seeker = a >= hiders;
      for (let b = seeker ? 0 : hiders; b < (seeker ? hiders : agents); b++) {
        if (!moment.sees[a * bodies + b]) continue;
        const lift = seeker ? 0.1 : 0.03;
        const thick = seeker ? 0.014 : 0.007;
        const [ax, ay, az] = [p[3 * a], p[3 * a + 1], p[3 * a + 2] + lift];
        this.links.add(ax, ay, az, p[3 * b], p[3 * b + 1], p[3 * b + 2] + lift, thick, teams[seeker ? 1 : 0]);
      }
    }
    this.links.finish();
  }

  updateLidar(moment) {
    const p = moment.position;
    this.lidar.clear();
    this.hits.count = 0;
    for (let a = 0; a < this.counts.agents; a++) {
      const colour = teams[a >= this.counts.hiders ? 1 : 0];
      const [x, y, z] = [p[3 * a], p[3 * a + 1], p[3 * a + 2]];
      for (let j = 0; j < LIDAR_RAYS; j++) {
        const range = moment.lidar[a * LIDAR_RAYS + j];
        if (!Number.isFinite(range)) continue;
        const [dx, dy] = [Math.cos((2 * Math.PI * j) / LIDAR_RAYS), Math.sin((2 * Math.PI * j) / LIDAR_RAYS)];
        const [hx, hy] = [x + range * dx, y + range * dy];
        this.lidar.add(x + AGENT_RADIUS * dx, y + AGENT_RADIUS * dy, z, hx, hy, z, 0.004, colour);
        this.hits.setMatrixAt(this.hits.count, matrix.makeTranslation(hx, hy, z));
        this.hits.setColorAt(this.hits.count++, colour);
      }
    }
    this.lidar.finish();
    this.hits.instanceMatrix.needsUpdate = true;
    this.hits.instanceColor.needsUpdate = true;
  }

  /** Ribbons along the last steps of every agent, fading into the past. */
  updateTrails(moment, episode) {
    const p = moment.position;
    for (let a = 0; a < this.counts.agents; a++) {
      const colour = teams[a >= this.counts.hiders ? 1 : 0];
      let [x, y, z] = [p[3 * a], p[3 * a + 1], p[3 * a + 2]];
      let [nx, ny] = [0, 0];
      for (let k = 0; k < TRAIL; k++) {
        episode.place(Math.max(0, moment.step - k), a, this.place);
        const [dx, dy] = [x - this.place[0], y - this.place[1]];
        const length = Math.hypot(dx, dy);
        if (length > 1e-3) [nx, ny] = [-dy / length, dx / length];
        const half = 0.032 * (1 - k / TRAIL);
        const height = Math.max(0, z - AGENT_RADIUS) + 0.01 + 0.0004 * a;
        const opacity = 0.75 * (1 - k / (TRAIL - 1));
        this.trails.set(2 * (a * TRAIL + k), x + half * nx, y + half * ny, height, colour, opacity);
        this.trails.set(2 * (a * TRAIL + k) + 1, x - half * nx, y - half * ny, height, colour, opacity);
        [x, y, z] = this.place;
      }
    }
    this.trails.finish();
  }

  updateGrabs(moment) {
    const p = moment.position;
    this.grabs.clear();
    for (let a = 0; a < this.counts.agents; a++) {
      if (moment.grabbed[a] < 0) continue;
      const b = this.counts.agents + moment.grabbed[a];
      const top = p[3 * b + 2] + this.layout.halfSize[3 * b + 2] + 0.06;
      this.grabs.add(p[3 * a], p[3 * a + 1], p[3 * a + 2] + 0.08, p[3 * b], p[3 * b + 1], top, 0.02, white);
      this.grabs.add(p[3 * b], p[3 * b + 1], top - 0.06, p[3 * b], p[3 * b + 1], top + 0.02, 0.035, ink);
    }
    this.grabs.finish();
  }

  dispose() {
    this.group.removeFromParent();
    for (const mesh of this.group.children) {
      mesh.geometry.dispose();
      mesh.material.dispose();
      mesh.dispose?.();
    }
  }
}

function fans(agents) {
  const index = [];
  for (let a = 0; a < agents; a++) {
    const first = a * (VIEW_RAYS + 1);
    for (let k = 1; k < VIEW_RAYS; k++) index.push(first, first + k, first + k + 1);
  }
  return index;
}

function strips(agents) {
  const index = [];
  for (let a = 0; a < agents; a++) {
    for (let k = 0; k + 1 < TRAIL; k++) {
      const at = 2 * (a * TRAIL + k);
      index.push(at, at + 1, at + 2, at + 1, at + 3, at + 2);
    }
  }
  return index;
}
