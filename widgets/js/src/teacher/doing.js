// How the class is doing: who may be stuck, practice time, marks take by take. It is asked for
// when the page stands, and again when something has changed; Python decides who stands here.
import { html, nothing } from "../lib/dom.js";
import { later } from "../lib/base.js";
import { day } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { onChange } from "../lib/live.js";
import { spark } from "../lib/spark.js";
import { plain } from "./grid.js";

const SIGNS = {
  quiet: ["circle-dashed", "is-wait", "No new take"],
  unseen: ["eye", "is-info", "Reply unseen"],
  equal: ["equal", "", "Two equal takes"],
};
/** Rows shown before somebody asks for all of them. */
const FEW = { stuck: 6, narrow: 2, signs: 2, students: 25 };
/** From so many students on the table lies far below the grid, and a link leads there. */
const FAR = 12;
/** Changes come in swarms, and nobody waits for this list. */
const AGAIN = 2000;

const byName = (a, b) => a.name.localeCompare(b.name);
const SORTS = {
  name: ["Name", byName],
  practice: ["Least practice first", (a, b) => a.practice.minutes - b.practice.minutes || byName(a, b)],
  last: ["Last take longest ago", (a, b) => (a.last || "9").localeCompare(b.last || "9") || byName(a, b)],
};

/** Students under the page's filters, in an order. Pure. */
export function rowsOf(found, { student = "" }, sort) {
  const wanted = plain(student.trim());
  return found.students.filter((one) => plain(one.name).includes(wanted)).sort(SORTS[sort]?.[1] ?? byName);
}

/** Who may be stuck, under the page's filters, and for one reason where one is chosen. Pure. */
export function stuckOf(found, { student = "", exercise = "" }, why = "") {
  const wanted = plain(student.trim());
  return found.stuck
    .filter((one) => plain(one.student.name).includes(wanted))
    .map((one) => ({ ...one, signs: one.signs.filter((sign) => (!why || sign.why === why) && (!exercise || !sign.exercise_id || sign.exercise_id === exercise)) }))
    .filter((one) => one.signs.length);
}

export class Doing {
  constructor(tools) {
    Object.assign(this, { tools, found: null, problem: "", asked: "", sort: "name", all: {}, explained: false, why: "", inSight: false });
    tools.onCleanup(onChange(() => this.outdated(), { delay: AGAIN }));
  }

  /** Something has changed: what is looked at is asked for again, what is not when somebody comes back. */
  outdated() {
    if (this.asked && this.inSight) this.show(this.tools.ask("doing"));
    else this.asked = "";
  }

  /** The other part of the page is shown. */
  leave() {
    this.inSight = false;
  }

  /** Ask once for what is shown, behind everything the page itself needs. */
  want(course) {
    this.inSight = true;
    if (this.asked === `of ${course}`) return;
    this.asked = `of ${course}`;
    later(() => !this.tools.gone && this.show(this.tools.ask("doing")));
  }

  /** Show what was asked for, once it is here. */
  async show(asked) {
    try {
      Object.assign(this, { found: await asked, problem: "" });
    } catch (error) {
      this.problem = error.sentence ?? "This list could not be made. Reload the page.";
    }
    this.tools.redraw();
  }

  async putOff(student, sign) {
    const { course_id: course, exercise_id: exercise, why } = sign;
    await this.show(this.tools.ask("put_off", { student: student.id, course, exercise, why }));
    this.tools.say(`Put aside for a week: ${student.name}`);
    this.tools.focus("#pk-stuck");
  }

  /** The list beside the grid. */
  stuck(state) {
    const { found } = this;
    const every = found ? stuckOf(found, state) : [];
    const shown = this.why ? stuckOf(found, state, this.why) : every;
    // On a phone the list stands above the grid.
    const few = matchMedia("(max-width: 63.99rem)").matches ? FEW.narrow : FEW.stuck;
    const rows = this.all.stuck ? shown : shown.slice(0, few);
    return html`<section class="card flush stuck" aria-labelledby="pk-stuck"><header class="row"><h2 id="pk-stuck" tabindex="-1">Who may be stuck</h2>
      <button class="btn quiet icon sm push" aria-label="Explain: who may be stuck" aria-expanded=${String(this.explained)} aria-controls="pk-stuck-why" @click=${() => ((this.explained = !this.explained), this.tools.redraw())}>${icon("circle-help")}</button></header>
      ${this.explained && found ? html`<p class="rule" id="pk-stuck-why">${found.rule}</p>` : nothing}
      <p class="line">${this.problem || (found ? found.line : "Looking at the last weeks")}</p>
      ${every.length > few ? this.reasons(every) : nothing}
      ${rows.length ? html`<ul>${rows.map((one) => this.person(one))}</ul>` : nothing}
      ${this.foot(shown.length, rows.length)}</section>`;
  }

  /** One reason at a time, where the list is long. */
  reasons(every) {
    const many = (why) => every.filter((one) => one.signs.some((sign) => sign.why === why)).length;
    return html`<p class="row wrap reasons" role="group" aria-label="Show one reason">${Object.entries(SIGNS).filter(([why]) => many(why)).map(([why, [picture, , words]]) =>
      html`<button class="chip" aria-pressed=${String(this.why === why)} @click=${() => ((this.why = this.why === why ? "" : why), this.tools.redraw())}>${icon(picture)}${words} ${many(why)}</button>`)}</p>`;
  }

  person({ student, signs }) {
    const more = signs.slice(FEW.signs);
    return html`<li><h3>${student.name}</h3>${signs.slice(0, FEW.signs).map((sign) => this.sign(student, sign))}
      ${more.length ? html`<details><summary class="meta">${more.length} more</summary>${more.map((sign) => this.sign(student, sign))}</details>` : nothing}</li>`;
  }

  sign(student, sign) {
    const [picture, look, words] = SIGNS[sign.why] ?? SIGNS.quiet;
    return html`<div class="reason"><span class="badge ${look}">${icon(picture)}${words}</span>
      <button class="btn quiet sm push" aria-label="Not now: put aside for a week, ${student.name}, ${words}" title="Put aside for a week" @click=${() => this.putOff(student, sign)}>Not now</button>
      <p><a href=${sign.link} data-go>${sign.sentence}</a></p></div>`;
  }

  foot(many, shown) {
    const aside = this.found?.aside ?? 0;
    const far = (this.found?.students.length ?? 0) > FAR;
    if (many <= shown && !aside && !far) return nothing;
    return html`<p class="row wrap foot2">${many > shown ? html`<button class="btn sm" @click=${() => this.showAll("stuck")}>Show all ${many}</button>` : nothing}
      ${aside ? html`<span class="meta">${aside} put aside</span><button class="btn quiet sm" @click=${() => this.show(this.tools.ask("bring_back"))}>${icon("undo-2")}Show again</button>` : nothing}
      ${far ? html`<a class="push" href="#pk-doing">Practice and marks</a>` : nothing}</p>`;
  }

  showAll(name) {
    this.all[name] = true;
    this.tools.redraw();
  }

  /** Practice and marks, a row a student. */
  table(state) {
    const { found } = this;
    if (!found?.students.length) return nothing;
    const exercises = found.exercises.filter((one) => !state.exercise || one.id === state.exercise);
    const wanted = rowsOf(found, state, this.sort);
    const rows = this.all.students ? wanted : wanted.slice(0, FEW.students);
    return html`<section class="stack" aria-labelledby="pk-doing" style="margin-block-start:var(--pk-6)"><div class="row wrap hd"><h2 id="pk-doing" tabindex="-1">Practice and marks</h2>
      <label class="vh" for="pk-doing-sort">Order</label><select class="in push" id="pk-doing-sort" style="inline-size:auto" @change=${(event) => ((this.sort = event.target.value), this.tools.redraw())}>${Object.entries(SORTS).map(([key, [words]]) => html`<option value=${key} ?selected=${key === this.sort}>${words}</option>`)}</select></div>
      <div class="card flush"><div class="scroll" tabindex="0" role="region" aria-label="Practice and marks by student"><table class="table doing"><thead><tr><th scope="col">Student</th><th scope="col">Practice, 4 weeks</th><th scope="col">Last take</th>
        ${exercises.map((one) => html`<th scope="col">${one.title}</th>`)}</tr></thead>
        <tbody>${rows.map((one) => row(one, exercises))}</tbody></table></div>
        ${wanted.length > rows.length ? html`<p class="foot2"><button class="btn sm" @click=${() => this.showAll("students")}>Show all ${wanted.length} students</button></p>` : nothing}
        ${rows.length ? nothing : html`<p class="foot2 muted">No student has a name like this.</p>`}
        ${found.students_total > found.students.length ? html`<p class="foot2 muted">The first ${found.students.length} of ${found.students_total} students. Choose a course to see others.</p>` : nothing}
        <p class="foot2 meta">Practice is what was noted here: gaps between two deeds count up to 10 minutes, after 30 quiet minutes a new session begins. Marks are points in per cent, take by take.</p></div></section>`;
  }
}

const row = (one, exercises) => html`<tr><th scope="row">${one.name}</th><td>${one.practice.text}${one.practice.sessions > 1 ? html` <span class="meta">in ${one.practice.sessions} sessions</span>` : nothing}</td><td>${one.last ? day(one.last) : html`<span class="meta">none yet</span>`}</td>
  ${exercises.map(({ id }) => html`<td>${one.scores[id] ? spark(one.scores[id].percents, one.scores[id].words) : html`<span class="meta" aria-label="no marks">–</span>`}</td>`)}</tr>`;
