// Term, section, class, exercise: each list follows from what is chosen before it.
import { html, live } from "../lib/dom.js";
import { icon } from "../lib/icons.js";

const EMPTY = { term: "", course: "", cohort: "", exercise: "" };

/** The courses that fit a term (and a course, if one is chosen). */
export const coursesIn = (options, { term = "", course = "" }) =>
  options.courses.filter((one) => (!term || one.term === term) && (!course || one.id === course));

/** Filters after one changed: what no longer fits is let go. */
export function after(options, filters, name, value) {
  const next = { ...filters, [name]: value };
  if (next.course && !coursesIn(options, { term: next.term }).some((one) => one.id === next.course)) next.course = "";
  const ids = new Set(coursesIn(options, next).map((one) => one.id));
  const fits = (list, id) => !id || list.some((one) => one.id === id && ids.has(one.course));
  if (!fits(options.cohorts, next.cohort)) next.cohort = "";
  if (!fits(options.exercises, next.exercise)) next.exercise = "";
  return next;
}

export function filterForm(view, state, choose) {
  const { options } = view;
  const chosen = state.filters;
  const ids = new Set(coursesIn(options, chosen).map((one) => one.id));
  const courses = coursesIn(options, { term: chosen.term });
  const inside = (list) => list.filter((one) => ids.has(one.course));
  const courseOf = (id) => options.courses.find((one) => one.id === id)?.title ?? "";
  const pick = (name, label, all, items) => html`<div class="field"><label for="pk-f-${name}">${label}</label>
    <select class="in" id="pk-f-${name}" .value=${live(chosen[name] ?? "")} @change=${(event) => choose(after(options, chosen, name, event.target.value))}>
    <option value="">${all}</option>${items.map(([id, words]) => html`<option value=${id} ?selected=${id === chosen[name]}>${words}</option>`)}</select></div>`;
  const many = ids.size > 1;
  const words = (one) => [one.id, many ? `${one.title} · ${courseOf(one.course)}` : one.title];
  const any = Object.values(chosen).some(Boolean);
  return html`<form class="filters" aria-label="Filters" @submit=${(event) => event.preventDefault()}>
    ${pick("term", "Term", "All terms", options.terms.map((term) => [term, term]))}
    ${pick("cohort", "Section", "All sections", inside(options.cohorts).map(words))}
    ${pick("course", "Class", courses.length === 1 ? "The one class" : `All ${courses.length} classes`, courses.map((one) => [one.id, chosen.term || options.terms.length < 2 ? one.title : `${one.title}, ${one.term}`]))}
    ${pick("exercise", "Exercise", "All exercises", inside(options.exercises).map(words))}
    <button class="btn quiet" type="button" ?disabled=${!any} style=${any ? "" : "border-color:transparent;background:none"} @click=${() => choose({ ...EMPTY })}>${icon("x")}Clear</button></form>`;
}
