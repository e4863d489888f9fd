// The teacher's exercises and their rubrics.
import { html, nothing } from "./lib/dom.js";
import { url, widget } from "./lib/base.js";
import { count } from "./lib/format.js";
import { icon } from "./lib/icons.js";
import { Editor } from "./rubrics/editor.js";
import { rubricPage } from "./rubrics/page.js";

export default widget("rubrics", (tools) => {
  const editor = new Editor(tools);
  return (view) => {
    if (view.exercises) return listPage(view.exercises);
    editor.show(view);
    return rubricPage(editor, view);
  };
}, { back: "?view=exercises" });

const listPage = (exercises) => html`<div class="head"><div><h1 tabindex="-1">Exercises</h1><p>${exercises.length ? "What each exercise is marked by. Students read the levels beside their marks." : ""}</p></div></div>
  ${exercises.length
    ? html`<ul class="rubrics">${exercises.map(card)}</ul>`
    : html`<div class="empty">${icon("music")}<h3>No exercise yet</h3><p>Your courses have no exercises. They appear here as soon as there is one.</p></div>`}`;

const card = (one) => html`<li class="card stack tight"><p class="meta">${one.course}</p><h2 style="font-size:var(--pk-text-l)">${one.title}</h2>
  <p class="muted">${one.criteria.length ? one.criteria.join(" · ") : "No rubric yet: this exercise is answered in words."}</p>
  <p class="row wrap" style="margin-block-start:auto"><a class="btn ${one.criteria.length ? "" : "soft"}" data-go href="?view=exercises&exercise=${one.id}" aria-label="${one.criteria.length ? "Change" : "Write"} the rubric of ${one.title}">${icon("pencil")}${one.criteria.length ? "Change the rubric" : "Write a rubric"}</a>
    <a class="btn quiet" href=${url(`download/videos.zip?exercise=${one.id}`)} aria-label="Download the takes of ${one.title}">${icon("download")}Takes</a>
    ${one.criteria.length ? html`<span class="meta">${count(one.criteria.length, "criterion", "criteria")}</span>` : nothing}</p></li>`;
