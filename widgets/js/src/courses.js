// The courses a coordinator or an admin orders.
import { places } from "./admin/nav.js";
import { html, nothing, repeat } from "./lib/dom.js";
import { onOurPage, widget } from "./lib/base.js";
import { count } from "./lib/format.js";
import { icon } from "./lib/icons.js";
import { onChange } from "./lib/live.js";
import { asideOf, putAside } from "./reply/aside.js";

const PLACE = "courses";

export default widget("courses", (tools) => {
  // What is open and typed: { kind: "add" | "change" | "copy" | "section", course, ...fields }.
  const state = { form: asideOf(PLACE), busy: false, done: null };
  const change = (more) => {
    Object.assign(state, more);
    putAside(PLACE, state.form ?? {});
    tools.redraw();
  };
  const asks = {
    add: (args) => tools.ask("add", args),
    change: (args) => tools.ask("change", args),
    section: (args) => tools.ask("section", args),
    copy: (args) => tools.ask("copy", { sections: false, ...args }),
  };
  const act = {
    open(form) {
      change({ form, done: null });
      tools.focus("[data-first]");
    },
    put: (what, value) => change({ form: { ...state.form, [what]: value } }),
    type: (what) => (event) => change({ form: { ...state.form, [what]: event.target.value } }),
    async send(event) {
      event.preventDefault();
      if (state.busy) return;
      const { kind, dated, named, ...args } = state.form;
      change({ busy: true });
      const done = await tools.attempt(asks[kind](args));
      change({ busy: false });
      if (!done) return;
      change({ form: null, done: kind === "copy" ? { ...done, term: args.term } : null });
      tools.say({ add: "The course is made", change: "Saved", section: "Saved", copy: "The course is copied" }[kind]);
    },
    async archive(course, archived) {
      if (!(await tools.attempt(tools.ask("archive", { course: course.id, archived })))) return;
      tools.say(archived ? `${course.title} is archived` : `${course.title} is back`);
    },
  };
  tools.onCleanup(onChange(() => tools.ask("refresh").catch(() => {})));
  return (view) => html`${places("courses")}<div class="head"><div><h1 tabindex="-1">Courses</h1><p>An archived course is in nobody's queue. What is in it stays readable and counts.</p></div>
      <div class="row"><button class="btn soft" type="button" @click=${() => act.open({ kind: "add", title: "", term: "", starts: "" })}>${icon("plus")}Make a course</button></div></div>
    ${state.done ? html`<div class="note good" style="margin-block-end:var(--pk-4)">${icon("circle-check")}<div>${count(state.done.exercises, "exercise")} copied to ${state.done.term}; ${state.done.dated ? `${state.done.dated} with a due date there` : "none has a due date there"}${state.done.sections ? `; ${count(state.done.sections, "section")} with nobody in ${state.done.sections === 1 ? "it" : "them"}` : ""}. People get their places by a roster or an invitation.</div></div>` : nothing}
    ${state.form?.kind === "add" ? html`<section class="card" aria-label="New course">${form(state, act, "Make the course")}</section>` : nothing}
    <div class="stack loose">${view.courses.length ? repeat(view.courses, (one) => one.id, (one) => card(one, state, act))
      : html`<div class="empty">${icon("music")}<h3>No course yet</h3><p>A course is one class in one term, with its own exercises.</p></div>`}</div>`;
}, { back: "?" });

function form(state, act, label) {
  const { kind } = state.form;
  const field = (id, name, inside, hint = "") => html`<div class="field" style="flex:1;min-inline-size:12rem"><label for=${id}>${name}</label>${inside}${hint ? html`<p class="hint">${hint}</p>` : nothing}</div>`;
  const { form: one } = state;
  return html`<form class="stack" @submit=${act.send}>
    ${kind === "section"
      ? field("pk-name", "Name of the section", html`<input class="in" id="pk-name" data-first maxlength="40" required autocomplete="off" .value=${one.name} @input=${act.type("name")}>`)
      : html`<div class="row wrap" style="align-items:start">${field("pk-title", "Title", html`<input class="in" id="pk-title" data-first maxlength="120" required autocomplete="off" .value=${one.title} @input=${act.type("title")}>`)}
        ${field("pk-term", "Term", html`<input class="in" id="pk-term" maxlength="120" required autocomplete="off" placeholder="Spring 2027" .value=${one.term} @input=${act.type("term")}>`)}
        ${field("pk-starts", "First day of the term", html`<input class="in" id="pk-starts" type="date" .value=${one.starts} @input=${act.type("starts")}>`, kind === "copy" ? (one.dated ? "Due dates move by as many days as the terms' first days are apart; without one they are left out." : "Due dates are left out: the course that is copied has no first day. Change it first to have them move along.") : "By it, due dates find their place in a copy.")}</div>
        ${kind === "copy" && one.named ? html`<label class="check"><input type="checkbox" .checked=${one.sections} @change=${(event) => act.put("sections", event.target.checked)}><span>Sections of the same names, with nobody in them: ${one.named}</span></label>` : nothing}`}
    <p class="row wrap"><button class="btn primary" ?disabled=${state.busy}>${label}</button><button class="btn quiet" type="button" @click=${() => act.open(null)}>Not now</button></p></form>`;
}

const LABELS = { change: "Save the course", copy: "Copy the exercises", section: "Save the section" };

function card(one, state, act) {
  const mine = state.form?.course === one.id;
  const facts = [count(one.exercises, "exercise"), count(one.students, "student"), count(one.teachers, "teacher"), one.starts ? `term from ${one.starts}` : "no first day set"];
  const named = `${one.title}, ${one.term}`;
  const button = (label, press, picture) => html`<button class="btn sm" type="button" aria-label="${label} ${named}" @click=${press}>${icon(picture)}${label}</button>`;
  const fields = { course: one.id, title: one.title, starts: one.starts };
  return html`<section class="card stack tight" aria-labelledby="pk-c-${one.id}"><h2 id="pk-c-${one.id}" style="font-size:var(--pk-text-l)">${named} ${one.archived ? html`<span class="badge">Archived</span>` : nothing}</h2>
    <p class="meta">${facts.join(" · ")}</p>
    ${one.archived ? nothing : html`<p class="row wrap"><span class="meta">Sections</span>${one.sections.map((each) => html`<button class="chip" type="button" aria-label="Rename the section ${each.name} of ${named}" @click=${() => act.open({ kind: "section", course: one.id, name: each.name, section: each.id })}>${each.name}</button>`)}
      <button class="btn sm quiet" type="button" aria-label="Add a section to ${named}" @click=${() => act.open({ kind: "section", course: one.id, name: "", section: "" })}>${icon("plus")}Add</button></p>`}
    ${mine ? form(state, act, LABELS[state.form.kind]) : html`<p class="row wrap">${one.archived ? nothing : button("Change", () => act.open({ kind: "change", ...fields, term: one.term, stamp: one.stamp }), "pencil")}
      ${button("Copy to the next term", () => act.open({ kind: "copy", ...fields, dated: Boolean(one.starts), named: one.sections.map((each) => each.name).join(", "), sections: false, term: "", starts: "" }), "layers-2")}
      ${one.archived ? button("Bring back", () => act.archive(one, false), "undo-2") : button("Archive", () => act.archive(one, true), "x")}
      ${onOurPage() ? html`<a class="btn sm quiet" data-go href="?view=invitations">${icon("users")}Invite</a>` : nothing}</p>`}</section>`;
}
