// The rubric: on the desk to be marked, beside the student's comments to be read.
import { html, nothing } from "../lib/dom.js";
import { onOurPage } from "../lib/base.js";
import { when } from "../lib/format.js";
import { icon } from "../lib/icons.js";

export function rubric({ desk, view, names }) {
  const lines = view.rubric ?? [];
  if (!lines.length) return nothing;
  const done = lines.filter((line) => desk.marks.level(line) ?? line.shown?.level).length;
  return html`<section class="card o5" aria-label="Rubric"><header><h2 style="font-size:var(--pk-text-l)">Rubric</h2><span class="meta">${done} of ${lines.length} marked</span>${onOurPage() ? html`<a class="btn quiet icon sm" data-go href="?view=exercises&exercise=${view.take.exercise.id}" aria-label="Change the rubric" title="Change the rubric">${icon("pencil")}</a>` : nothing}</header>
    <div class="rub">${lines.map((line) => criterion(desk, line, names))}</div></section>`;
}

/** `unsaid` is what a level is called that nobody else has yet. */
export function criterion(desk, line, names, unsaid = "not released") {
  if (!line.active) return withdrawn(desk, line);
  const level = desk.marks.level(line);
  return html`<fieldset><legend>${line.title}</legend><div class="opts" style="grid-template-columns:repeat(${line.levels.length},minmax(0,1fr))">${line.levels.map(
    (one, n) => html`<label title=${one.description}><input type="radio" name="${names}-${line.id}" value=${n + 1} .checked=${level === n + 1}
      @change=${() => desk.marks.give(line, n + 1)}><span class="o"><b>${n + 1}</b>${one.name}${line.last === n + 1 ? html`<small>last time</small>` : nothing}</span></label>`,
  )}</div>${level ? chosen(desk, line, level, unsaid) : earlier(desk, line)}</fieldset>`;
}

const chosen = (desk, line, level, unsaid) => html`<p class="meta row wrap word">${line.levels[level - 1]?.description}
  ${line.draft ? offAgain(desk, line, unsaid) : nothing}
  ${past(line)}</p>`;

const offAgain = (desk, line, unsaid = "not released") => html`<span>· ${unsaid}</span><button class="btn sm quiet" type="button" @click=${() => desk.marks.give(line, null)}>${icon("undo-2")}${line.released ? `Leave it at ${line.released}` : "Take the mark off"}</button>`;

/** A mark by words the criterion no longer has: it stands by those. */
const earlier = (desk, line) => line.shown?.earlier
  ? html`<p class="meta row wrap word">${line.draft ? "You chose" : "Marked"} ${line.shown.level}, ${line.shown.name}, before these levels were changed.${line.draft ? offAgain(desk, line) : nothing}</p>`
  : nothing;

/** Marked before it was withdrawn: there to be read. */
const withdrawn = (desk, line) => html`<div><p>${line.title}</p><p class="meta row wrap word">${line.shown.level}, ${line.shown.name}; no longer part of this rubric ${line.draft ? offAgain(desk, line) : nothing}</p></div>`;

/** Marks that were released before the one that holds. */
const past = (line) => (line.history.length > 1
  ? html`<span>· before: ${line.history.slice(0, -1).map((one) => `${one.level}, ${one.by}, ${when(one.at)}`).join("; ")}</span>`
  : nothing);

/** The marks a student has, each with what its level means and what the next one asks. */
export function marked(lines) {
  const given = lines.filter((line) => line.released);
  if (!given.length) return nothing;
  return html`<section class="card flush" aria-label="Marks" data-life="marks"><header><h2 style="font-size:var(--pk-text-l)">Marks</h2></header>
    <ul class="marked">${given.map(one)}</ul></section>`;
}

/** In the words the mark was given by, whatever the rubric says now. */
function one(line) {
  const { title, levels, level } = line.given;
  const next = levels[level];
  return html`<li><p class="row wrap"><b>${title}</b><span class="badge">${level} of ${levels.length}, ${levels[level - 1].name}</span></p>
    <p>${levels[level - 1].description}</p>${next ? html`<p class="meta">Next, ${next.name}: ${next.description}</p>` : nothing}
    ${line.history.length > 1 ? html`<details><summary>Changed ${when(line.history.at(-1).at)}</summary><ol>${line.history.map((each) => html`<li class="meta">${each.name} (${each.level}), ${each.by}, ${when(each.at)}</li>`)}</ol></details>` : nothing}</li>`;
}
