// A rubric as it is seen by who writes it.
import { html, live, nothing, repeat } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { mover } from "../lib/mover.js";
import { tool } from "../player/transport.js";

export const rubricPage = (editor, view) => html`<div class="head"><div>
    <p><a class="btn quiet sm" data-go href="?view=exercises" style="margin-inline-start:-.625rem">${icon("chevron-left")}Exercises</a></p>
    <h1 tabindex="-1">Rubric of ${view.exercise.title}</h1><p>${view.exercise.course}. Levels go from the lowest up; students read what theirs says and what the next one asks.</p></div></div>
  <div class="stack rubric">${view.criteria.length || editor.one ? nothing : empty}
    <ol class="stack">${repeat(view.criteria, (one) => one.id, (one, n) => (editor.one?.id === one.id ? html`<li class="card">${form(editor, view)}</li>` : criterion(editor, one, n, view.criteria.length)))}</ol>
    ${editor.one && !view.criteria.some((one) => one.id === editor.one.id) ? html`<div class="card">${form(editor, view)}</div>` : adding(editor, view)}
    ${view.withdrawn.length ? withdrawn(editor, view.withdrawn) : nothing}</div>`;

const empty = html`<div class="empty">${icon("list-checks")}<h3>No rubric yet</h3><p>A criterion is one thing you listen for, in two to six levels with a sentence each. Two or three are enough to begin with.</p></div>`;

function criterion(editor, one, n, all) {
  const asked = editor.removing === one.id;
  return html`<li class="card stack tight" data-criterion=${one.id}><div class="row"><h2 style="font-size:var(--pk-text-l)">${one.title}</h2>
      <span class="row push" style="gap:0">${mover("up", `Move ${one.title} up`, n === 0, () => editor.move(one, -1))}${mover("down", `Move ${one.title} down`, n === all - 1, () => editor.move(one, 1))}
      ${tool("pencil", `Change ${one.title}`, () => editor.begin(one), { cls: "quiet change", title: "Change", disabled: Boolean(editor.one) })}
      ${tool("trash-2", `Withdraw ${one.title}`, () => editor.ask(one), { cls: "quiet remove", title: "Withdraw" })}</span></div>
    ${asked ? html`<p class="row wrap"><span>Mark by it no longer? ${one.marks ? `${count(one.marks, "mark")} given by it stay.` : "No mark was given by it yet."}</span>
      <button class="btn sm danger" type="button" data-sure @click=${() => editor.withdraw(one)}>Withdraw</button>
      <button class="btn sm" type="button" @click=${() => editor.ask(null)}>Keep it</button></p>` : nothing}
    ${levels(one)}
    ${one.marks ? html`<p class="meta">${count(one.marks, "mark")} given</p>` : nothing}</li>`;
}

const levels = (one) => html`<ol class="levels" style="--n:${one.levels.length}">${one.levels.map((level, n) => html`<li><p class="strong"><span class="meta">${n + 1}</span> ${level.name}</p>${level.description ? html`<p class="muted">${level.description}</p>` : nothing}</li>`)}</ol>`;

function form(editor, view) {
  const { one } = editor;
  const given = view.criteria.find((each) => each.id === one.id)?.marks ?? 0;
  return html`<form class="stack" aria-label=${one.id ? "Change the criterion" : "New criterion"} @submit=${(event) => {
    event.preventDefault();
    editor.save();
  }}><div class="field"><label for="pk-crit">Criterion</label><input class="in" id="pk-crit" data-title maxlength="80" required ?readonly=${editor.busy} placeholder="Steady pulse" .value=${live(one.title)} @input=${(event) => editor.setTitle(event.target.value)}></div>
    <fieldset class="stack tight"><legend>Levels, the lowest first</legend>${one.levels.map((level, n) => row(editor, level, n))}
      ${one.levels.length < view.most.levels ? html`<p><button class="btn sm" type="button" @click=${() => editor.addLevel()}>${icon("plus")}Add a level</button></p>` : nothing}</fieldset>
    ${given ? html`<p class="row meta">${icon("info")}<span>${count(given, "mark")} ${given === 1 ? "keeps" : "keep"} the words ${given === 1 ? "it was" : "they were"} given by.</span></p>` : nothing}
    <p class="row wrap"><button class="btn primary" ?disabled=${editor.busy}>${one.id ? "Save the criterion" : "Add the criterion"}</button>
      <button class="btn quiet" type="button" @click=${() => editor.leave()}>${one.id ? "Leave as it was" : "Not now"}</button></p></form>`;
}

const row = (editor, level, n) => html`<div class="level"><span class="num meta" aria-hidden="true">${n + 1}</span>
  <input class="in" data-level=${n} maxlength="40" required ?readonly=${editor.busy} aria-label="Name of level ${n + 1}" placeholder=${["stops", "uneven", "steady"][n] ?? ""} .value=${live(level.name)} @input=${(event) => editor.setLevel(n, "name", event.target.value)}>
  <textarea class="in" rows="2" maxlength="400" ?readonly=${editor.busy} aria-label="What level ${n + 1} means" placeholder="What one hears or sees at this level" .value=${live(level.description)} @input=${(event) => editor.setLevel(n, "description", event.target.value)}></textarea>
  ${tool("x", `Remove level ${n + 1}`, () => editor.removeLevel(n), { cls: "quiet", title: "Remove this level", disabled: editor.one.levels.length <= 2 })}</div>`;

function adding(editor, view) {
  if (editor.one) return nothing;
  const full = view.criteria.length >= view.most.criteria;
  return html`<div class="row wrap"><button class="btn ${view.criteria.length ? "soft" : "primary"}" type="button" data-add ?disabled=${full} @click=${() => editor.begin()}>${icon("plus")}Add a criterion</button>
    ${full ? html`<span class="meta">A rubric has up to ${view.most.criteria} criteria.</span>` : view.others.length ? takingOver(editor, view) : nothing}</div>`;
}

const takingOver = (editor, view) => html`<span class="row wrap push"><label class="meta" for="pk-from">or take over from</label>
  <select class="in" id="pk-from" style="inline-size:auto;max-inline-size:16rem" @change=${(event) => (editor.from = event.target.value)}>${view.others.map((one) => html`<option value=${one.id} ?selected=${one.id === editor.from}>${one.course === view.exercise.course ? one.title : `${one.title}, ${one.course}`}</option>`)}</select>
  <button class="btn" type="button" @click=${() => editor.takeOver()}>Take over</button></span>`;

const withdrawn = (editor, gone) => html`<details class="card"><summary>${count(gone.length, "criterion", "criteria")} withdrawn</summary><ul class="entries">${gone.map((one) => html`<li class="row"><span>${one.title}</span>
  <span class="meta">${one.marks ? `${count(one.marks, "mark")} given` : "never used"}</span><button class="btn sm push" type="button" aria-label="Bring back ${one.title}" @click=${() => editor.bringBack(one)}>${icon("undo-2")}Bring back</button></li>`)}</ul></details>`;
