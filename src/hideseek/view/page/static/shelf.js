/** The list of what there is to watch, and the form for new episodes. */

import { loadReplay, openLibrary, simulate } from "./library.js";
import { choiceGroup, make } from "./panel.js";

const element = (id) => document.getElementById(id);

export class Shelf {
  /** @param {import("./viewer.js").Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.entries = [];
    this.chosen = -1;
  }

  /** Ask what there is, and show the first of it; returns the library, or null where the page says what is wrong. */
  async open() {
    let library;
    try {
      library = await this.refresh();
    } catch (error) {
      this.viewer.fail(error.message);
      return null;
    }
    element("title").textContent = document.title = library.title;
    if (library.canSimulate) this.offerSimulation(library.checkpoints);
    if (this.entries.length) await this.choose(0);
    else this.viewer.fail("There is no replay here yet.");
    return library;
  }

  /** List anew: the server may have more than before. */
  async refresh() {
    const library = await openLibrary();
    this.entries = library.entries;
    element("library-section").hidden = this.entries.length < 2;
    const choices = this.entries.map((entry, k) => ({
      value: k,
      text: [make("span", {}, entry.name), make("span", {}, entry.note)],
    }));
    this.mark = choiceGroup(element("library"), choices, (k) => this.choose(k), "aria-selected");
    return library;
  }

  choose(index) {
    if (!this.entries.length) return null;
    this.chosen = (index + this.entries.length) % this.entries.length;
    this.mark(this.chosen);
    return this.viewer.open(this.entries[this.chosen].load);
  }

  /** Watch a replay that the server has made since the list was written. */
  async openFile(file) {
    await this.refresh().catch(() => {});
    this.chosen = this.entries.findIndex((entry) => entry.file === file);
    this.mark(this.chosen);
    return this.viewer.open(() => loadReplay(file));
  }

  offerSimulation(checkpoints) {
    const form = element("simulate");
    form.hidden = false;
    const policies = checkpoints.map((iteration) => [String(iteration), `iteration ${iteration}`]);
    if (!policies.length) policies.push(["", "as it is"]);
    element("checkpoint").append(...policies.map(([value, text]) => make("option", { value }, text)));
    element("checkpoint").selectedIndex = policies.length - 1;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.simulate(form);
    });
  }

  async simulate(form) {
    const { checkpoint, seed, episodes } = Object.fromEntries(new FormData(form));
    const button = form.querySelector("button");
    button.disabled = true;
    tell("Simulating\u2026");
    try {
      const bytes = await simulate(checkpoint === "" ? null : Number(checkpoint), Number(seed), Number(episodes));
      await this.viewer.open(async () => bytes);
      await this.refresh();
      this.mark(-1);
      tell(`Layouts of seed ${seed}.`);
    } catch (error) {
      tell(error.message, true);
    }
    button.disabled = false;
  }
}

function tell(text, wrong = false) {
  element("simulate-note").textContent = text;
  element("simulate-note").classList.toggle("wrong", wrong);
}
