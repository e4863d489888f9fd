// The exercises of each course in their order, with what can be done to them.
import { places } from "../admin/nav.js";
import { url } from "../lib/base.js";
import { html, nothing, repeat } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { mover } from "../lib/mover.js";
import { placed } from "../lib/order.js";
import { MONTHS } from "../lib/calendar.js";
import { shelve } from "../shelf/shelve.js";
import { offerBundle } from "./bundle.js";

/** "2026-10-12T18:00" -> "12 Oct 2026, 18:00"; it is the institution's clock already. */
export function told(due) {
  const [year, month, day, hour, minute] = due.split(/\D/).map(Number);
  return `${day} ${MONTHS[month - 1]} ${year}, ${hour}:${String(minute).padStart(2, "0")}`;
}

export class List {
  constructor(tools) {
    Object.assign(this, { tools, view: null, chosen: new Set(), to: "", dragged: null, word: null, name: "" });
  }

  show(view) {
    this.view = view;
    const there = new Set(view.courses.flatMap((course) => course.exercises.map((one) => one.id)));
    for (const id of this.chosen) if (!there.has(id)) this.chosen.delete(id);
    return this;
  }

  async put(course, one, to) {
    const ids = course.exercises.map((each) => each.id);
    const order = placed(ids, one.id, to);
    if (order.join() === ids.join() || !(await this.tools.attempt(this.tools.ask("arrange", { course: course.id, order })))) return;
    this.tools.say(`${one.title} is ${to + 1} of ${ids.length}`);
  }

  /** Up (-1) or down (1); the button that was pressed keeps the focus. */
  async move(course, one, at, way) {
    await this.put(course, one, at + way);
    const end = way < 0 ? at + way === 0 : at + way === course.exercises.length - 1;
    this.tools.focus(`[data-exercise="${one.id}"] .${(way < 0) === !end ? "up" : "down"}`);
  }

  async archive(one, archived) {
    if (!(await this.tools.attempt(this.tools.ask("archive", { exercise: one.id, archived })))) return;
    this.tools.say(archived ? `${one.title} is archived` : `${one.title} is back`);
  }

  choose(one, on) {
    if (on) this.chosen.add(one.id);
    else this.chosen.delete(one.id);
    this.tools.redraw();
  }

  async copy(course, to) {
    const exercises = course.exercises.filter((one) => this.chosen.has(one.id)).map((one) => one.id);
    const done = await this.tools.attempt(this.tools.ask("copy", { exercises, course: to }));
    if (!done) return;
    this.chosen.clear();
    this.tools.say(`${count(done.copied, "exercise")} copied${done.there.length ? `; already there: ${done.there.join(", ")}` : ""}`);
    this.tools.redraw();
  }

  // --- words -------------------------------------------------------------------

  /** Begin to call a word otherwise; null stops. */
  begin(word, merging = false) {
    this.word = word && { ...word, merging };
    this.name = merging ? "" : (word?.name ?? "");
    this.tools.focus("[data-word]");
  }

  async rename() {
    const { course, what, name, pressed, merging } = this.word;
    const changed = await this.tools.attempt(
      merging
        ? this.tools.ask("merge", { course, tag: pressed, into: this.name })
        : pressed
          ? this.tools.ask("rename_tag", { course, tag: pressed, name: this.name })
          : this.tools.ask("rename", { course, what, old: name, new: this.name }),
    );
    if (changed === undefined) return;
    this.word = null;
    this.tools.say(pressed && !changed ? "The tag is renamed" : `${count(changed, pressed ? "comment" : "exercise")} changed`);
    this.tools.redraw();
  }
}

export const listPage = (list, view) => html`${places("exercises")}<div class="head"><div><h1 tabindex="-1">Exercises</h1><p>${view.courses.length ? "What your students practise, in the order they see it." : ""}</p></div></div>
  ${view.courses.length
    ? html`<div class="stack loose">${repeat(view.courses, (one) => one.id, (one) => courseCard(list, one))}</div>`
    : html`<div class="empty">${icon("music")}<h3>No course yet</h3><p>As soon as you have a place in a course, its exercises are written here.</p></div>`}`;

function courseCard(list, course) {
  const body = html`${course.exercises.length
    ? html`<ol class="entries" style="list-style:none;margin:0;padding:0">${repeat(course.exercises, (one) => one.id, (one, at) => row(list, course, one, at))}</ol>`
    : html`<div class="empty">${icon("music")}<h3>No exercise yet</h3><p>The first one you add is what students are asked to film.</p></div>`}
    ${copying(list, course)}
    ${course.shelved.length ? shelved(list, course) : nothing}
    ${words(list, course)}`;
  const pad = "padding:0 min(var(--pk-gutter), var(--pk-5)) var(--pk-5)";
  if (course.archived)
    return html`<details class="card"><summary>${course.title}, archived: ${count(course.exercises.length, "exercise")}</summary>
      <p class="row wrap" style="margin-block:var(--pk-3)"><a class="btn sm" data-go href="?view=class&course=${course.id}">${icon("users")}Look at its takes</a>${zip(list, course, "sm")}</p>
      <ul>${course.exercises.map((one) => html`<li>${one.title}</li>`)}</ul></details>`;
  return html`<section class="card flush" aria-labelledby="pk-c-${course.id}"><header><h2 id="pk-c-${course.id}" style="font-size:var(--pk-text-l)">${course.title}</h2>
    ${zip(list, course)}<a class="btn soft ${course.download ? "" : "push"}" data-go href="?view=exercises&new=${course.id}" aria-label="Add an exercise to ${course.title}">${icon("plus")}Add an exercise</a></header><div class="stack" style=${pad}>${body}</div></section>`;
}

const zip = (list, course, size = "push") => course.download
  ? html`<button class="btn ${size}" type="button" aria-label="Download all videos of ${course.title}" @click=${() => offerBundle(list.tools, course)}>${icon("download")}All videos</button>`
  : nothing;

function row(list, course, one, at) {
  const last = at === course.exercises.length - 1;
  const over = (event) => list.dragged?.course === course.id && event.preventDefault();
  const drop = (event) => {
    event.preventDefault();
    const from = list.dragged;
    list.dragged = null;
    if (from?.course === course.id) list.put(course, from.one, at);
  };
  return html`<li data-exercise=${one.id} draggable="true" @dragstart=${() => (list.dragged = { course: course.id, one })} @dragend=${() => (list.dragged = null)} @dragover=${over} @drop=${drop} style="padding-block:var(--pk-2)"><div class="row wrap" style="align-items:start">
    <label class="check" style="flex:1;min-inline-size:13rem;align-items:start"><input type="checkbox" aria-label="Choose ${one.title}" .checked=${list.chosen.has(one.id)} @change=${(event) => list.choose(one, event.target.checked)}>
      <span style="overflow-wrap:anywhere"><span class="strong">${one.title}</span><br><span class="meta" style="font-weight:var(--pk-regular, 400)">${about(one)}</span></span></label>
    <span class="row wrap" style="gap:0">${list.view.exemplars?.[one.id] ? html`<a class="btn sm quiet" data-go href="?view=library">${count(list.view.exemplars[one.id], "exemplar")}</a>` : nothing}${mover("up", `Move ${one.title} up`, at === 0, () => list.move(course, one, at, -1))}${mover("down", `Move ${one.title} down`, last, () => list.move(course, one, at, 1))}
      <a class="btn icon quiet" data-go href="?view=exercises&edit=${one.id}" aria-label="Change ${one.title}" title="Change">${icon("pencil")}</a>
      <a class="btn icon quiet" data-go href="?view=exercises&exercise=${one.id}" aria-label="${one.criteria.length ? "Change" : "Write"} the rubric of ${one.title}" title="Rubric">${icon("list-checks")}</a>
      ${course.download ? html`<a class="btn icon quiet" href=${url(`download/videos.zip?exercise=${one.id}`)} download aria-label="Download the takes of ${one.title}" title="Download the takes">${icon("download")}</a>` : nothing}
      <button class="btn icon quiet" type="button" aria-label="Add ${one.title} to a collection" title="Add to a collection" @click=${() => shelve(list.tools, "exercise", one.id, one.title)}>${icon("rows-2")}</button>
      <button class="btn sm quiet" type="button" aria-label="Archive ${one.title}" @click=${() => list.archive(one, true)}>Archive</button></span></div></li>`;
}

const about = (one) =>
  [one.category, one.due ? `due ${told(one.due)}` : "no date", one.criteria.length ? `marked by ${one.criteria.join(", ")}` : "no rubric yet", ...one.tags.map((tag) => `#${tag}`)].filter(Boolean).join(" · ");

function copying(list, course) {
  const chosen = course.exercises.filter((one) => list.chosen.has(one.id)).length;
  const others = list.view.courses.filter((one) => one.id !== course.id && !one.archived);
  if (!chosen) return nothing;
  if (!others.length) return html`<p class="meta">There is no other course to copy ${chosen === 1 ? "it" : "them"} to. A coordinator makes one.</p>`;
  return html`<form class="row wrap" @submit=${(event) => {
    event.preventDefault();
    list.copy(course, new FormData(event.target).get("to"));
  }}><label for="pk-to-${course.id}">Copy ${count(chosen, "exercise")} to</label>
    <select class="in" id="pk-to-${course.id}" name="to" style="inline-size:auto;max-inline-size:100%">${others.map((one) => html`<option value=${one.id}>${one.title}</option>`)}</select><button class="btn">Copy</button></form>`;
}

const shelved = (list, course) => html`<details><summary>${count(course.shelved.length, "archived exercise")}</summary><ul class="entries">${course.shelved.map((one) => html`<li class="row wrap"><span>${one.title}</span>
  <button class="btn sm push" type="button" aria-label="Bring back ${one.title}" @click=${() => list.archive(one, false)}>${icon("undo-2")}Bring back</button></li>`)}</ul></details>`;

function words(list, course) {
  const every = [
    ...course.categories.map((name) => ({ name, what: "category" })),
    ...course.tags.map((name) => ({ name, what: "tag" })),
    ...course.pressed.map((tag) => ({ name: tag.name, what: "pressed tag", pressed: tag.id })),
  ].map((one) => ({ ...one, course: course.id }));
  if (!every.length) return nothing;
  return html`<details><summary>Categories and tags</summary><ul class="entries">${every.map((one) => (same(list.word, one) ? renaming(list, course, one) : html`<li class="row wrap"><span>${one.name} <span class="meta">${one.what}</span></span>
    <span class="row push" style="gap:0">${one.pressed && course.pressed.length > 1 ? html`<button class="btn sm quiet" type="button" aria-label="Merge the ${one.what} ${one.name}" @click=${() => list.begin(one, true)}>Merge</button>` : nothing}<button class="btn sm quiet" type="button" aria-label="Rename the ${one.what} ${one.name}" @click=${() => list.begin(one)}>Rename</button></span></li>`))}</ul></details>`;
}

const same = (one, other) => one && ["course", "what", "name"].every((key) => one[key] === other[key]);

const renaming = (list, course, one) => html`<li><form class="row wrap" @submit=${(event) => {
  event.preventDefault();
  list.name = event.target.elements.word.value;
  list.rename();
}}><label for="pk-word">${list.word.merging ? `Make ${one.name} one with` : `${one.name} is called`}</label>
  ${list.word.merging
    ? html`<select class="in" id="pk-word" name="word" data-word style="inline-size:auto">${course.pressed.filter((tag) => tag.id !== one.pressed).map((tag) => html`<option value=${tag.id}>${tag.name}</option>`)}</select>`
    : html`<input class="in" id="pk-word" name="word" data-word list="pk-same" maxlength=${one.pressed ? 30 : 40} required autocomplete="off" style="inline-size:14rem" .value=${one.name}><datalist id="pk-same">${(one.pressed ? course.pressed.map((tag) => tag.name) : one.what === "category" ? course.categories : course.tags).map((word) => html`<option value=${word}></option>`)}</datalist>`}
  <button class="btn sm primary">${list.word.merging ? "Merge" : "Rename"}</button><button class="btn sm quiet" type="button" @click=${() => list.begin(null)}>Not now</button></form>
  <p class="meta" style="padding-block:var(--pk-1) var(--pk-2)">${list.word.merging ? "Comments that bear it bear the other one from then on." : "Where that name is in use already, both become one."}</p></li>`;
