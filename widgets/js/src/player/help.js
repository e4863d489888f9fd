// The list of keys, and the switch that turns single letters off (WCAG 2.1.4).
import { html, nothing } from "../lib/dom.js";
import { onOurPage, url } from "../lib/base.js";
import { icon } from "../lib/icons.js";
import { keyRing } from "./keyring.js";
import { ACTIONS, actionFor, shownOf } from "./keys.js";

/** The dialog for the actions offered. `keys` is what `listen` gave. */
export const keysDialog = (keys) => html`<dialog class="dlg" data-keys aria-label="Keys">
  <header><h2>Keys</h2><button class="btn quiet icon" type="button" aria-label="Close"
    @click=${(event) => event.target.closest("dialog").close()}>${icon("x")}</button></header>
  <div><dl class="keys">${ACTIONS.filter((one) => one.say && keys.ids.includes(one.id) && shownOf(one, keys.pro, keys.chosen).length).map(
    (one) => html`<div><dt>${shownOf(one, keys.pro, keys.chosen).map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${keys.words[one.id] ?? one.say}</dd></div>`,
  )}</dl></div>
  <footer><label class="check" style="margin-inline-end:auto"><input type="checkbox" .checked=${keys.single}
    @change=${(event) => keys.setSingle(event.target.checked)}><span>Single-letter keys on</span></label>
    ${keys.ids.includes("shuttleOn") ? html`<label class="check"><input type="checkbox" .checked=${keys.pro}
      @change=${(event) => keys.setPro(event.target.checked)}><span>Pro keys (J K L shuttle, I O range)</span></label>` : nothing}
    ${onOurPage() ? html`<a class="btn quiet" href=${url("profile#pk-keys")}>Choose your own</a>` : nothing}</footer>
  ${keys.problem ? html`<p class="note bad" role="alert">${keys.problem}</p>` : nothing}
</dialog>`;

/**
 * Hear the keys of a widget while it is on the page. `doings` maps an action to what it does;
 * `words` says it differently in the help. `changed()` is called when the set of keys is
 * another one. Gives `{ids, words, single, setSingle, pro, setPro, chosen, open, stop}`.
 */
export function listen(root, doings, { words = {}, shown = [], changed = () => {} } = {}) {
  const ring = keyRing();
  const open = () => root.querySelector("dialog[data-keys]")?.showModal();
  const all = { ...doings, help: open };
  const keys = {
    ids: [...Object.keys(all), ...shown],
    words,
    problem: "",
    open,
    setPro: (on) => put({ pro: on }),
    setSingle: (on) => put({ single: on }),
  };
  const take = () => {
    // Where a player offers no shuttle, J and L would be dead keys.
    Object.assign(keys, { single: ring.single, chosen: ring.keys, pro: "shuttleOn" in doings && ring.pro });
  };
  const heed = () => {
    take();
    changed();
  };
  const put = (wanted) =>
    ring.put(wanted).then(
      () => (keys.problem = ""),
      (error) => (keys.problem = error.message),
    ).then(heed);
  take();
  ring.addEventListener("changed", heed);
  const heard = (event) => {
    if (!root.isConnected || elsewhere(root, event.target)) return;
    const action = actionFor(event, Object.keys(all), keys.single, keys.pro, keys.chosen);
    if (!action) return;
    event.preventDefault();
    all[action](event);
  };
  document.addEventListener("keydown", heard);
  keys.stop = () => {
    document.removeEventListener("keydown", heard);
    ring.removeEventListener("changed", heed);
  };
  return keys;
}

/** In a notebook a widget answers only to keys pressed inside it; a page of ours is all its own. */
function elsewhere(root, target) {
  return !document.documentElement.dataset.base && !root.contains(target);
}
