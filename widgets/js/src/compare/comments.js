// What was said about the take, beside the videos: each time goes there in both.
import { html, nothing } from "../lib/dom.js";
import { when } from "../lib/format.js";
import { icon, mark, markName } from "../lib/icons.js";
import { life } from "../ledger/life.js";
import { onlyOne, small } from "../player/stage.js";
import { spelled, stretch } from "../player/words.js";
import { said } from "../lib/said.js";
import { drawnLine, history, tagged } from "../reply/told.js";
import { clip } from "./clip.js";
import { practiseButton } from "./practise.js";

export function comments(desk, tools) {
  const replies = [...(desk.view.replies ?? [])].sort((x, y) => (x.start ?? -1) - (y.start ?? -1));
  const people = [...new Set(replies.map((reply) => reply.author.name))];
  return html`<section class="card flush" aria-label="Comments"><header><h2 style="font-size:var(--pk-text-l)">${heading(replies)}</h2>
    ${people.length ? html`<span class="meta">from ${people.join(", ")}</span>` : nothing}</header>
    ${replies.length
      ? html`<ol style="padding:0 var(--pk-1) var(--pk-2)">${replies.map((reply) => comment(desk, tools, reply))}</ol>`
      : html`<p class="meta" style="padding:0 var(--pk-4) var(--pk-4)">A teacher's comments will stand here, each at its moment.</p>`}</section>`;
}

/** "Three things to fix", or what else there is. Pure. */
export function heading(replies) {
  const fixes = replies.filter((reply) => reply.kind === "fix").length;
  if (fixes) return `${spelled(fixes)} thing${fixes > 1 ? "s" : ""} to fix`;
  if (!replies.length) return "No comments yet";
  return `${spelled(replies.length)} comment${replies.length > 1 ? "s" : ""}`;
}

function comment(desk, tools, reply) {
  const quiet = onlyOne(tools.el, desk.clock);
  const both = desk.b ? " in both videos" : "";
  return html`<li class="cm" data-life=${reply.id} aria-current=${reply.id === desk.current ? "true" : nothing}>${mark(reply.kind)}<div>
    <p class="by">${reply.start === null
      ? html`<span>Whole take</span>`
      : html`<button class="at" type="button" aria-label="${stretch(reply.start, reply.end)}, go there${both}" @click=${() => desk.goTo(reply.start)}>${stretch(reply.start, reply.end)}</button>`}
      <span class="vh">${markName(reply.kind)}</span>${tagged(reply)}${life(desk.view.ledger?.lives[reply.id], desk.view.ledger?.mine)}</p>
    ${reply.text ? said(reply, (time) => desk.goTo(time)) : nothing}${drawnLine(reply)}
    ${history(reply, tools.histories?.get(reply.id), () => tools.toggleHistory(reply))}
    ${reply.video ? small(reply.video, `Video reply, ${reply.author.name}`, quiet) : nothing}
    ${reply.clip ? clip(reply.clip, quiet) : nothing}
    ${reply.thread.length ? html`<div class="thread">${reply.thread.map((one) => answer(desk, one))}</div>` : nothing}
    <div class="row wrap">${practiseButton(desk, tools, reply)}${desk.view.can?.answer ? answerButton(tools, reply) : nothing}</div>
    ${answering(tools, reply)}</div></li>`;
}

const answer = (desk, one) => html`<div data-life=${one.id}><p class="by"><span class="strong">${one.author.name}</span><span>${when(one.released ?? one.at)}</span></p>${said(one, (time) => desk.goTo(time))}</div>`;

const answerButton = (tools, reply) =>
  tools.answers.has(reply.id)
    ? nothing
    : html`<button class="btn sm quiet" type="button" style=${reply.start === null || reply.kind === "keep" ? "margin-inline-start:-.625rem" : nothing} @click=${() => tools.openAnswer(reply.id)}>${icon("corner-down-left")}Answer</button>`;

function answering(tools, reply) {
  const typed = tools.answers.get(reply.id);
  if (typed === undefined) return nothing;
  return html`<form class="stack tight" @submit=${(event) => {
    event.preventDefault();
    tools.sendAnswer(reply.id);
  }}><textarea class="in" rows="2" aria-label="Your answer" data-answer=${reply.id} .value=${typed.text}
      @input=${(event) => tools.typeAnswer(reply.id, event.target.value)} @keydown=${(event) => onAnswerKey(event, tools, reply.id)}></textarea>
    <div class="row"><button class="btn sm soft" ?disabled=${typed.busy || !typed.text.trim()}>Send answer</button>
      <button class="btn sm quiet" type="button" @click=${() => tools.closeAnswer(reply.id)}>Not now</button></div></form>`;
}

function onAnswerKey(event, tools, id) {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    tools.sendAnswer(id);
  } else if (event.key === "Escape") event.target.blur();
}
