/** Small pieces of the panel: groups of choices, toggles, lists. All text goes in as text. */

/** @param {string} tag */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("aria-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/** Say who plays, under the page's title. */
export function showPlayers({ hiders, seekers }) {
  document.getElementById("subtitle").textContent = `${hiders} hide, ${seekers} seek`;
}

/**
 * A group of buttons of which one is chosen; the arrow keys move within it.
 * @param {HTMLElement} place
 * @param {{value: any, text: string | Node, label?: string, className?: string}[]} choices
 * @param {(value: any) => void} choose
 * @param {"aria-checked" | "aria-selected"} mark
 * @returns {(value: any) => void} marks a choice as the chosen one
 */
export function choiceGroup(place, choices, choose, mark = "aria-checked") {
  const role = mark === "aria-checked" ? "radio" : "option";
  const buttons = choices.map(({ value, text, label, className }) => {
    const button = make("button", { type: "button", role, className: className ?? "", [mark]: "false" });
    button.append(...(Array.isArray(text) ? text : [text]));
    if (label) button.setAttribute("aria-label", label);
    button.addEventListener("click", () => choose(value));
    return button;
  });
  place.replaceChildren(...buttons);
  place.onkeydown = (event) => moveWithin(event, buttons);
  return (chosen) => {
    const index = choices.findIndex(({ value }) => value === chosen);
    buttons.forEach((button, k) => {
      button.setAttribute(mark, String(k === index));
      // One stop for the tab key: the chosen one, or the first.
      button.tabIndex = k === Math.max(0, index) ? 0 : -1;
    });
  };
}

function moveWithin(event, buttons) {
  const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const index = buttons.indexOf(document.activeElement);
  if (!way || index < 0) return;
  event.preventDefault();
  event.stopPropagation();
  const next = buttons[(index + way + buttons.length) % buttons.length];
  next.focus();
  next.click();
}

/**
 * A column of switches.
 * @param {HTMLElement} place
 * @param {{name: string, text: string, key: string}[]} toggles
 * @param {(name: string, on: boolean) => void} change
 * @returns {(state: Record<string, boolean>) => void} shows a state
 */
export function toggleGroup(place, toggles, change) {
  const inputs = toggles.map(({ name, text, key }) => {
    const input = make("input", { type: "checkbox", id: `show-${name}`, role: "switch" });
    input.addEventListener("change", () => change(name, input.checked));
    place.append(make("label", {}, input, text, make("kbd", {}, key)));
    return [name, input];
  });
  return (state) => inputs.forEach(([name, input]) => (input.checked = state[name]));
}

/** Fill a list of terms and what they are. */
export function describe(list, facts) {
  list.replaceChildren(...facts.flatMap(([term, text]) => [make("dt", {}, term), make("dd", {}, String(text))]));
}

/** Show one sentence in place of the scene, or nothing. */
export function showMessage(place, text) {
  place.replaceChildren(make("p", {}, text));
  place.hidden = !text;
}
