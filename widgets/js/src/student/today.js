// The page "Today": new reply, upload, what is next, stacks, how it goes.
import { html, nothing } from "../lib/dom.js";
import { WEEKDAYS } from "../lib/calendar.js";
import { greeting } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { todo } from "../ledger/todo.js";
import { askedNote } from "./exemplars.js";
import { hero } from "./hero.js";
import { movedByOthers, noTakes, stackRow } from "./stacks.js";

const MOST = 4;

function date(iso) {
  if (!iso) return html`<span class="date" aria-hidden="true">${icon("music")}</span>`;
  const at = new Date(iso);
  return html`<span class="date"><b>${at.getDate()}</b><small>${WEEKDAYS[at.getDay()]}</small></span>`;
}

const next = (view) => html`<section class="card" aria-labelledby="nx-h"><header style="margin-block-end:var(--pk-1)"><h2 id="nx-h" style="font-size:var(--pk-text-l)">What is next</h2></header>
  ${view.next.length ? html`<ul class="next">${view.next.map((row) => html`<li>${date(row.due)}<span><a class="strong" style="color:inherit;text-decoration-color:var(--pk-line-strong)" href="?view=today&exercise=${row.exercise.id}" data-go>${row.exercise.title}${row.number > 1 ? `, take ${row.number}` : ""}</a><br>
    <span class="meta">${row.number === 1 ? `First take · ${row.line}` : row.line}</span></span></li>`)}</ul>`
  : html`<p class="muted">Nothing is due. Take any exercise again, or wait for the next one.</p>`}</section>`;

function fresh(view, tools) {
  if (!view.new.length)
    return html`<div class="empty">${icon("message-square")}<h3>No new reply</h3><p>${view.doing.takes
      ? "When a teacher replies to a take, the reply opens here at the moment it speaks of."
      : "Upload a take and submit it. The reply opens here, at the moments your teacher speaks of."}</p></div>`;
  return html`<div class="stack">${hero(view.new[0], tools)}
    ${view.new.length > 1 ? html`<div class="card flush">${view.new.slice(1).map((row) => html`<a class="stk" style="grid-template-columns:minmax(0,1fr) auto" href="?take=${row.take.id}" data-go>
      <span><h3>${row.take.exercise.title}, take ${row.take.number}</h3><span class="meta">${row.teacher.name} · ${row.count === 1 ? "1 comment" : `${row.count} comments`}</span></span>
      <span class="badge is-info">${icon("message-square")}New reply</span></a>`)}</div>` : nothing}</div>`;
}

/** The page; panels are the parts with a memory of their own. */
export function todayPage(view, tools, { drafts, panel, figures }) {
  const own = view.stacks.filter((stack) => stack.takes.length);
  return html`<div class="head"><div><h1 tabindex="-1">${greeting(new Date().getHours())}, ${view.person.first}</h1><p>${view.greeting_line}</p></div></div>${askedNote(view)}${movedByOthers(view)}
    <div class="today"><section class="sec new" aria-labelledby="new-h"><header><h2 id="new-h">New for you</h2></header>${fresh(view, tools)}${todo(view)}</section>
    <aside class="aside stack" aria-label="Upload and what is next">
      ${view.drafts.length ? html`<section class="card" aria-labelledby="dr-h"><header><h2 id="dr-h" style="font-size:var(--pk-text-l)">Ready to submit?</h2></header><div class="stack">${drafts.draw(view, !view.new.length)}</div></section>` : nothing}
      <section class="card" id="upload" aria-labelledby="up-h"><header><h2 id="up-h" style="font-size:var(--pk-text-l)">Upload a take</h2></header>${panel.draw(view)}</section>
      ${next(view)}
    </aside>
    <section class="sec stacks" aria-labelledby="st-h"><header><h2 id="st-h">My stacks</h2>${own.length > MOST ? html`<a href="?view=stacks" data-go>All ${own.length}</a>` : nothing}</header>
      ${own.length ? html`<div class="card flush">${own.slice(0, MOST).map((stack) => stackRow(stack, view.doing.usual_wait_hours))}</div>` : noTakes}</section>
    <section class="sec doing" aria-labelledby="me-h"><header><h2 id="me-h">How I am doing</h2></header>${figures.draw(view.doing)}</section></div>`;
}
