// The thread under a comment: what was answered, and the answer being written.
import { html, live, nothing } from "../lib/dom.js";
import { avatar } from "../lib/avatar.js";
import { when } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { said } from "../lib/said.js";
import { tool } from "../player/transport.js";
import { attachedFilm, film, videoButtons } from "../reply/film.js";
import { history } from "../reply/told.js";
import { filled } from "./answers.js";

/** What was said under a comment; `go(seconds)` leads to a time, `quiet` lets other videos fall silent. */
export const thread = (answers, reply, go, quiet) =>
  reply.thread.length ? html`<div class="thread">${reply.thread.map((one) => answer(answers, one, go, quiet))}</div>` : nothing;

function answer(answers, one, go, quiet) {
  const editing = answers.editing?.id === one.id;
  const asked = one.mine && answers.removing === one.id;
  return html`<div data-life=${one.id} data-said=${one.id}><p class="by">${avatar(one.author, "sm")}<span class="strong">${one.mine ? "You" : one.author.name}</span><span>${one.state === "draft" ? "not sent yet" : when(one.released ?? one.at)}</span>
      ${one.mine && !asked && !editing ? doings(answers, one) : nothing}</p>
    ${asked ? sure(answers, one) : nothing}
    ${editing ? changing(answers) : one.text ? said(one, go) : nothing}
    ${history(one, answers.histories.get(one.id), () => answers.toggleHistory(one))}
    ${film(one, {
      transfer: answers.sending.transfers.get(one.id),
      quiet,
      again: (file) => answers.sending.send(file, answers.takeId, one.id),
      label: `Video answer, ${one.author.name}`,
    })}</div>`;
}

const doings = (answers, one) => html`<span class="row push" style="gap:0">
  ${one.state === "draft" ? nothing : tool("pencil", "Change your answer", () => answers.change(one), { cls: "quiet sm change", title: "Change" })}
  ${one.state === "draft"
    ? tool("trash-2", "Throw your answer away", () => answers.ask(one), { cls: "quiet sm remove", title: "Throw away" })
    : tool("undo-2", "Take your answer back", () => answers.ask(one), { cls: "quiet sm remove", title: "Take back" })}</span>`;

const sure = (answers, one) => html`<p class="row wrap"><span>${one.state === "draft" ? "Throw this answer away?" : "Take it back? Nobody sees it any more."}</span>
  <button class="btn sm danger" type="button" data-sure @click=${() => answers.takeBack(one)}>${one.state === "draft" ? "Throw away" : "Take back"}</button>
  <button class="btn sm" type="button" @click=${() => answers.ask(null)}>Keep it</button></p>`;

function changing(answers) {
  const one = answers.editing;
  return html`<form class="stack tight" @submit=${stopping(() => answers.save())}><textarea class="in" rows="2" maxlength="4000" aria-label="Change your answer" data-change .value=${live(one.text)}
      @input=${(event) => (one.text = event.target.value)} @keydown=${(event) => onKey(event, () => answers.save())}></textarea>
    <p class="meta">What it said before stays readable.</p>
    <div class="row"><button class="btn sm soft" ?disabled=${one.busy}>Save</button>
      <button class="btn sm quiet" type="button" @click=${() => answers.leave()}>Leave as it was</button></div></form>`;
}

/** `alone`: no other button stands before it in its row. */
export const answerButton = (answers, reply, alone = reply.start === null || reply.kind === "keep") =>
  answers.open.has(reply.id)
    ? nothing
    : html`<button class="btn sm quiet" type="button" data-begin=${reply.id} style=${alone ? "margin-inline-start:-.625rem" : nothing} @click=${() => answers.begin(reply.id)}>${icon("corner-down-left")}Answer</button>`;

/** The answer that is being written under a comment. */
export function answering(answers, reply, quiet) {
  const one = answers.open.get(reply.id);
  if (one === undefined) return nothing;
  const send = () => answers.send(reply.id);
  return html`<form class="stack tight" @submit=${stopping(send)}><textarea class="in" rows="2" maxlength="4000" aria-label="Your answer" data-answer=${reply.id} .value=${live(one.text)}
      @input=${(event) => answers.type(reply.id, event.target.value)} @keydown=${(event) => onKey(event, send)}></textarea>
    ${one.file ? attachedFilm(one.file, one.preview, quiet, () => answers.attach(reply.id, null), "answer") : nothing}
    <div class="row wrap"><button class="btn sm soft" ?disabled=${one.busy || !filled(one)}>Send answer</button>
      ${one.file ? nothing : videoButtons({ record: () => answers.record(reply.id), choose: (input) => answers.choose(reply.id, input), what: "answer", small: true })}
      <button class="btn sm quiet" type="button" @click=${() => answers.drop(reply.id)}>Not now</button></div></form>`;
}

const stopping = (work) => (event) => {
  event.preventDefault();
  work();
};

function onKey(event, send) {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  } else if (event.key === "Escape") event.target.blur();
}
