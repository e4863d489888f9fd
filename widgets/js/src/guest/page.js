// A guest's page as it is seen: the take on its stage, the pen under it, what was written beside.
import { html, live, nothing, repeat } from "../lib/dom.js";
import { note } from "../lib/base.js";
import { count } from "../lib/format.js";
import { icon, mark, markName } from "../lib/icons.js";
import { said } from "../lib/said.js";
import { keysDialog } from "../player/help.js";
import { film, peaksOf, wave } from "../player/film.js";
import { spanOf } from "../player/paint.js";
import { picture } from "../player/stage.js";
import { axis, marks, marksOf, range, track } from "../player/timeline.js";
import { clockLine, playGroup, speed, tool, whyStill } from "../player/transport.js";
import { stretch } from "../player/words.js";
import { inkbar, over, tools } from "../reply/board.js";
import { kinds, onKey, place, times } from "../reply/compose.js";
import { drawnLine } from "../reply/told.js";
import { full } from "../reply/stage.js";

export const page = (parts) => html`${bar(parts)}
  <div class="wrap-page desk reply"><div>${stage(parts)}${parts.view.writes ? pen(parts) : nothing}</div>
    <div>${parts.desk.problem ? note("bad", parts.desk.problem) : nothing}${mine(parts)}${others(parts)}</div></div>
  ${keysDialog(parts.keys)}`;

const bar = ({ view, keys }) => html`<header class="deskbar"><div class="wrap-page"><div class="who"><h1 tabindex="-1">${view.title}</h1>
    <p class="meta">${[view.course, `shown to you by ${view.by}`].filter(Boolean).join(" · ")}</p></div>
    <span class="meta only-wide">You are here as ${view.name}</span>
    <button class="btn quiet icon only-wide" type="button" aria-label="Keys" title="Keys (?)" @click=${keys.open}>${icon("keyboard")}</button></div></header>`;

function stage({ desk, view, width, names }) {
  const { clock, drawer } = desk;
  const { video } = view;
  const loud = clock.sound !== "none";
  const shown = { take: { video }, replies: desk.told };
  return html`<section class="stage" aria-label="The video" data-stage>
    <div class="canvas">${picture({ video, element: desk.gone ? null : desk.element, cap: over(desk, shown) })}${video.ready ? tools(drawer) : nothing}</div>${inkbar(drawer, names)}
    <div class="transport"><div class="grp">${playGroup(clock)}</div>${clockLine(clock, desk.why || whyStill(clock))}
      <div class="grp push">${speed(clock)}
        ${video.sound === false ? nothing : tool(loud ? "volume-2" : "volume-x", loud ? "Sound on" : "Sound off", () => desk.toggleSound(), { title: "Sound (M)" })}
        ${tool("maximize", "Full screen", (event) => full(event.target))}</div></div>
    ${video.ready ? line(desk, video, width) : nothing}</section>`;
}

function line(desk, video, width) {
  const { clock, composer } = desk;
  const span = spanOf(clock) || video.seconds;
  const written = composer.start !== null && composer.end !== null;
  return html`<div class="tl" data-line>${marks({ list: marksOf(desk.told), width, span, clock, current: desk.current, open: (one) => clock.seek(one.at) })}
    ${track({
      clock, label: "Time in the video", toTime: (share) => share * span, shown: { video, seconds: span, span },
      content: html`${film(video, width)}<div style="block-size:.25rem"></div>${wave(peaksOf(video, desk.changed), width)}
        ${written ? range(composer.start, composer.end, span) : nothing}<div class="head-line" data-head="a"></div>`,
    })}${axis(span, width)}</div>`;
}

/** Where a guest writes: a moment, a range or the whole, words, and a drawing. */
function pen({ desk, view, names }) {
  const one = desk.composer;
  return html`<section class="card compose" aria-label="Write a comment">
    <div class="line"><h2 style="font-size:var(--pk-text-l)">Comment on</h2>${place(one)}<span class="push">${kinds(one, names)}</span></div>
    ${one.timeless ? nothing : html`<div class="line">${times(one)}</div>`}
    <label class="vh" for="${names}-text">Comment</label>
    <textarea class="in" id="${names}-text" rows="3" data-comment maxlength=${view.limits.text} placeholder="What do you see or hear at this moment?"
      .value=${live(one.text)} @input=${(event) => one.type(event.target.value)} @keydown=${(event) => onKey(event, desk)}></textarea>
    ${one.drawing.length ? drawing(one) : nothing}
    <div class="line">${one.timeless ? nothing : html`<button class="btn icon" type="button" data-draw aria-label="Draw on the picture" title="Draw on the picture (D)" aria-pressed=${desk.drawer.on} @click=${() => desk.drawer.toggle()}>${icon("pencil")}</button>`}
      <span class="row push"><span class="meta only-wide" style="gap:.25rem;align-items:center"><kbd>Enter</kbd> sends and plays on</span>
        <button class="btn primary" type="button" data-send ?disabled=${one.busy || !one.filled || desk.gone !== ""} @click=${() => desk.save()}>${icon("send")}Send comment</button></span></div></section>`;
}

const drawing = (one) => html`<p class="row meta">${icon("pencil")}${count(one.drawing.length, "shape")} on the picture
  <button class="btn sm quiet" type="button" @click=${() => one.setDrawing([])}>${icon("x")}Remove</button></p>`;

function mine({ desk, view }) {
  if (!view.writes) return nothing;
  const list = [...desk.comments].sort((x, y) => (x.start ?? -1) - (y.start ?? -1));
  return html`<section class="card flush" aria-label="Your comments"><header><h2 style="font-size:var(--pk-text-l)">Your comments</h2><span class="meta">${list.length ? "sent" : "none yet"}</span></header>
    ${list.length ? html`<ul style="padding:0 var(--pk-1) var(--pk-2)">${repeat(list, (one) => one.id, (one) => item(desk, one, true))}</ul>`
    : html`<p class="meta" style="padding:0 var(--pk-4) var(--pk-4)">Play the video and write at the moment you mean. ${view.by} reads it and decides what the person in the video is told.</p>`}</section>`;
}

function others({ desk, view }) {
  if (!view.replies?.length) return nothing;
  return html`<section class="card flush" aria-label="Comments by teachers"><header><h2 style="font-size:var(--pk-text-l)">Comments by teachers</h2></header>
    <ul style="padding:0 var(--pk-1) var(--pk-2)">${repeat(view.replies, (one) => one.id, (one) => item(desk, one, false))}</ul></section>`;
}

function item(desk, one, own) {
  const asked = desk.removing === one.id;
  const remove = () => ((desk.removing = one.id), desk.changed(), queueMicrotask(() => desk.find("[data-sure]")?.focus()));
  return html`<li class="cm" tabindex="-1" data-reply=${one.id} aria-current=${one.id === desk.current ? "true" : nothing}>${mark(one.drawing && !one.text ? "draw" : one.kind)}<div>
    <p class="by">${one.start === null ? html`<span>The whole video</span>`
      : html`<button class="at" type="button" aria-label="Go to ${stretch(one.start, one.end)}" @click=${() => desk.clock.seek(one.start)}>${stretch(one.start, one.end)}</button>`}
      <span>${markName(one.kind)}</span>${own && one.state === "waiting" && !asked ? html`<span class="row push">${tool("trash-2", "Delete this comment", remove, { cls: "quiet sm", title: "Delete" })}</span>` : nothing}</p>
    ${asked ? html`<p class="row wrap"><span>Delete this comment?</span><button class="btn sm danger" type="button" data-sure @click=${() => desk.remove(one)}>Delete</button>
      <button class="btn sm" type="button" @click=${() => ((desk.removing = null), desk.changed())}>Keep it</button></p>` : nothing}
    ${one.text ? said(one, (time) => desk.clock.seek(time)) : nothing}${drawnLine(one)}</div></li>`;
}
