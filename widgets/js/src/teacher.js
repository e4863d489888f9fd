// The teacher's page: the next take large, the queue under it, the class beside it.
import { html, nothing } from "./lib/dom.js";
import { goAhead } from "./lib/ahead.js";
import { onOurPage, widget } from "./lib/base.js";
import { icon } from "./lib/icons.js";
import { onChange } from "./lib/live.js";
import { trash } from "./student/trash.js";
import { Doing } from "./teacher/doing.js";
import { chips, legend, matches, matrix } from "./teacher/grid.js";
import { listItem, upNext } from "./teacher/queue.js";

const ADDRESS = ["course", "sort", "status", "student", "exercise"];

function readAddress() {
  const params = new URLSearchParams(onOurPage() ? location.search : "");
  return Object.fromEntries(ADDRESS.map((name) => [name, params.get(name) ?? ""]));
}

function writeAddress(state) {
  if (!onOurPage()) return;
  const params = new URLSearchParams(location.search);
  for (const name of ADDRESS) state[name] ? params.set(name, state[name]) : params.delete(name);
  const text = params.toString();
  history.replaceState(history.state, "", location.pathname + (text ? `?${text}` : ""));
}

export default widget("teacher", (tools) => {
  const state = { ...readAddress(), at: 0 };
  const doing = new Doing(tools);
  const change = (more) => {
    Object.assign(state, more);
    writeAddress(state);
    tools.redraw();
  };
  const choose = (more) => {
    change({ ...more, at: 0 });
    tools.attempt(tools.ask("choose", { course: state.course, sort: state.sort || "age" }));
  };
  const retry = async (take) => {
    if (!(await tools.attempt(tools.ask("retry", { take: take.id })))) return;
    tools.say("The video will be tried again");
    tools.el.querySelector("h1")?.focus();
  };
  tools.onCleanup(onChange(() => tools.ask("refresh").catch(() => {})));
  let same = true; // the course and the order: what is here already is what is asked for
  const arrive = () => {
    const before = { ...state };
    Object.assign(state, readAddress());
    same = state.course === before.course && state.sort === before.sort;
    if (same) tools.redraw();
    else choose({});
  };
  addEventListener("practika:went", arrive);
  const part = goAhead(tools, () => same); // asks after arrive() has looked
  tools.onCleanup(() => removeEventListener("practika:went", arrive));
  if (state.course || state.sort) choose({});
  return (view) => (part(view.part) === "stacks" ? classPage(view, { state, change, choose, doing }) : (doing.leave(), homePage(view, { state, change, choose, retry, tools })));
});

const courseSelect = (view, choose) =>
  view.courses.length > 1
    ? html`<label class="vh" for="pk-course">Course</label><select class="in" id="pk-course" style="inline-size:auto" @change=${(event) => choose({ course: event.target.value })}>
      <option value="">All my courses</option>${view.courses.map((one) => html`<option value=${one.id} ?selected=${one.id === view.course_id}>${one.title}</option>`)}</select>`
    : nothing;

const sortSwitch = (view, choose) => html`<fieldset class="seg"><legend>Sort the queue</legend>${[["age", "Oldest"], ["due", "Due first"]].map(
  ([key, words]) => html`<label><input type="radio" name="pk-sort" value=${key} .checked=${view.sort === key} @change=${() => choose({ sort: key === "age" ? "" : key })}><span class="o">${words}</span></label>`,
)}</fieldset>`;

const nobody = html`<div class="empty">${icon("circle-check")}<h3>Everybody has an answer</h3>
  <p>As soon as a student submits a take it stands here, the oldest first. There is nothing to reload.</p></div>`;

const noCourse = html`<div class="empty">${icon("users")}<h3>You teach no course yet</h3><p>An admin adds you to one; its students and their takes then appear here.</p></div>`;

function homePage(view, { state, change, choose, retry, tools }) {
  const at = Math.min(state.at, view.queue.length - 1);
  const go = (to) => change({ at: to });
  const rest = view.queue.filter((_, place) => place !== at);
  return html`<div class="head"><div><h1 tabindex="-1">${view.title}</h1><p>${view.line}</p></div><div class="row">${courseSelect(view, choose)}</div></div>
  ${!view.courses.length ? noCourse : html`<div class="desk-home"><section class="stack" aria-labelledby="pk-q">
    <div class="row wrap hd"><h2 id="pk-q">Queue</h2>${view.queue.length > 1 ? sortSwitch(view, choose) : nothing}</div>
    ${view.queue.length ? upNext(view.queue[at], at, view.queue.length, go, retry) : nobody}
    ${rest.length ? html`<div class="card flush" id="pk-queue">${rest.map(listItem)}</div>` : nothing}
  </section><section class="stack" aria-labelledby="pk-g">
    <div class="row wrap hd"><h2 id="pk-g">Class</h2>${chips(view.grid, state, change, ["waiting", "none"])}</div>
    ${gridCard(view.grid, state)}
    <div class="row hd"><h2>My last month</h2></div>
    <div class="card flush"><div class="figs">${view.figures.map(figure)}</div></div>
  </section></div>`}${trash(view, tools)}`;
}

const figure = (one) => html`<div class="fig"><p class="k">${one.label}</p><p class="v">${one.value} <small>${one.unit}</small></p><p class="meta">${one.line}</p></div>`;

function gridCard(grid, state) {
  if (!grid.rows.length || !grid.exercises.length) {
    const who = grid.exercises.length ? "Students appear here as soon as they are enrolled." : "This course has no exercise yet. Rows fill once there is one.";
    return html`<div class="empty">${icon("grid-3x3")}<h3>An empty class</h3><p>${who}</p></div>`;
  }
  const shown = matches(grid, state);
  return html`<div class="card flush">${shown.rows.length ? matrix(shown, state)
    : html`<div class="empty" style="margin:var(--pk-5)">${icon("list-filter")}<h3>No stack like this</h3><p>No student has one under these filters. Choose “All statuses” to see everybody.</p></div>`}
    ${legend}</div>`;
}

function classPage(view, { state, change, choose, doing }) {
  const { grid } = view;
  if (view.courses.length) doing.want(state.course);
  const names = grid.exercises.map((one) => [one.id, one.title]);
  return html`<div class="head"><div><h1 tabindex="-1">${grid.title}</h1><p>${grid.rows.length} students, ${grid.exercises.length} exercises. Each cell is a stack: all takes of one student at one exercise.</p></div>
    <div class="row">${courseSelect(view, choose)}${view.courses.length && onOurPage() ? html`<a class="btn" data-go href="?view=invitations">${icon("users")}Invite</a>` : nothing}</div></div>
  ${!view.courses.length ? noCourse : html`<form class="filters" aria-label="Filters" @submit=${(event) => event.preventDefault()}>
    <div class="field"><label for="pk-student">Student</label><input class="in" id="pk-student" type="search" placeholder="Part of a name" .value=${state.student} @input=${(event) => change({ student: event.target.value })}></div>
    <div class="field"><label for="pk-ex">Exercise</label><select class="in" id="pk-ex" @change=${(event) => change({ exercise: event.target.value })}><option value="">All exercises</option>
      ${names.map(([id, words]) => html`<option value=${id} ?selected=${id === state.exercise}>${words}</option>`)}</select></div></form>
  <div class="classroom">${doing.stuck(state)}<div class="stack"><div class="row wrap">${chips(grid, state, change)}</div>${gridCard(grid, state)}</div></div>${doing.table(state)}`}`;
}
