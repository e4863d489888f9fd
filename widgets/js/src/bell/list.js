// The list under the bell.
import { html, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { dayName, timeOf } from "./news.js";

const row = (line, act) => html`<li><a class="pk-line" href=${act.address(line)} @click=${(event) => act.open(line, event)}>
  <span class="pk-new" aria-hidden="true">${line.unread ? "●" : ""}</span>
  <span><span class=${line.unread ? "strong" : ""}>${line.unread ? html`<span class="vh">New: </span>` : nothing}<span lang=${line.lang ?? "en"}>${line.text}</span></span>
  ${line.quote ? html`<span class="meta pk-quote">${line.quote}</span>` : nothing}
  <span class="meta pk-when">${timeOf(line.at)}</span></span></a></li>`;

const empty = html`<p class="muted pk-none">Nothing yet. When a reply, an answer or a new take arrives, it shows here.</p>`;

/** Everything in the panel; `state` is { view, problem }. */
export const panel = (state, act) => html`<div class="pk-head"><h2 id="pk-notices-h" tabindex="-1">Notifications</h2>
  ${state.view?.unread ? html`<button class="btn quiet sm" @click=${act.all}>Mark all read</button>` : nothing}
  <button class="btn quiet icon sm" aria-label="Choose what you are told" @click=${act.choose}>${icon("settings")}</button>
  <button class="btn quiet icon sm" aria-label="Close" @click=${act.close}>${icon("x")}</button></div>
  <div class="pk-days">${state.problem ? html`<p class="note bad" role="alert">${state.problem}</p>` : nothing}
  ${!state.view ? html`<p class="muted pk-none">Looking…</p>` : !state.view.days.length ? empty : state.view.days.map(
    (day) => html`<h3>${dayName(day.day)}</h3><ul>${day.groups.map((line) => row(line, act))}</ul>`)}</div>`;
