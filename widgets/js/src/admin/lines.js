// Lines of the audit log: what was done, when, and where its person is.
import { html, nothing } from "../lib/dom.js";
import { onOurPage } from "../lib/base.js";
import { when } from "../lib/format.js";

/** The day a line belongs to, as a heading of its own: "today", "21 Nov". */
export const dayOf = (iso, now = new Date()) => when(iso, { now }).split(", ")[0];
const timeOf = (iso) => when(iso).split(", ").at(-1);

/** Lines in order, by day. */
export function byDay(rows, now = new Date()) {
  const days = [];
  for (const row of rows) {
    const day = dayOf(row.at, now);
    if (days.at(-1)?.day !== day) days.push({ day, rows: [] });
    days.at(-1).rows.push(row);
  }
  return days;
}

const side = "padding-inline:min(var(--pk-gutter), var(--pk-5))";
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/** Lines in order, each day under its own heading; `plain` ones are few, and each says its day. */
export const lines = (rows, { plain = false } = {}) => (plain ? list(rows, true) : html`${byDay(rows).map(({ day, rows: some }) => html`
  <h2 class="meta" style="${side};padding-block:var(--pk-2);background:var(--pk-sunken);margin:0">${capital(day)}</h2>${list(some, false)}`)}`);

const list = (rows, plain) => html`<ul style="list-style:none;margin:0;padding:0">${rows.map((row) => line(row, plain))}</ul>`;

const line = (row, plain) => html`<li style="${side};padding-block:var(--pk-2);border-block-end:1px solid var(--pk-line)"><div class="row wrap" style="align-items:baseline;gap:var(--pk-1) var(--pk-3)">
  <time class="meta" datetime=${row.at} style="min-inline-size:${plain ? "7.5rem" : "3rem"}">${plain ? when(row.at) : timeOf(row.at)}</time><span style="flex:1 1 ${plain ? "10rem" : "14rem"};min-inline-size:0;overflow-wrap:anywhere">${row.sentence}</span>
  ${plain ? nothing : html`<span class="badge">${row.kind}</span>${row.link && onOurPage() ? html`<a class="meta" data-go href=${row.link} aria-label="The account of ${row.person}">Account</a>` : nothing}`}</div></li>`;
