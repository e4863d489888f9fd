// The class as a grid: a cell is a stack, its number the newest take.
import { html, nothing } from "../lib/dom.js";
import { avatar } from "../lib/avatar.js";
import { icon } from "../lib/icons.js";
import { day } from "../lib/format.js";

const LOOK = {
  waiting: { icon: "clock", kind: "is-wait", words: "waiting", chip: "Waiting" },
  late: { icon: "triangle-alert", kind: "is-bad", words: "late", chip: "Late" },
  replied: { icon: "check", kind: "", words: "replied", chip: "Replied" },
  seen: { icon: "eye", kind: "is-info", words: "reply seen", chip: "Reply seen" },
  draft: { icon: "circle-dashed", kind: "", words: "draft", chip: "Draft" },
  imported: { icon: "library", kind: "", words: "imported", chip: "Imported" },
  none: { icon: "circle-dashed", kind: "none", words: "no take yet", chip: "Nothing yet" },
};
const OPEN = new Set(["waiting", "late", "draft"]);

/** "waiting" takes the late ones in: both want an answer. */
export const fits = (status, wanted) => !wanted || status === wanted || (wanted === "waiting" && status === "late");

/** How many stacks a chip stands for. */
export const countOf = (counts, status) => (counts[status] ?? 0) + (status === "waiting" ? (counts.late ?? 0) : 0);

export const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The grid under the filters: part of a name (accents do not matter), one exercise, a status. */
export function matches(grid, { student = "", exercise = "", status = "" }) {
  const kept = grid.exercises.map((one, place) => ({ one, place })).filter(({ one }) => !exercise || one.id === exercise);
  const rows = grid.rows
    .filter((row) => plain(row.student.name).includes(plain(student.trim())))
    .map((row) => ({ ...row, cells: kept.map(({ place }) => row.cells[place]) }))
    .filter((row) => !status || row.cells.some((cell) => fits(cell.status, status)));
  return { ...grid, exercises: kept.map(({ one }) => one), rows };
}

/** "2 days" -> "2 d", "40 minutes" -> "40 min": a cell is small. */
export function shortAge(words) {
  const found = /^(\d+) ([a-z]+?)s?$/.exec(words ?? "");
  if (!found) return words === "a moment" ? "now" : (words ?? "");
  const unit = { second: "s", minute: "min", hour: "h", day: "d", week: "wk", month: "mo", year: "y" }[found[2]];
  return unit ? `${found[1]} ${unit}` : words;
}

export function chips(grid, state, change, only = null) {
  const list = only ?? Object.keys(LOOK).filter((status) => countOf(grid.counts, status));
  const chip = (status, words) => html`<button class="chip" aria-pressed=${state.status === status ? "true" : "false"} @click=${() => change({ status: state.status === status ? "" : status })}>${words}</button>`;
  return html`${list.map((status) => chip(status, html`${icon(LOOK[status].icon)}${LOOK[status].chip} ${countOf(grid.counts, status)}`))}${chip("", "All statuses")}`;
}

function cell(row, one, exercise, wanted) {
  const look = LOOK[one.status];
  if (!look) return html`<td><span class="vh">not in this course</span></td>`;
  const dim = fits(one.status, wanted) ? "" : "opacity:.3";
  if (one.status === "none") return html`<td style=${dim}><span class="cell none"><span class="vh">no take yet</span><span aria-hidden="true">–</span></span></td>`;
  if (!one.take_id) {
    // To be rated blind: where it leads would tell whose it is.
    return html`<td style=${dim}><span class="cell ${look.kind}" title="${row.student.name}, ${exercise.title}: ${look.words}"><span class="vh">${row.student.name}, ${exercise.title}, ${look.words}: take </span>${icon(look.icon)}${one.number}</span></td>`;
  }
  return html`<td style=${dim}><a class="cell ${look.kind}" href="?take=${one.take_id}" data-go title="${row.student.name}, ${exercise.title}: ${look.words}"><span class="vh">${row.student.name}, ${exercise.title}, ${look.words}: take </span>
    ${icon(look.icon)}${one.number} ${OPEN.has(one.status) ? html`<small>${shortAge(one.age)}</small>` : nothing}</a></td>`;
}

export function matrix(grid, state) {
  const many = grid.exercises.length;
  const last = `inline-size:calc((100% - 9.25rem) / ${many} + .73rem)`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Exercises by student" style="padding-block:var(--pk-4) var(--pk-3)">
    <table class="matrix" style="min-inline-size:${9.25 + 5.5 * many}rem"><caption class="vh">Status of each student's newest take by exercise</caption><thead><tr><th scope="col">${grid.title}</th>
    ${grid.exercises.map((one, place) => html`<th scope="col" style=${place === many - 1 ? last : ""}>${one.title}<small>${one.due ? (one.closed ? "closed" : day(one.due)) : html`&nbsp;`}</small></th>`)}</tr></thead>
    <tbody>${grid.rows.map((row) => html`<tr><th scope="row"><span class="row">${avatar(row.student, "sm")}<span>${row.student.name}</span></span></th>${row.cells.map((one, place) => cell(row, one, grid.exercises[place], state.status))}</tr>`)}</tbody></table></div>`;
}

export const legend = html`<div class="legend" style="padding:var(--pk-3) var(--pk-4) var(--pk-4);border-block-start:1px solid var(--pk-line)"><span>The number is the newest take:</span>
  <span class="t-wait">${icon("clock")}waiting</span><span class="t-bad">${icon("triangle-alert")}late</span><span>${icon("check")}replied</span>
  <span style="color:var(--pk-info)">${icon("eye")}reply seen</span></div>`;
