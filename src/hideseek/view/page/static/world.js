/** All that is drawn of an episode, and the loop that draws it when something has changed. */

import { Agents, isSeen } from "./agents.js";
import { Cameras } from "./cameras.js";
import { emptyMoment } from "./episode.js";
import { Objects } from "./objects.js";
import { Overlays } from "./overlays.js";
import { Spots } from "./spots.js";
import { Stage } from "./stage.js";

/** Pictures that take longer than this are slow; so many of them in a row are too many. */
const SLOW_SECONDS = 0.08;
const SLOW_FRAMES = 8;

export class World {
  /**
   * @param {HTMLCanvasElement} canvas; throws where there is no WebGL
   * @param {boolean} still whether motion is to be reduced
   */
  constructor(canvas, still) {
    this.canvas = canvas;
    this.stage = new Stage(canvas);
    this.cameras = new Cameras(canvas, () => this.invalidate(), still);
    this.shown = { cones: true, links: true, lidar: false, trails: false };
    this.dirty = true;
    this.frames = 0;
    this.slow = 0;
    /** Called before each picture with the seconds since the last one; returns whether time goes on. */
    this.beforeFrame = () => false;
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.last = 0;
    this.loop = this.loop.bind(this);
    requestAnimationFrame(this.loop);
  }

  /**
   * Build the scene of an episode.
   * @param {import("./episode.js").Layout} layout
   */
  setLayout(layout) {
    for (const part of [this.agents, this.objects, this.spots, this.overlays]) part?.dispose();
    this.layout = layout;
    this.moment = emptyMoment(layout.counts);
    this.stage.setStatic(layout.walls, layout.cylinders);
    this.agents = new Agents(this.stage.scene, layout.counts);
    this.objects = new Objects(this.stage.scene, layout);
    this.spots = new Spots(this.stage.scene, layout.counts);
    this.overlays = new Overlays(this.stage.scene, layout);
    this.cameras.follow(Math.min(this.cameras.agent, layout.counts.agents - 1));
    this.invalidate();
  }

  invalidate() {
    this.dirty = true;
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas;
    if (!clientWidth || !clientHeight) return;
    this.stage.resize(clientWidth, clientHeight, window.devicePixelRatio);
    this.cameras.resize(clientWidth / clientHeight);
    // At once: a canvas that has changed its size is empty.
    this.draw(0);
  }

  loop(now) {
    requestAnimationFrame(this.loop);
    const seconds = Math.min(0.25, (now - this.last) / 1000);
    this.last = now;
    const going = this.beforeFrame(seconds);
    this.watchSpeed(going ? seconds : 0);
    if (going || this.dirty) this.draw(seconds);
  }

  /** Simplify the picture for good once moving ones have come too slowly for a while. */
  watchSpeed(seconds) {
    this.slow = seconds > SLOW_SECONDS ? this.slow + 1 : 0;
    if (this.slow >= SLOW_FRAMES && !this.stage.plain) this.stage.simplify();
  }

  draw(seconds) {
    this.dirty = false;
    if (!this.layout) return;
    const moving = this.cameras.update(this.moment, seconds);
    this.agents.update(this.moment, this.cameras.mode === "follow" ? this.cameras.agent : -1);
    this.objects.update(this.moment, this.cameras.camera);
    this.spots.update(this.moment);
    this.overlays.update(this.moment, this.shown, this.past ?? null);
    this.stage.renderer.render(this.stage.scene, this.cameras.camera);
    this.frames++;
    if (moving) this.dirty = true;
  }

  /** Whether a seeker sees a hider in the moment that is shown. */
  anySeen() {
    for (let h = 0; h < this.layout.counts.hiders; h++) {
      if (isSeen(this.moment, h, this.layout.counts)) return true;
    }
    return false;
  }

  /** What the picture of this moment is made of, for tests and curious people. */
  inspect() {
    if (this.dirty) this.draw(0);
    const { render } = this.stage.renderer.info;
    const { overlays, objects, agents } = this;
    return {
      frames: this.frames,
      simple: this.stage.plain,
      drawCalls: render.calls,
      triangles: render.triangles,
      cones: overlays.cones.mesh.visible ? this.layout.counts.agents : 0,
      links: overlays.links.mesh.visible ? overlays.links.mesh.count : 0,
      lidar: overlays.hits.visible ? overlays.hits.count : 0,
      trails: overlays.trails.mesh.visible ? this.layout.counts.agents : 0,
      grabs: overlays.grabs.mesh.count / 2,
      locked: objects.locked,
      asleep: this.moment.preparation ? this.layout.counts.seekers : 0,
      caught: agents.halos.count,
      walls: this.layout.walls.length,
      spots: this.spots.mesh.count,
      cylinders: this.layout.cylinders.length,
    };
  }
}
