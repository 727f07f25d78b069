/** Keys for all that the page does. */

/**
 * @typedef {object} Key
 * @property {string[]} keys as `KeyboardEvent.key` has them, capitals for letters
 * @property {string[]} shown how the help shows them
 * @property {string} does
 * @property {(key: string) => void} run
 */

/**
 * Listen to keys, except where someone types or a dialog is open.
 * @param {Key[]} bindings
 * @param {() => boolean} enabled
 */
export function listen(bindings, enabled) {
  const byKey = new Map(bindings.flatMap((binding) => binding.keys.map((key) => [key, binding])));
  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !enabled() || isTaken(event)) return;
    const name = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const binding = byKey.get(event.shiftKey && event.key.startsWith("Arrow") ? `Shift+${name}` : name);
    if (!binding) return;
    event.preventDefault();
    binding.run(event.key.length === 1 ? name : `${event.shiftKey ? "Shift+" : ""}${name}`);
  });
}

/** Whether the element with the focus needs the key itself. */
function isTaken(event) {
  const element = event.target;
  if (!(element instanceof HTMLElement)) return false;
  if (document.querySelector("dialog[open]")) return true;
  if (element.matches("input[type=number], select, textarea")) return true;
  const presses = event.key === " " || event.key === "Enter";
  return presses && element.matches("button, input[type=checkbox]");
}

/** Write the help's list of keys. */
export function writeHelp(list, bindings) {
  const rows = bindings.map(({ shown, does }) => {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const keys = document.createElement("dd");
    term.textContent = does;
    keys.append(...shown.map((key) => Object.assign(document.createElement("kbd"), { textContent: key })));
    row.append(term, keys);
    return row;
  });
  list.replaceChildren(...rows);
}
