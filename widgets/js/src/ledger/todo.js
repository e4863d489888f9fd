// "Three things to fix": the most important open comments, each at its moment in both takes.
import { html, nothing } from "../lib/dom.js";
import { clock, count } from "../lib/format.js";
import { icon, mark, markName } from "../lib/icons.js";
import { spelled } from "../player/words.js";
import { bothAt } from "./carry.js";
import { life } from "./life.js";

const MOST = 3;

/** "Three things to fix", or what else is open; `more` when others stand above. Pure. */
export function todoTitle(items, more = false) {
  const fixes = items.filter((item) => item.kind === "fix").length;
  if (fixes === items.length && fixes) return `${spelled(fixes)} ${more ? "more " : ""}thing${fixes > 1 ? "s" : ""} to fix`;
  return more ? "What else to work on" : "What to work on";
}

/** The first three that are not said by the new reply above already. Pure. */
export function shownOf(view) {
  const above = new Set((view.new?.[0]?.items ?? []).map((item) => item.id));
  return (view.todo?.items ?? []).filter((item) => !above.has(item.id)).slice(0, MOST);
}

/** Where an open comment leads: the newest take beside the one it was said about. Pure. */
export function placeOf(item) {
  if (item.later) return bothAt(item.later.id, item);
  const at = item.start === null ? "" : `&t=${Number(item.start.toFixed(2))}`;
  return `?take=${item.take.id}${at}`;
}

export function todo(view) {
  const { open = 0, fixed = 0 } = view.todo ?? {};
  const items = shownOf(view);
  if (!items.length) return fixed && !open ? allDone(fixed) : nothing;
  const more = items[0].id !== view.todo.items[0].id;
  return html`<section class="sec fixlist" aria-labelledby="todo-h"><header><h2 id="todo-h">${todoTitle(items, more)}</h2>
      ${open > items.length ? html`<span class="meta">of ${open} still open</span>` : nothing}</header>
    <ol class="card flush">${items.map((item) => html`<li><a class="thing" href=${placeOf(item)} data-go>
      ${mark(item.kind)}<span class="what"><span class="vh">${markName(item.kind)}: </span>${(item.plain ?? item.text) || "A comment without words"}</span>
      <span class="where meta"><span class="at">${moment(item)}</span><span>${item.exercise}, take ${item.take.number}${item.later ? ` and take ${item.later.number}` : ""}</span>${life(item.life, true)}</span>
      ${icon("chevron-right")}</a></li>`)}</ol></section>`;
}

/** "0:28 → 0:26", or the one time there is. */
function moment(item) {
  if (item.start === null) return "whole take";
  if (!item.later || item.why) return clock(item.start);
  return html`${clock(item.start)} <span aria-hidden="true">→</span><span class="vh">now</span> ${clock(item.at)}`;
}

const allDone = (fixed) => html`<section class="sec fixlist" aria-labelledby="todo-h"><header><h2 id="todo-h">Nothing left to fix</h2></header>
  <p class="row muted">${icon("circle-check")}${count(fixed, "comment")} fixed. The next reply will find something new to work on.</p></section>`;
