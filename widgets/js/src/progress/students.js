// One row a student; the list is the coordinator's own students, so names are shown.
import { html, nothing } from "../lib/dom.js";
import { grouped } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { sinceBadge } from "./waiting.js";

const COLUMNS = [
  ["name", "Student", ""],
  ["submitted", "Takes", "n"],
  ["replied", "Replied", "n"],
  ["exercises", "Exercises", "n"],
  ["hours", "Waiting since", ""],
  ["last", "Last take", ""],
];

/** The rows by a column; equal ones stay by name, those without a value come last either way. */
export function sorted(rows, { by, down }) {
  const lacks = (row) => (by === "hours" ? !row.waiting : row[by] === "");
  const order = (a, b) => (typeof a === "string" ? a.localeCompare(b) : a - b);
  return [...rows].sort(
    (a, b) => lacks(a) - lacks(b) || (down ? -1 : 1) * order(a[by], b[by]) || a.name.localeCompare(b.name),
  );
}

function heading([key, words, kind], sort, change) {
  const here = sort.by === key;
  const first = key !== "name"; // numbers are most wanted from the top down
  const next = { by: key, down: here ? !sort.down : first };
  const arrow = here ? (sort.down ? "↓" : "↑") : "";
  return html`<th scope="col" class=${kind} aria-sort=${here ? (sort.down ? "descending" : "ascending") : "none"}>
    <button class="btn quiet sm" style="padding-inline:.25rem;margin-inline:-.25rem" @click=${() => change({ sort: next })}>${words}<span aria-hidden="true" style="inline-size:.75em">${arrow}</span></button></th>`;
}

const row = (one, several) => html`<tr><th scope="row" style="font-weight:var(--pk-medium);white-space:nowrap">${one.name}${several ? html`<br><span class="meta">${one.course}</span>` : nothing}</th>
  <td class="n">${one.submitted}</td><td class="n">${one.submitted ? html`${one.replied} <span class="meta">of ${one.submitted}</span>` : html`<span class="muted">–</span>`}</td>
  <td class="n">${one.exercises} <span class="meta">of ${one.of}</span></td>
  <td>${one.waiting ? sinceBadge(one.since, one.state) : html`<span class="muted">–</span>`}</td>
  <td style="white-space:nowrap">${one.last_text || html`<span class="muted">none yet</span>`}</td></tr>`;

export function studentsTable(view, state, change) {
  const total = view.students_total ?? view.students.length;
  const rows = total > view.students.length ? (state.order ?? view.students) : sorted(view.students, state.sort);
  const several = new Set(view.students.map((one) => one.course)).size > 1;
  return html`<section class="card flush c12" aria-labelledby="pk-s"><header><h2 id="pk-s" style="font-size:var(--pk-text-l)">Students</h2>
    <span class="meta">${total === 1 ? "1 student" : total > rows.length ? `${rows.length} of ${grouped(total)} students; the file has all` : `${total} students`}</span></header>
    ${view.students.length ? html`<div class="scroll" tabindex="0" role="region" aria-label="Progress of each student"><table class="table" id="pk-students"><thead><tr>
      ${COLUMNS.map((column) => heading(column, state.sort, change))}</tr></thead>
      <tbody>${rows.map((one) => row(one, several))}</tbody></table></div>`
    : html`<div style="padding:0 var(--pk-5) var(--pk-5)"><div class="empty">${icon("users")}<h3>Nobody here yet</h3><p>Students appear as soon as they are enrolled in one of these classes.</p></div></div>`}</section>`;
}
