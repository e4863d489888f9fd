// The student's stacks: one row an exercise, its takes as pictures on top of each other.
import { html, nothing } from "../lib/dom.js";
import { count, day } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { url } from "../lib/base.js";
import { moveTake } from "../moving/dialog.js";
import { confirm } from "../upload/dialog.js";
import { trash } from "./trash.js";

const LOOKS = {
  replied: ["is-info", "message-square"],
  waiting: ["is-wait", "clock"],
  late: ["is-wait", "clock"],
  seen: ["is-good", "eye"],
  draft: ["", "circle-dashed"],
  imported: ["", "library"],
  none: ["", "circle-dashed"],
};

/** Takes in the trash, each with its way back. */
const thrownTakes = (view, tools) => (view.trash ?? []).map((one) => ({ ...one, back: () => tools.ask("restore", { take: one.id }) }));

export const badge = (status, words) => {
  const [look, picture] = LOOKS[status] ?? LOOKS.none;
  return html`<span class="badge ${look}">${icon(picture)}${words}</span>`;
};

/** "under 1 h", "21 h" or "3 days": how long a reply usually takes. */
export const usual = (hours) =>
  hours < 1 ? "under 1 h" : (hours >= 48 ? count(Math.round(hours / 24), "day") : `${Math.round(hours)} h`);

function line(stack, wait) {
  const takes = count(stack.takes.length, "take");
  if (stack.status === "draft") return `${takes} · not submitted`;
  if (["waiting", "late"].includes(stack.status) && wait) return `${takes} · a reply usually takes ${usual(wait)}`;
  if (stack.takes.at(-1).bare) return `${takes} · last one ${day(stack.takes.at(-1).at)}, imported without video`;
  return `${takes} · last one ${day(stack.takes.at(-1).at)}`;
}

const pictures = (stack) => html`<span class="takes" aria-hidden="true">${stack.takes.slice(-4).map((take) =>
  html`<span class="video">${take.poster ? html`<img src=${url(take.poster)} alt="" width="640" height="360" loading="lazy">` : take.bare ? html`<span style="position:absolute;inset:0;display:grid;place-content:center;color:var(--pk-stage-ink)">${icon("video")}</span>` : nothing}</span>`)}</span>`;

/** One row; a draft opens where it can be submitted. */
export const stackRow = (stack, wait) => html`<a class="stk" href="?take=${stack.newest}" data-go>${pictures(stack)}
  <span><h3>${stack.exercise.title}</h3><span class="meta">${line(stack, wait)}</span></span>${badge(stack.status, stack.badge)}</a>`;

const none = (more) => html`<div class="empty">${icon("video")}<h3>No take yet</h3>
  <p>Film yourself once, as it is today. The first take is only there to have something to get better than.</p>${more}</div>`;

export const noTakes = none(nothing);
const firstTake = none(html`<a class="btn primary" href="?view=today" data-go>${icon("upload")}Upload a take</a>`);

const FILTERS = [
  ["", "All"],
  ["replied", "New reply"],
  ["waiting", "Waiting"],
  ["draft", "Draft"],
  ["seen", "Reply seen"],
  ["imported", "Imported"],
];
const matches = (stack, status) => !status || stack.status === status || (status === "waiting" && stack.status === "late");

function takesOf(stack) {
  return html`<div class="row wrap" style="padding:0 var(--pk-5) var(--pk-3)">${stack.takes.map((take) =>
    html`<a class="chip" href="?take=${take.id}" data-go>Take ${take.number}<span class="meta">${day(take.at)}</span></a>`)}</div>`;
}

/** Takes a teacher has put somewhere else of late: nobody has to look for theirs. */
export const movedByOthers = (view) => view.moved?.length
  ? html`<div class="note" style="margin-block-end:var(--pk-4)">${icon("info")}<ul style="list-style:none;margin:0;padding:0">${view.moved.map((one) => html`<li>Your teacher has moved a take: ${one.from} is <a href="?take=${one.id}" data-go>${one.title}</a> now.</li>`)}</ul></div>`
  : nothing;

/** The page "My stacks". */
export class Stacks {
  constructor(tools) {
    Object.assign(this, { tools, status: "" });
  }

  draw(view) {
    const own = view.stacks.filter((stack) => stack.takes.length);
    const shown = own.filter((stack) => matches(stack, this.status));
    return html`<div class="head"><div><h1 tabindex="-1">My stacks</h1>
        <p>${own.length ? "All your takes of one exercise lie on one stack, the newest on top." : "A stack holds all your takes of one exercise."}</p></div></div>
      ${movedByOthers(view)}
      ${own.length ? html`<h2 class="vh">By exercise</h2><div class="stack">${this.chips(own)}
        <div class="card flush">${shown.map((stack) => html`<div style="border-block-start:1px solid var(--pk-line);margin-block-start:-1px">${stackRow(stack, view.doing.usual_wait_hours)}${stack.takes.length > 1 ? takesOf(stack) : nothing}${this.unanswered(stack)}</div>`)}</div></div>`
      : firstTake}${trash(view, this.tools, thrownTakes(view, this.tools))}`;
  }

  /** What can still be put in order: takes nobody has replied to, the newest at hand. */
  unanswered(stack) {
    const open = stack.takes.filter((take) => take.state === "submitted" && !take.answered && !take.bare);
    const newest = open.find((take) => take === stack.takes.at(-1) && ["waiting", "late"].includes(take.status));
    const others = open.filter((take) => take !== newest).reverse();
    return html`${newest ? this.order(stack, newest) : nothing}
      ${others.length ? html`<details style="padding:0 var(--pk-5) var(--pk-3)"><summary class="meta">${count(others.length, "earlier take")} without a reply</summary>${others.map((take) => this.order(stack, take, ""))}</details>` : nothing}`;
  }

  order(stack, take, style = "padding:0 var(--pk-5) var(--pk-3)") {
    const title = `${stack.exercise.title}, take ${take.number}`;
    return html`<p class="row wrap" style=${style}><button class="btn sm quiet" aria-label="Move take ${take.number} to another exercise: ${stack.exercise.title}" @click=${() => moveTake(this.tools, take.id)}>${icon("move-up-right")}Move take ${take.number}</button>
      <button class="btn sm quiet" aria-label="Throw take ${take.number} away: ${stack.exercise.title}" @click=${() => this.throwAway(take, title)}>${icon("trash-2")}Throw take ${take.number} away</button></p>`;
  }

  async throwAway(take, title) {
    const sure = await confirm({ title: `Throw away ${title}?`, words: "Your teacher does not see it any more. You can put it back from the trash below until its day.", yes: "Throw it away", no: "Keep it" }, this.tools.el.parentElement);
    if (!sure || !(await this.tools.attempt(this.tools.ask("withdraw", { take: take.id })))) return;
    this.tools.say(`${title} is in the trash.`);
    this.tools.focus("#trash button");
  }

  chips(own) {
    const pick = (status) => () => ((this.status = status), this.tools.redraw());
    const many = (status) => own.filter((stack) => matches(stack, status)).length;
    return html`<div class="row wrap" role="group" aria-label="Show">${FILTERS.filter(([status]) => !status || many(status)).map(([status, words]) =>
      html`<button class="chip" aria-pressed=${String(this.status === status)} @click=${pick(status)}>${words} ${many(status)}</button>`)}</div>`;
  }
}
