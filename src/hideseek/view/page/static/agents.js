/** Agents: hiders with round ears and a white collar, seekers with pointed ears and a dark one; faces show headings. */

import { PALETTE, TEAM } from "./palette.js";
import { merge, shadowTexture } from "./shapes.js";
import * as THREE from "./vendor/three.module.min.js";

const EYES = [-0.056, 0.056];
const ARMS = [-0.13, 0.13];
const EYE_AHEAD = -0.112;
const EYE_HEIGHT = 0.062;
const LOOK = 0.016;

export class Agents {
  /** @param {THREE.Scene} scene */
  constructor(scene, counts) {
    this.counts = counts;
    this.group = new THREE.Group();
    scene.add(this.group);
    const body = new THREE.MeshStandardMaterial({ vertexColors: true, roughness: 0.55 });
    const face = new THREE.MeshStandardMaterial({ vertexColors: true, roughness: 0.25 });
    this.bodies = [0, 1].map((team) => this.add(bodyGeometry(team), body, team ? counts.seekers : counts.hiders));
    this.eyes = this.add(eyeGeometry(), face, counts.agents);
    this.pupils = this.add(pupilGeometry(), face, counts.agents);
    this.lids = this.add(lidGeometry(), body, counts.agents);
    for (const mesh of [this.eyes, this.pupils, this.lids]) mesh.castShadow = false;
    const soft = { map: shadowTexture(false), color: PALETTE.ink, transparent: true, opacity: 0.4, depthWrite: false };
    this.shadows = this.add(new THREE.PlaneGeometry(0.5, 0.5), new THREE.MeshBasicMaterial(soft), counts.agents);
    this.shadows.castShadow = false;
    const halo = { color: TEAM[1], transparent: true, opacity: 0.85, depthWrite: false };
    const ring = new THREE.RingGeometry(0.21, 0.25, 48);
    this.halos = this.add(ring, new THREE.MeshBasicMaterial(halo), counts.agents);
    this.halos.castShadow = false;
    const chosen = { color: PALETTE.ink, transparent: true, opacity: 0.75, depthWrite: false };
    const dashes = merge(
      [0, 1, 2, 3].map((k) => [new THREE.RingGeometry(0.28, 0.305, 16, 1, (k * Math.PI) / 2, 0.9), PALETTE.ink]),
    );
    this.chosen = this.add(dashes, new THREE.MeshBasicMaterial(chosen), 1);
    this.chosen.castShadow = false;
    this.matrix = new THREE.Matrix4();
    this.shift = new THREE.Matrix4();
  }

  add(geometry, material, count) {
    const mesh = new THREE.InstancedMesh(geometry, material, Math.max(1, count));
    mesh.castShadow = true;
    mesh.frustumCulled = false;
    mesh.instanceMatrix.setUsage(THREE.DynamicDrawUsage);
    mesh.count = count;
    this.group.add(mesh);
    return mesh;
  }

  /**
   * Put all agents where a moment has them.
   * @param {import("./episode.js").Moment} moment
   * @param {number} followed index of the agent that is marked, -1 for none
   */
  update(moment, followed) {
    const { hiders, agents } = this.counts;
    let open = 0;
    let closed = 0;
    let caught = 0;
    for (let a = 0; a < agents; a++) {
      const seeker = a >= hiders;
      this.place(moment, a);
      this.bodies[seeker ? 1 : 0].setMatrixAt(seeker ? a - hiders : a, this.matrix);
      if ((seeker && moment.preparation) || isBlinking(moment.step, a)) {
        this.lids.setMatrixAt(closed++, this.matrix);
      } else {
        this.eyes.setMatrixAt(open, this.matrix);
        this.look(moment, a);
        this.pupils.setMatrixAt(open++, this.matrix);
      }
      this.placeFlat(moment, a, 0.004);
      this.shadows.setMatrixAt(a, this.matrix);
      if (!seeker && !moment.preparation && isSeen(moment, a, this.counts))
        this.halos.setMatrixAt(caught++, this.matrix);
    }
    this.eyes.count = this.pupils.count = open;
    this.lids.count = closed;
    this.halos.count = caught;
    this.chosen.count = followed >= 0 ? 1 : 0;
    if (followed >= 0) {
      this.placeFlat(moment, followed, 0.006);
      this.chosen.setMatrixAt(0, this.matrix);
    }
    for (const mesh of this.group.children) mesh.instanceMatrix.needsUpdate = true;
  }

  place(moment, a) {
    const p = moment.position;
    this.matrix.makeRotationZ(moment.yaw[a]);
    this.matrix.setPosition(p[3 * a], p[3 * a + 1], p[3 * a + 2]);
  }

  /** On whatever the agent stands on. */
  placeFlat(moment, a, lift) {
    const p = moment.position;
    this.matrix.makeTranslation(p[3 * a], p[3 * a + 1], Math.max(0, p[3 * a + 2] - 0.15) + lift);
  }

  /** Turn the pupils to the first opponent in sight. */
  look(moment, a) {
    const { hiders, agents, bodies } = this.counts;
    const [from, to] = a < hiders ? [hiders, agents] : [0, hiders];
    for (let b = from; b < to; b++) {
      if (!moment.sees[a * bodies + b]) continue;
      const p = moment.position;
      const way = Math.atan2(p[3 * b + 1] - p[3 * a + 1], p[3 * b] - p[3 * a]) - moment.yaw[a] + Math.PI / 2;
      this.matrix.multiply(this.shift.makeTranslation(LOOK * Math.sin(way), 0, 0));
      return;
    }
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

/** Now and then, each agent at its own moments: they follow from the step alone, so that a picture can be had again. */
const isBlinking = (step, agent) => (step + 17 * agent) % 53 < 2;

export function isSeen(moment, hider, { hiders, agents, bodies }) {
  for (let s = hiders; s < agents; s++) {
    if (moment.sees[s * bodies + hider]) return true;
  }
  return false;
}

function bodyGeometry(team) {
  const profile = new THREE.SplineCurve(
    [
      [0.0, -0.15],
      [0.1, -0.148],
      [0.14, -0.118],
      [0.153, -0.05],
      [0.148, 0.03],
      [0.125, 0.105],
      [0.075, 0.158],
      [0.0, 0.176],
    ].map(([r, z]) => new THREE.Vector2(r, z)),
  ).getPoints(18);
  profile[0].x = profile[18].x = 0;
  const colour = TEAM[team];
  const collar = team ? PALETTE.ink : PALETTE.white;
  const body = new THREE.LatheGeometry(profile, 32).rotateX(Math.PI / 2);
  const ring = new THREE.TorusGeometry(0.149, 0.016, 7, 32).translate(0, 0, -0.055);
  const arms = ARMS.map((x) => new THREE.SphereGeometry(0.05, 14, 10).translate(x, -0.075, -0.05));
  return merge([
    [body, colour],
    [ring, collar],
    ...arms.map((arm) => [arm, colour]),
    ...(team ? pointedEars(colour) : roundEars(colour)),
  ]);
}

function roundEars(colour) {
  return [-1, 1].flatMap((side) => [
    [new THREE.SphereGeometry(0.05, 14, 10).scale(1, 0.6, 1).translate(0.095 * side, 0.01, 0.15), colour],
    [new THREE.SphereGeometry(0.029, 12, 8).scale(1, 0.5, 1).translate(0.097 * side, -0.016, 0.153), PALETTE.white],
  ]);
}

function pointedEars(colour) {
  return [-1, 1].flatMap((side) => [
    [
      ear(0.05, 0.13)
        .rotateY(0.38 * side)
        .translate(0.085 * side, 0.01, 0.185),
      colour,
    ],
    [
      ear(0.028, 0.08)
        .rotateY(0.38 * side)
        .translate(0.085 * side, -0.018, 0.175),
      PALETTE.ink,
    ],
  ]);
}

const ear = (radius, height) => new THREE.ConeGeometry(radius, height, 16).rotateX(Math.PI / 2).scale(1, 0.65, 1);

function eyeGeometry() {
  return merge(
    EYES.map((x) => [
      new THREE.SphereGeometry(0.046, 16, 11).scale(1, 0.7, 1.15).translate(x, EYE_AHEAD, EYE_HEIGHT),
      "#ffffff",
    ]),
  );
}

function pupilGeometry() {
  return merge(
    EYES.flatMap((x) => [
      [
        new THREE.SphereGeometry(0.026, 14, 9).scale(1, 0.6, 1.15).translate(0.92 * x, EYE_AHEAD - 0.024, EYE_HEIGHT),
        PALETTE.ink,
      ],
      [
        new THREE.SphereGeometry(0.008, 8, 6).translate(0.92 * x + 0.009, EYE_AHEAD - 0.038, EYE_HEIGHT + 0.013),
        "#ffffff",
      ],
    ]),
  );
}

/** Closed eyes: a pale lid with a dark lash line below. */
function lidGeometry() {
  return merge(
    EYES.flatMap((x) => [
      [new THREE.SphereGeometry(0.046, 16, 11).scale(1, 0.7, 1.15).translate(x, EYE_AHEAD, EYE_HEIGHT), "#f6d9d3"],
      [
        new THREE.TorusGeometry(0.034, 0.006, 6, 14, Math.PI)
          .rotateX(-Math.PI / 2)
          .scale(1, 1, 0.55)
          .translate(x, EYE_AHEAD - 0.03, EYE_HEIGHT),
        PALETTE.ink,
      ],
    ]),
  );
}
