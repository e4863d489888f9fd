// The drawing as it is seen on the desk: the board over the picture, the tools, the numbers.
import { html, nothing } from "../lib/dom.js";
import { clock as clockText } from "../lib/format.js";
import { COLOURS, drawn, ink, inWords, WIDE } from "../lib/ink.js";
import { icon } from "../lib/icons.js";
import { ratioOf } from "../player/stage.js";
import { tool } from "../player/transport.js";
import { TOOLS } from "./drawer.js";

/** What lies over the picture: drawings of saved comments at their time, and the one being made. */
export function over(desk, view) {
  const { drawer, composer } = desk;
  const ratio = ratioOf(view.take.video, desk.element);
  const others = view.replies.filter((reply) => reply.shown && reply.id !== composer.replyId);
  return html`${others.map((reply) => ink(reply.drawing, ratio, reply.shown))}
    ${drawer.on ? board(drawer, ratio) : mine(composer, ratio)}
    ${drawer.on || composer.drawing.length ? html`<span class="cap r">drawing shown ${times(composer)}</span>` : nothing}`;
}

function mine(composer, ratio) {
  if (!composer.drawing.length || composer.start === null) return nothing;
  return ink(composer.drawing, ratio, { from: composer.start, to: composer.end ?? composer.start + 2 });
}

function times({ start, end }) {
  const text = (at) => clockText(at, { tenths: true });
  return `${text(start ?? 0)} to ${text(end ?? (start ?? 0) + 2)}`;
}

const board = (drawer, ratio) => html`<svg class="ink board" viewBox="0 0 ${WIDE} ${Math.round(WIDE / ratio)}" tabindex="0" role="application" data-board
  aria-label="Drawing board. ${drawer.shapes.length ? inWords(drawer.shapes) : "Empty"}. Arrow keys move the last shape."
  @pointerdown=${(event) => drawer.down(event)} @pointermove=${(event) => drawer.move(event)} @pointerup=${() => drawer.up()}
  @pointercancel=${() => drawer.up()} @keydown=${(event) => drawer.key(event)}>${drawn(drawer.shown, ratio, drawer.chosen)}</svg>`;

export function tools(drawer) {
  if (!drawer.on) return nothing;
  const { line, small } = COLOURS[drawer.colour];
  return html`<div class="tools" role="toolbar" aria-label="Drawing tools">${TOOLS.map(([id, picture, name]) =>
    tool(picture, name, () => drawer.choose(id), { pressed: String(drawer.tool === id) }),
  )}<button class="btn icon" type="button" aria-label="Colour: ${drawer.colour}, ${line} line. Press for the next" title="Next colour" @click=${() => drawer.nextColour()}>
      <svg class="inkline k-${drawer.colour}" viewBox="0 0 24 24" aria-hidden="true"><path class="line" d="M2 12h20" style="stroke-dasharray:${small}"></path></svg></button>
    ${tool("undo-2", "Undo the last shape", () => drawer.undo(), { disabled: !drawer.shapes.length && !drawer.pending && !drawer.corners.length })}
    ${tool("check", "Done drawing", () => drawer.toggle(), { title: "Done drawing (D)" })}</div>`;
}

/** Under the picture: what to do, the words being written, and everything by numbers. */
export function inkbar(drawer, names) {
  if (!drawer.on) return nothing;
  return html`<div class="inkbar" @keydown=${(event) => event.key === "Escape" && drawer.key(event)}><p class="row wrap"><span class="meta">${drawer.hint}</span>
      ${drawer.pending ? wording(drawer, names) : nothing}</p>
    <details><summary>Place by numbers</summary><div class="row wrap" style="margin-block-start:var(--pk-2)">
      <button class="btn sm" type="button" @click=${() => drawer.addInTheMiddle()}>${icon("plus")}Add in the middle</button>
      ${drawer.shapes.map((shape, n) => html`<button class="btn sm" type="button" aria-pressed=${n === drawer.chosen} @click=${() => drawer.pick(n)}
        @keydown=${(event) => n === drawer.chosen && drawer.key(event)}>${n + 1}. ${shape.text || TOOLS.find(([id]) => id === shape.tool)[2]}, ${shape.colour}</button>`)}</div>
      ${drawer.shapes[drawer.chosen] ? numbers(drawer, names) : nothing}</details></div>`;
}

const wording = (drawer, names) => html`<label class="vh" for="${names}-ink">Words on the picture</label>
  <input class="in" id="${names}-ink" data-ink-words maxlength="80" style="inline-size:min(16rem,100%)" .value=${drawer.pending.text}
    @input=${(event) => drawer.write(event.target.value)} @keydown=${(event) => event.key === "Enter" && drawer.putWords()}>
  <button class="btn sm" type="button" ?disabled=${!drawer.pending.text.trim()} @click=${() => drawer.putWords()}>Put</button>`;

function numbers(drawer, names) {
  const shape = drawer.shapes[drawer.chosen];
  const ends = shape.tool === "pen" ? [] : shape.points;
  return html`<div class="row wrap" style="margin-block-start:var(--pk-2)">${ends.map((share, n) => html`<label class="row meta" for="${names}-n${n}">${n % 2 ? "down" : "across"}${ends.length > 2 ? ` ${Math.floor(n / 2) + 1}` : ""}
      <input class="in" id="${names}-n${n}" type="number" min="0" max="100" step="0.5" style="inline-size:5.5rem" .value=${String(Math.round(share * 1000) / 10)}
        @change=${(event) => drawer.place(n, event.target.value)}>%</label>`)}
    <span class="meta">Arrow keys on the shape's button move it.</span>
    <button class="btn sm quiet" type="button" @click=${() => drawer.removeChosen()}>${icon("trash-2")}Remove this shape</button></div>`;
}
