// The comment bank: a few of it as chips, all of it in a dialog, found by typing.
import { html } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { tool } from "../player/transport.js";

const CHIPS = 4;

export const bankChips = (desk, view) => html`<div class="bank" tabindex="0" role="group" aria-label="Comment bank"><button class="chip" type="button" @click=${() => open(desk)}>${icon("library")}All comments</button>${view.bank.slice(0, CHIPS).map(
  (entry) => html`<button class="chip" type="button" @click=${() => desk.useBank(entry)}>${icon("plus")}${entry.filled.replaceAll("{time}", "…")}</button>`,
)}</div>`;

function open(desk) {
  Object.assign(desk.bank, { search: "", editing: null, text: "" });
  desk.changed();
  desk.tools.el.querySelector("dialog[data-bank]").showModal();
}

/** Entries that hold every word typed, in any order. Pure. */
export function found(entries, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => words.every((word) => entry.text.toLowerCase().includes(word) || entry.filled.toLowerCase().includes(word)));
}

export function bankDialog({ desk, view, names }) {
  const { bank } = desk;
  const shown = found(view.bank, bank.search);
  const words = desk.composer.text.trim();
  return html`<dialog class="dlg" data-bank aria-label="Comment bank" @click=${shutOutside}><header><h2>Comment bank</h2>${tool("x", "Close", shut, { cls: "quiet" })}</header>
    <div class="stack tight"><label class="vh" for="${names}-bank">Search your comments</label>
      <input class="in" id="${names}-bank" type="search" placeholder="Search your comments" .value=${bank.search} @input=${(event) => typed(desk, event.target.value)}
        @keydown=${(event) => event.key === "Enter" && shown[0] && use(desk, shown[0], event)}>
      ${shown.length ? html`<ul class="entries">${shown.map((entry) => (entry.id && bank.editing === entry.id ? changing(desk, entry) : line(desk, entry)))}</ul>` : html`<p class="meta">Nothing in your bank says that.</p>`}
      <p class="meta">{name}, {exercise} and {time} are filled in when you take a comment.</p></div>
    <footer><button class="btn" type="button" ?disabled=${!words} @click=${() => keep(desk, words)}>${icon("plus")}Keep the comment being written</button></footer></dialog>`;
}

const line = (desk, entry) => html`<li class="row"><button class="take" type="button" @click=${(event) => use(desk, entry, event)}>${entry.text}</button>
  ${entry.id ? html`${tool("pencil", `Change: ${entry.text}`, () => edit(desk, entry), { cls: "quiet sm", title: "Change" })}${tool("trash-2", `Remove: ${entry.text}`, () => remove(desk, entry), { cls: "quiet sm", title: "Remove" })}` : html`<span class="meta">to begin with</span>`}</li>`;

const changing = (desk, entry) => html`<li class="row"><input class="in" aria-label="Comment" maxlength="400" data-entry .value=${desk.bank.text}
    @input=${(event) => (desk.bank.text = event.target.value)} @keydown=${(event) => event.key === "Enter" && put(desk, entry)}>
  <button class="btn sm soft" type="button" @click=${() => put(desk, entry)}>Save</button></li>`;

const shut = (event) => event.target.closest("dialog").close();

function shutOutside(event) {
  if (event.target === event.currentTarget) event.currentTarget.close();
}

function typed(desk, search) {
  desk.bank.search = search;
  desk.changed();
}

function use(desk, entry, event) {
  event.preventDefault();
  shut(event);
  desk.useBank(entry);
}

function edit(desk, entry) {
  Object.assign(desk.bank, { editing: entry.id, text: entry.text });
  desk.changed();
  desk.tools.focus("[data-entry]");
}

async function put(desk, entry) {
  const done = await desk.tools.attempt(desk.tools.ask("bank_put", { text: desk.bank.text, entry: entry.id }));
  if (done) desk.bank.editing = null;
  desk.changed();
}

async function remove(desk, entry) {
  if (await desk.tools.attempt(desk.tools.ask("bank_remove", { entry: entry.id }))) desk.tools.say("Removed from your bank");
  desk.tools.el.querySelector("dialog[data-bank] input")?.focus();
}

async function keep(desk, words) {
  if (await desk.tools.attempt(desk.tools.ask("bank_put", { text: words, entry: null }))) desk.tools.say("Kept in your bank");
}
