// The comments on this take: drafts can be changed, every time is a place to go to.
import { html, nothing, repeat } from "../lib/dom.js";
import { avatar } from "../lib/avatar.js";
import { count, day, when } from "../lib/format.js";
import { icon, mark, markName } from "../lib/icons.js";
import { clip } from "../compare/clip.js";
import { answering, answerButton, thread } from "../compare/thread.js";
import { life } from "../ledger/life.js";
import { heatStrip, heatWords } from "../player/heat.js";
import { neverThere } from "../player/stage.js";
import { tool } from "../player/transport.js";
import { stretch } from "../player/words.js";
import { said } from "../lib/said.js";
import { shelve } from "../shelf/shelve.js";
import { film } from "./film.js";
import { drawnLine, history, tagged } from "./told.js";

export function list({ desk, view }) {
  const replies = desk.replies;
  return html`<section class="card flush o4" aria-label="Comments on take ${view.take.number}"><header><h2 style="font-size:var(--pk-text-l)">Comments on take ${view.take.number}</h2>
    <span class="meta">${line(desk, replies)}</span></header>
    ${desk.answers.offers.draw({ use: "Attach to an answer" })}
    ${replies.length
      ? html`<ul style="padding:0 var(--pk-1) var(--pk-2)">${repeat(replies, (reply) => reply.id, (reply) => item(desk, reply))}</ul>`
      : html`<p class="meta" style="padding:0 var(--pk-4) var(--pk-4)">${neverThere(view.take.video) ? "" : "Play the take and write at the moment you mean. "}Only you see it until you release the reply.</p>`}${takenBack(desk, view.taken_back ?? [])}</section>`;
}

function line(desk, replies) {
  const drafts = desk.drafts.length;
  if (!replies.length) return "none yet";
  return drafts ? `${drafts}, not released` : `${count(replies.length, "comment")}, released`;
}

function item(desk, reply) {
  const editing = desk.composer.replyId === reply.id;
  const open = reply.mine;
  const asked = open && desk.removing === reply.id;
  return html`<li class="cm" tabindex="-1" data-reply=${reply.id} aria-current=${editing || reply.id === desk.current ? "true" : nothing}>${mark(shapeOf(reply))}<div>
    <p class="by">${reply.start === null
      ? html`<span>Whole take</span>`
      : html`<button class="at" type="button" aria-label="Go to ${stretch(reply.start, reply.end)}" @click=${() => desk.clock.seek(reply.start)}>${stretch(reply.start, reply.end)}</button>`}
      <span>${markName(shapeOf(reply))}</span>${tagged(reply)}<span>·</span>${reply.mine ? nothing : avatar(reply.author, "sm")}<span>${state(reply, editing)}</span>${from(desk, reply)}${life(desk.view.ledger?.lives[reply.id])}${open && !asked ? doings(desk, reply, editing) : nothing}</p>
    ${asked ? sure(desk, reply) : nothing}
    ${reply.text ? said(reply, (time) => desk.clock.seek(time)) : nothing}${drawnLine(reply)}
    ${history(reply, desk.histories.get(reply.id), () => desk.toggleHistory(reply))}
    ${videoOf(desk, reply)}${watched(desk, reply)}${reply.clip ? clip(reply.clip, desk.quiet) : nothing}
    ${reply.state === "released" ? answers(desk, reply) : nothing}</div></li>`;
}

/** Whom a comment was taken over from; the student is not told. */
function from(desk, reply) {
  const name = desk.view.guests?.origins[reply.id];
  return name ? html`<span>·</span><span>from guest ${name}</span>` : nothing;
}

function state(reply, editing) {
  const who = reply.mine ? "You" : reply.author.name;
  if (editing) return "being changed";
  if (reply.state === "draft") return `${who}, draft`;
  return `${who}, ${when(reply.released ?? reply.at)}`;
}

const answers = (desk, reply) => html`${thread(desk.answers, reply, (time) => desk.clock.seek(time), desk.quiet)}
  <div class="row">${answerButton(desk.answers, reply, true)}</div>${answering(desk.answers, reply, desk.quiet)}`;

const videoOf = (desk, reply) =>
  film(reply, { transfer: desk.sending.transfers.get(reply.id), quiet: desk.quiet, again: (file) => desk.send(file, reply.id) });

/** How often its student played a video reply: under its small player, and as wide. */
function watched(desk, reply) {
  const map = desk.heat.reply(reply.id);
  const seek = (at) => {
    const film = desk.tools.el.querySelector(`[data-reply="${reply.id}"] :is(video, audio)`);
    if (film) film.currentTime = at;
  };
  return map ? html`<div style="max-inline-size:26rem">${heatStrip(map, seek)}${heatWords(map, seek)}</div>` : nothing;
}

const doings = (desk, reply, editing) => html`<span class="row push" style="gap:0">
  ${tool("pencil", "Change this comment", () => change(desk, reply), { cls: "quiet sm", title: "Change", disabled: editing })}
  ${tool("rows-2", "Add this comment to a collection", () => shelve(desk.tools, "reply", reply.id, "this comment"), { cls: "quiet sm", title: "Add to a collection" })}
  ${reply.state === "draft"
    ? tool("trash-2", "Delete this comment", () => ask(desk, reply.id, reply), { cls: "quiet sm remove", title: "Delete" })
    : tool("undo-2", "Take this comment back", () => ask(desk, reply.id, reply), { cls: "quiet sm remove", title: "Take back" })}</span>`;

const sure = (desk, reply) => html`<p class="row wrap"><span>${reply.state === "draft"
    ? "Delete this comment? You can put it back from the trash below."
    : `Take it back? ${desk.view.take.student.name.split(" ")[0]} sees neither it nor the answers to it any more; you can put it back from the trash below.`}</span>
  <button class="btn sm danger" type="button" data-sure @click=${() => desk.remove(reply)}>${reply.state === "draft" ? "Delete" : "Take back"}</button>
  <button class="btn sm" type="button" @click=${() => ask(desk, null, reply)}>Keep it</button></p>`;

/** The question stands where the button stood, and has the focus. */
function ask(desk, id, reply) {
  desk.removing = id;
  desk.changed();
  const wanted = id ? "[data-sure]" : ".remove";
  desk.tools.focus(`[data-reply="${reply.id}"] ${wanted}`);
}

function change(desk, reply) {
  desk.composer.edit(reply);
  desk.tools.focus("[data-comment]");
}

/** A drawing without words has a shape of its own. */
const shapeOf = (reply) => (reply.drawing && !reply.text ? "draw" : reply.kind);

/** What was thrown away: with the way back while there is one. */
const takenBack = (desk, gone) => gone.length
  ? html`<details class="gone"><summary>${count(gone.length, "comment")} taken back</summary><ul>${gone.map((reply) => html`<li class="cm" data-gone=${reply.id}>${mark(reply.kind)}<div>
      <p class="by"><span>Thrown away ${when(reply.withdrawn)}; only you see it${reply.until ? `, until ${day(reply.until)}` : ""}</span></p>${reply.text ? said(reply, () => {}) : nothing}
      ${reply.until ? html`<p><button class="btn sm" type="button" aria-label="Put this comment back" @click=${() => desk.putBack(reply)}>${icon("rotate-ccw")}Put back</button></p>` : nothing}</div></li>`)}</ul></details>`
  : nothing;
