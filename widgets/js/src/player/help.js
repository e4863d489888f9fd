// The list of keys, and the switch that turns single letters off (WCAG 2.1.4).
import { html, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { remember, remembered } from "./address.js";
import { ACTIONS, actionFor, shownOf } from "./keys.js";

/** The dialog for the actions offered. `keys` is what `listen` gave. */
export const keysDialog = (keys) => html`<dialog class="dlg" data-keys aria-label="Keys">
  <header><h2>Keys</h2><button class="btn quiet icon" type="button" aria-label="Close"
    @click=${(event) => event.target.closest("dialog").close()}>${icon("x")}</button></header>
  <div><dl class="keys">${ACTIONS.filter((one) => one.say && keys.ids.includes(one.id) && shownOf(one, keys.pro).length).map(
    (one) => html`<div><dt>${shownOf(one, keys.pro).map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${keys.words[one.id] ?? one.say}</dd></div>`,
  )}</dl></div>
  <footer><label class="check" style="margin-inline-end:auto"><input type="checkbox" .checked=${keys.single}
    @change=${(event) => keys.setSingle(event.target.checked)}><span>Single-letter keys on</span></label>
    ${keys.ids.includes("shuttleOn") ? html`<label class="check"><input type="checkbox" .checked=${keys.pro}
      @change=${(event) => keys.setPro(event.target.checked)}><span>Pro keys (J K L shuttle, I O range)</span></label>` : nothing}</footer>
</dialog>`;

/**
 * Hear the keys of a widget while it is on the page. `doings` maps an action to what it does;
 * `words` says it differently in the help. `changed()` is called when the set of keys is
 * another one. Gives `{ids, words, single, setSingle, pro, setPro, open, stop}`.
 */
export function listen(root, doings, { words = {}, shown = [], changed = () => {} } = {}) {
  const open = () => root.querySelector("dialog[data-keys]")?.showModal();
  const all = { ...doings, help: open };
  const keys = {
    ids: [...Object.keys(all), ...shown],
    words,
    single: remembered("keys", "on") !== "off",
    open,
    // Where a player offers no shuttle, J and L would be dead keys.
    pro: "shuttleOn" in doings && remembered("prokeys", "off") === "on",
    setPro: (on) => {
      keys.pro = on;
      remember("prokeys", on ? "on" : "off");
      changed();
    },
    setSingle: (on) => {
      keys.single = on;
      remember("keys", on ? "on" : "off");
    },
  };
  const heard = (event) => {
    if (!root.isConnected || elsewhere(root, event.target)) return;
    const action = actionFor(event, Object.keys(all), keys.single, keys.pro);
    if (!action) return;
    event.preventDefault();
    all[action](event);
  };
  document.addEventListener("keydown", heard);
  keys.stop = () => document.removeEventListener("keydown", heard);
  return keys;
}

/** In a notebook a widget answers only to keys pressed inside it; a page of ours is all its own. */
function elsewhere(root, target) {
  return !document.documentElement.dataset.base && !root.contains(target);
}
