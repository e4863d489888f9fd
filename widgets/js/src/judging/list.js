// What is judged, setting a judging up, and how many marked takes are rated twice.
import { html, live, nothing } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { line, shareOf } from "./pair.js";

export class Desk {
  constructor(tools) {
    Object.assign(this, { tools, busy: false, setting: false, saved: "" });
  }

  async ask(verb, args) {
    if (this.busy) return undefined;
    this.busy = true;
    this.tools.redraw();
    const done = await this.tools.attempt(this.tools.ask(verb, args));
    this.busy = false;
    this.tools.redraw();
    return done;
  }

  async setUp(form) {
    const fields = new FormData(form);
    const done = await this.ask("set_up", {
      exercise: String(fields.get("exercise") ?? ""), question: String(fields.get("question") ?? ""),
      looks: Math.round(Number(fields.get("looks")) || 0), every: fields.get("every") === "on",
    });
    if (!done) return;
    this.setting = false;
    this.tools.say("The judging is set up");
    this.tools.focus("h1");
  }

  async close(one) {
    if (await this.ask("close_judging", { judging: one.id, again: one.closed })) this.tools.say(one.closed ? "Judging goes on" : "Judging closed");
  }

  async share(form, course) {
    const fields = new FormData(form);
    const percent = Math.round(Number(fields.get("percent")));
    const done = await this.ask("share", { course: course.id, percent: Number.isFinite(percent) ? percent : -1, since: String(fields.get("since") ?? "") });
    if (done === undefined) return;
    this.saved = course.id;
    this.tools.say(`Kept. ${count(done, "take")} asked for anew.`);
    this.tools.redraw();
  }
}

export function listPage({ view, desk }) {
  const places = view.exercises.filter((one) => one.students >= 1);
  return html`<div class="head"><div><h1 tabindex="-1">Judging</h1><p>Which of two takes is better, asked often enough, puts all of them on one scale.</p></div>
      ${places.length && !desk.setting ? html`<div class="row"><button class="btn primary" type="button" data-set-up @click=${() => { desk.setting = true; desk.tools.focus("[name=exercise]"); }}>${icon("plus")}Set up a judging</button></div>` : nothing}</div>
    <div class="stack">${desk.setting ? setUp(view, places, desk) : nothing}
    ${view.judgings.length ? html`<ul class="rubrics">${view.judgings.map((one) => card(one, desk))}</ul>` : desk.setting ? nothing : nobody}
    ${view.shares.length ? shares(view.shares, desk) : nothing}</div>`;
}

const nobody = html`<div class="empty">${icon("columns-2")}<h3>Nothing is judged yet</h3><p>Set up a judging at an exercise with three takes or more. Teachers then see two at a time, without names.</p></div>`;

function setUp(view, places, desk) {
  return html`<form class="card stack" aria-label="Set up a judging" @submit=${(event) => { event.preventDefault(); desk.setUp(event.target); }}>
    <h2 style="font-size:var(--pk-text-l)">Set up a judging</h2>
    <div class="field"><label for="pk-jex">Exercise</label><select class="in" id="pk-jex" name="exercise">${places.map((one) => html`<option value=${one.id}>${one.title}, ${one.course}: ${count(one.students, "student")}, ${count(one.takes, "take")}</option>`)}</select></div>
    <div class="field"><label for="pk-jq">Question</label><input class="in" id="pk-jq" name="question" maxlength="120" placeholder="Which is better?"><p class="hint">Name one thing to listen for, and judges agree more.</p></div>
    <div class="field"><label for="pk-jl">Looks at each take</label><input class="in" id="pk-jl" name="looks" type="number" min="2" max=${view.looks.most} .value=${live(String(view.looks.usual))} style="inline-size:6rem"><p class="hint">All judges together. Twelve are a good beginning, twenty-five and more where much depends on it.</p></div>
    <label class="check"><input type="checkbox" name="every"><span>Every take, not only each student's newest</span></label>
    <p class="row wrap"><button class="btn primary" ?disabled=${desk.busy}>Set up</button><button class="btn quiet" type="button" @click=${() => { desk.setting = false; desk.tools.redraw(); }}>Not now</button></p></form>`;
}

function card(one, desk) {
  const { can } = one;
  const name = `${one.question} ${one.exercise}`;
  return html`<li class="card stack tight" data-judging=${one.id}><p class="meta">${one.course}</p><h2 style="font-size:var(--pk-text-l)">${one.question}</h2>
    <p class="muted">${one.exercise} · ${line(one)}</p>
    <div class="bar" role="progressbar" aria-label="Judged so far: ${name}" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${shareOf(one)}><i style="inline-size:${shareOf(one)}%"></i></div>
    <p class="row wrap" style="margin-block-start:auto">${can.judge && !one.closed && !one.complete ? html`<a class="btn soft" data-go href="?view=judging&judge=${one.id}" aria-label="Judge: ${name}">${icon("columns-2")}${one.mine ? "Go on judging" : "Judge"}</a>` : nothing}
      ${can.look ? html`<a class="btn" data-go href="?view=judging&standing=${one.id}" aria-label="Standing: ${name}">${icon("chart-line")}Standing</a>` : nothing}
      ${can.manage ? html`<button class="btn quiet" type="button" ?disabled=${desk.busy} aria-label="${one.closed ? "Go on" : "Close"}: ${name}" @click=${() => desk.close(one)}>${one.closed ? "Go on" : "Close"}</button>` : nothing}
      ${one.closed ? html`<span class="badge">${icon("check")}closed</span>` : one.complete ? html`<span class="badge is-good">${icon("circle-check")}complete</span>` : nothing}</p></li>`;
}

const shares = (rows, desk) => html`<section class="card stack" aria-labelledby="pk-second"><div><h2 id="pk-second" style="font-size:var(--pk-text-l)">Blind second ratings</h2>
  <p class="meta">Of the takes whose marks are released so many are drawn by lot. A second teacher finds them in their queue, without the student's name and what was said. Agreement stands on the overview.</p></div>
  ${rows.map((one) => share(one, desk))}</section>`;

const share = (one, desk) => html`<form class="row wrap share" aria-label="Second ratings in ${one.title}" @submit=${(event) => { event.preventDefault(); desk.share(event.target, one); }}>
  <p style="flex:1 1 14rem"><span class="strong">${one.title}</span><br><span class="meta">${one.drawn ? `${one.handed_in} of ${one.drawn} handed in` : "None drawn yet"}${one.teachers < 2 ? " · needs a second teacher" : ""}</span></p>
  <span class="field"><label for="pk-sh-${one.id}">Share, %</label><input class="in" id="pk-sh-${one.id}" name="percent" type="number" min="0" max="100" step="1" required .value=${live(String(one.percent))} ?disabled=${!one.may} style="inline-size:5.5rem"></span>
  <span class="field"><label for="pk-si-${one.id}">Marked since</label><input class="in" id="pk-si-${one.id}" name="since" type="date" required .value=${live(one.since)} ?disabled=${!one.may}></span>
  ${one.may ? html`<button class="btn" style="align-self:end" ?disabled=${desk.busy}>Keep${desk.saved === one.id ? icon("check") : nothing}</button>` : nothing}</form>`;
