/** Playing: a person's game with the server, over a web socket (docs/viewer.md). */

import { blendAngles, blendPositions, cylindersOf, STEP_SECONDS, wallsOf } from "./episode.js";
import { make, showPlayers } from "./panel.js";
import { Pilot } from "./pilot.js";
import { countsOf } from "./replay.js";

const element = (id) => document.getElementById(id);

export class Game {
  /**
   * @param {import("./world.js").World} world
   * @param {(file: string | null) => void} leave called when the person is done, with a replay to watch if there is one
   */
  constructor(world, leave) {
    this.world = world;
    this.leave = leave;
    this.pilot = new Pilot(element("scene"), () => this.send());
    this.state = "idle";
    window.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.state !== "idle") this.close(null);
      if (event.code === "KeyC" && this.state === "running") this.changeCamera();
    });
    this.buildButtons();
  }

  /**
   * Ask the server for a game.
   * @param {{team: "hiders" | "seekers", agent: number, seed: number | null, byHeading: boolean}} wish
   */
  start({ byHeading, ...wish }) {
    this.wish = { byHeading, ...wish };
    this.state = "waiting";
    this.pilot.clear();
    this.pilot.byHeading = byHeading;
    this.frame = null;
    this.totals = [0, 0];
    this.score = 0;
    this.result = null;
    this.sent = "";
    document.body.dataset.state = "playing";
    this.say("Waiting for the server\u2026");
    const address = new URL("api/play", location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(address);
    this.socket.addEventListener("open", () => this.socket.send(JSON.stringify({ type: "start", ...wish })));
    this.socket.addEventListener("message", ({ data }) => this.receive(JSON.parse(data)));
    this.socket.addEventListener("close", () => this.lost());
  }

  receive(message) {
    if (message.type === "layout") this.begin(message);
    else if (message.type === "frame") this.take(message);
    else if (message.type === "end") this.finish(message);
    else if (message.type === "error") this.fail(message.message);
  }

  begin(message) {
    const counts = countsOf(message.game);
    this.you = message.you;
    this.counts = counts;
    this.poses = { position: new Float32Array(6 * counts.bodies), yaw: new Float32Array(2 * counts.bodies) };
    showPlayers(message.names);
    this.world.past = null;
    this.world.setLayout({
      counts,
      exists: Uint8Array.from(message.exists),
      halfSize: Float32Array.from(message.half_size.flat()),
      walls: wallsOf(message.wall_centre.flat(), message.wall_half.flat(), message.wall_centre.length),
      cylinders: cylindersOf(message.cylinder_centre.flat(), message.cylinder_size.flat()),
    });
    this.world.cameras.follow(this.you);
    this.world.cameras.setMode("follow");
    this.state = "running";
    this.pilot.active = true;
    this.say("");
    element("scene").focus();
  }

  take(frame) {
    for (const name of ["position", "yaw"]) {
      const values = frame[name].flat();
      const both = this.poses[name];
      // The last two states, the older one first; at the beginning they are the same.
      both.copyWithin(0, values.length);
      both.set(values, values.length);
      if (!this.frame) both.set(values);
    }
    this.frame = frame;
    this.arrived = performance.now();
    const { moment } = this.world;
    moment.step = frame.step;
    moment.preparation = frame.preparation;
    moment.lockTeam.set(frame.lock_team);
    moment.grabbed.set(frame.grabbed);
    moment.sees.set(frame.sees.flat());
    moment.spotPlace.set(frame.spot_place.flat());
    moment.spotShare.set(frame.spot_share);
    this.addRewards(frame);
    this.showStatus(moment);
    this.send();
  }

  addRewards({ reward, score }) {
    const { hiders, seekers } = this.counts;
    this.totals[0] += sum(reward.slice(0, hiders)) / hiders;
    if (seekers) this.totals[1] += sum(reward.slice(hiders)) / seekers;
    this.score = score;
  }

  /** Between two pictures of the server the world is drawn as it was one step ago, moving on to the last one. */
  advance() {
    if (!this.frame) return false;
    const share = Math.min(1, (performance.now() - this.arrived) / (1000 * STEP_SECONDS));
    const { moment } = this.world;
    blendPositions(moment.position, this.poses.position, 0, moment.position.length, share);
    blendAngles(moment.yaw, this.poses.yaw, 0, moment.yaw.length, share);
    return this.state === "running";
  }

  /** Tell the server what to do, if that has changed; by heading it changes as the agent turns. */
  send() {
    if (this.state !== "running" || !this.frame || this.socket.readyState !== WebSocket.OPEN) return;
    const action = this.pilot.action(this.frame.yaw[this.you]);
    action.movement = action.movement.map((share) => Math.round(share * 100) / 100);
    const text = JSON.stringify({ type: "action", ...action });
    if (text !== this.sent) this.socket.send((this.sent = text));
    element("hold").setAttribute("aria-pressed", String(action.grab));
    element("fix").setAttribute("aria-pressed", String(action.lock));
  }

  showStatus(moment) {
    const { preparation, horizon, hiders } = this.counts;
    const left = ((moment.preparation ? preparation : horizon) - moment.step) * STEP_SECONDS;
    const role = this.you < hiders ? "You hide" : moment.preparation ? "You seek, eyes closed" : "You seek";
    element("phase").textContent = `${role}, ${moment.preparation ? "preparation" : "search"} ${left.toFixed(1)} s`;
    element("phase").className = moment.preparation ? "chip preparing" : "chip";
    const seen = !moment.preparation && this.world.anySeen();
    element("sight").textContent = moment.preparation ? "" : seen ? "Hiders seen" : "Hiders hidden";
    element("sight").className = `chip ${seen ? "seen" : "hidden"}`;
    ["score-hiders", "score-seekers"].forEach((id, team) => (element(id).textContent = signed(this.totals[team])));
  }

  finish(message) {
    this.result = message;
    this.score = message.you;
    this.state = "over";
    this.pilot.active = false;
    const text = `Hiders ${signed(message.hiders)}, seekers ${signed(message.seekers)}. You: ${signed(message.you)}.`;
    const watch = make("button", { type: "button", className: "go" }, "Watch the replay");
    const again = make("button", { type: "button" }, "Play again");
    const back = make("button", { type: "button" }, "Back");
    watch.addEventListener("click", () => this.close(message.replay));
    again.addEventListener("click", () => this.start(this.wish));
    back.addEventListener("click", () => this.close(null));
    this.say(text, [watch, again, back]);
    watch.focus();
  }

  fail(sentence) {
    this.state = "over";
    this.pilot.active = false;
    const back = make("button", { type: "button" }, "Back");
    back.addEventListener("click", () => this.close(null));
    this.say(`The game has ended: ${sentence}.`.replace("..", "."), [back]);
    back.focus();
  }

  lost() {
    if (this.state === "waiting" || this.state === "running") this.fail("the connection to the server is lost");
  }

  close(file) {
    this.state = "idle";
    this.pilot.active = false;
    this.socket?.close();
    this.say("");
    this.leave(file);
  }

  changeCamera() {
    const { cameras } = this.world;
    cameras.setMode(cameras.mode === "follow" ? "top" : "follow");
    this.world.invalidate();
  }

  /** Show a sentence and buttons over the scene, or nothing. */
  say(text, buttons = []) {
    const place = element("outcome");
    place.hidden = !text;
    place.replaceChildren(make("p", {}, text), make("div", {}, ...buttons));
  }

  buildButtons() {
    const toggle = (id, name) =>
      element(id).addEventListener("click", () => {
        this.pilot[name] = !this.pilot[name];
        this.send();
      });
    toggle("hold", "grab");
    toggle("fix", "lock");
    element("leave").addEventListener("click", () => this.close(null));
  }
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
const signed = (value) => (value > 0 ? "+" : "") + Number(value.toFixed(1)).toString().replace("-", "\u2212");
