// What was said about the take, beside the videos: each time goes there in both.
import { html, nothing } from "../lib/dom.js";
import { avatar } from "../lib/avatar.js";
import { seenBy } from "../lib/format.js";
import { mark, markName } from "../lib/icons.js";
import { life } from "../ledger/life.js";
import { onlyOne, small } from "../player/stage.js";
import { spelled, stretch } from "../player/words.js";
import { said } from "../lib/said.js";
import { drawnLine, history, tagged } from "../reply/told.js";
import { clip } from "./clip.js";
import { practiseButton } from "./practise.js";
import { answering, answerButton, thread } from "./thread.js";

export function comments(desk, tools) {
  const replies = [...(desk.view.replies ?? [])].sort((x, y) => (x.start ?? -1) - (y.start ?? -1));
  const people = [...new Map(replies.map((reply) => [reply.author.id, reply.author])).values()];
  return html`<section class="card flush" aria-label="Comments"><header><h2 style="font-size:var(--pk-text-l)">${!replies.length && given(desk.view.rubric) ? "No comments" : heading(replies)}</h2>
    ${people.length ? html`<span class="row">${people.map((one) => avatar(one, "sm"))}<span class="meta">from ${people.map((one) => one.name).join(", ")}</span></span>` : nothing}</header>
    ${tools.answers.offers.draw({ use: "Attach to an answer" })}
    ${replies.length
      ? html`<ol style="padding:0 var(--pk-1) var(--pk-2)">${replies.map((reply) => comment(desk, tools, reply))}</ol>`
      : html`<p class="meta" style="padding:0 var(--pk-4) var(--pk-4)">${given(desk.view.rubric) ? "This reply is the marks below." : "A teacher's comments will stand here, each at its moment."}</p>`}
    ${desk.view.seen?.length ? html`<p class="meta" id="cm-seen" style="padding:var(--pk-3) var(--pk-4);border-block-start:1px solid var(--pk-line)">${seenBy(desk.view.seen)}</p>` : nothing}</section>`;
}

const given = (rubric) => (rubric ?? []).some((line) => line.released);

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
    ${history(reply, tools.answers.histories.get(reply.id), () => tools.answers.toggleHistory(reply))}
    ${reply.video ? small(reply.video, `Video reply, ${reply.author.name}`, quiet) : nothing}
    ${reply.clip ? clip(reply.clip, quiet) : nothing}
    ${thread(tools.answers, reply, (time) => desk.goTo(time), quiet)}
    <div class="row wrap">${practiseButton(desk, tools, reply)}${desk.view.can?.answer ? answerButton(tools.answers, reply) : nothing}</div>
    ${answering(tools.answers, reply, quiet)}</div></li>`;
}
