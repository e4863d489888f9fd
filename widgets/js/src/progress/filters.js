// Term, section, class, exercise, teacher, days: each list follows from what is chosen before it.
import { html, live, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { FILTERS } from "./address.js";

const NAMES = { term: "Term", course: "Class", cohort: "Section", exercise: "Exercise", teacher: "Teacher", since: "From", until: "To" };
const LATER = ["teacher", "since", "until"];

export const none = () => Object.fromEntries(FILTERS.map((name) => [name, ""]));

/** The courses that fit a term and a teacher (and a course, if one is chosen). */
export function coursesIn(options, { term = "", course = "", teacher = "" }) {
  const taught = teacher && ((options.teachers ?? []).find((one) => one.id === teacher)?.courses ?? []);
  return options.courses.filter(
    (one) => (!term || one.term === term) && (!course || one.id === course) && (!taught || taught.includes(one.id)),
  );
}

/** Filters after one changed: what no longer fits is let go. */
export function after(options, filters, name, value) {
  const next = { ...filters, [name]: value };
  const { term, teacher } = next;
  if (next.course && !coursesIn(options, { term, teacher }).some((one) => one.id === next.course)) next.course = "";
  const ids = new Set(coursesIn(options, next).map((one) => one.id));
  const fits = (list, id) => !id || list.some((one) => one.id === id && ids.has(one.course));
  if (!fits(options.cohorts, next.cohort)) next.cohort = "";
  if (!fits(options.exercises, next.exercise)) next.exercise = "";
  return next;
}

/** Filters after a bar was pressed; pressing it again takes its choice away. */
export function picked(filters, pick) {
  const there = Object.entries(pick).every(([name, value]) => filters[name] === value);
  const cleared = Object.fromEntries(Object.keys(pick).map((name) => [name, ""]));
  return { ...filters, ...(there ? cleared : pick) };
}

const titleOf = (options, name, value) => {
  const list = { course: "courses", cohort: "cohorts", exercise: "exercises", teacher: "teachers" }[name];
  return list ? (options[list].find((one) => one.id === value)?.title ?? value) : value;
};

/** What is chosen, in words; each goes away at a press. */
function chips(view, state, act) {
  const chosen = FILTERS.filter((name) => state.filters[name]);
  if (!chosen.length) return nothing;
  return html`<div class="row wrap chosen" role="group" aria-label="What the page is narrowed by">${chosen.map((name) => {
    const words = `${NAMES[name]}: ${titleOf(view.options, name, state.filters[name])}`;
    return html`<button class="chip" aria-label="Take away ${words}" @click=${() => act.choose(after(view.options, state.filters, name, ""))}>
      <span class="cut">${words}</span>${icon("x")}</button>`;
  })}<button class="btn sm" @click=${() => act.change({ rows: "takes" })}>Show the takes</button></div>`;
}

export function filterForm(view, state, act) {
  const { options } = view;
  const chosen = state.filters;
  const ids = new Set(coursesIn(options, chosen).map((one) => one.id));
  const courses = coursesIn(options, { term: chosen.term, teacher: chosen.teacher });
  const inside = (list) => list.filter((one) => ids.has(one.course));
  const courseOf = (id) => options.courses.find((one) => one.id === id)?.title ?? "";
  const choose = (name) => (event) => act.choose(after(options, chosen, name, event.target.value));
  const later = (name) => (LATER.includes(name) && !state.more && !LATER.some((one) => chosen[one]) ? "field later" : "field");
  const pick = (name, all, items) => html`<div class=${later(name)}><label for="pk-f-${name}">${NAMES[name]}</label>
    <select class="in" id="pk-f-${name}" .value=${live(chosen[name] ?? "")} @change=${choose(name)}>
    <option value="">${all}</option>${items.map(([id, words]) => html`<option value=${id} ?selected=${id === chosen[name]}>${words}</option>`)}</select></div>`;
  const day = (name) => html`<div class=${later(name)}><label for="pk-f-${name}">${NAMES[name]}</label>
    <input class="in" type="date" id="pk-f-${name}" .value=${live(chosen[name] ?? "")} @change=${choose(name)}></div>`;
  const many = ids.size > 1;
  const words = (one) => [one.id, many ? `${one.title} · ${courseOf(one.course)}` : one.title];
  const any = Object.values(chosen).some(Boolean);
  return html`<form class="filters" aria-label="Filters" @submit=${(event) => event.preventDefault()}>
    ${pick("term", "All terms", options.terms.map((term) => [term, term]))}
    ${pick("cohort", "All sections", inside(options.cohorts).map(words))}
    ${pick("course", courses.length === 1 ? "The one class" : `All ${courses.length} classes`, courses.map((one) => [one.id, chosen.term || options.terms.length < 2 ? one.title : `${one.title}, ${one.term}`]))}
    ${pick("exercise", "All exercises", inside(options.exercises).map(words))}
    ${pick("teacher", "All teachers", (options.teachers ?? []).map((one) => [one.id, one.title]))}
    ${day("since")}${day("until")}
    <button class="btn quiet more" type="button" aria-expanded=${state.more ? "true" : "false"} @click=${() => act.change({ more: !state.more })}>${icon("list-filter")}${state.more ? "Fewer filters" : "More filters"}</button>
    <button class="btn quiet" type="button" ?disabled=${!any} style=${any ? "" : "border-color:transparent;background:none"} @click=${() => act.choose(none())}>${icon("x")}Clear</button></form>
  ${chips(view, state, act)}`;
}
