// A blind second rating: the take, the rubric, and nothing of what was said before.
import { html, nothing } from "../lib/dom.js";
import { go } from "../lib/live.js";
import { onOurPage } from "../lib/base.js";
import { icon } from "../lib/icons.js";
import { keysDialog } from "../player/help.js";
import { keyHint } from "../player/keyring.js";
import { film, peaksOf, wave } from "../player/film.js";
import { spanOf } from "../player/paint.js";
import { picture } from "../player/stage.js";
import { axis, track } from "../player/timeline.js";
import { clockLine, playGroup, speed, tool, whyStill } from "../player/transport.js";
import { criterion } from "../reply/rubric.js";

/** Criteria that have no level yet. Pure; `level(line)` is the one shown. */
export const missing = (lines, level) => lines.filter((line) => line.active && !level(line)).map((line) => line.title);

/** How far first and second rating lie apart, in words. Pure. */
export function apart(mine, first) {
  if (!mine || !first) return "";
  const steps = Math.abs(mine - first.level);
  return steps === 0 ? "the same" : `${steps} ${steps === 1 ? "level" : "levels"} apart`;
}

export class HandingIn {
  constructor(tools, marks) {
    Object.assign(this, { tools, marks, busy: false });
  }

  async send(view) {
    if (this.busy) return;
    this.busy = true;
    this.tools.redraw();
    const done = await this.tools.attempt(this.tools.ask("hand_in"));
    this.busy = false;
    this.tools.redraw();
    if (!done) return;
    this.tools.say("Rating handed in");
    this.next = done.next;
    this.tools.focus("h1");
  }
}

export function ratingPage(parts) {
  const { view, viewer, keys, handing } = parts;
  return html`${bar(parts)}<div class="wrap-page desk reply rating"><div>${stage(parts)}</div>
    <div>${view.done ? result(view, handing) : rubric(parts)}</div>
    ${view.done ? nothing : html`<div class="actionbar"><span class="meta row" style="flex:1">Kept as you go</span>${handIn(parts)}</div>`}</div>
  ${keysDialog(keys)}`;
}

function bar({ view, keys, viewer, handing, marks }) {
  const { position, take } = view;
  const line = ["Who plays and what others said is hidden", position.index ? `${position.index} of ${position.total}` : ""].filter(Boolean);
  const step = (label, picture_, id, key) => html`<button class="btn icon" type="button" aria-label=${label} title="${label}${key}" ?disabled=${!id} @click=${() => openNext(id)}>${icon(picture_)}</button>`;
  return html`<header class="deskbar" role=${onOurPage() ? nothing : "group"} aria-label=${onOurPage() ? nothing : "What is rated"}><div class="wrap-page">
    ${onOurPage() ? html`<a class="btn quiet icon" href=${location.pathname} data-go aria-label="Back to the queue" title="Back to the queue">${icon("chevron-left")}</a>` : nothing}
    <div class="who"><h1 tabindex="-1">Blind rating, ${take.exercise.title}</h1><p class="meta">${view.done ? "Handed in" : line.join(" · ")}</p></div>
    ${onOurPage() ? html`${step("Previous in the queue", "chevron-left", position.previous, keyHint("previous"))}${step("Next in the queue", "chevron-right", position.next, keyHint("next"))}` : nothing}
    <button class="btn quiet icon only-wide" type="button" aria-label="Keys" title="Keys (?)" @click=${keys.open}>${icon("keyboard")}</button>
    ${view.done ? nothing : handIn({ view, handing, marks }, "only-wide")}</div></header>`;
}

export const openNext = (id) => onOurPage() && go(id ? `?take=${id}` : "");

const handIn = ({ view, handing }, cls = "") => html`<button class="btn primary ${cls}" type="button" data-hand-in aria-disabled=${handing.busy ? "true" : nothing}
  @click=${() => handing.send(view)}>${icon("send")}Hand in</button>`;

function stage({ view, viewer, width, redraw }) {
  const { clock } = viewer;
  const { video } = view.take;
  const span = spanOf(clock) || video.seconds;
  const loud = clock.sound !== "none";
  return html`<section class="stage" aria-label="Video of the take" data-stage><div class="canvas">${picture({ video, element: viewer.elements.a })}</div>
    <div class="transport"><div class="grp">${playGroup(clock)}</div>${clockLine(clock, whyStill(clock))}
      <div class="grp push">${speed(clock)}${video.sound === false ? nothing : tool(loud ? "volume-2" : "volume-x", loud ? "Sound on" : "Sound off", () => viewer.nextSound(), { title: "Sound (M)" })}</div></div>
    ${video.ready ? html`<div class="tl" data-line>${track({
      clock, label: "Time in the video", toTime: (share) => share * span, shown: { video, seconds: span, span },
      content: html`${film(video, width)}<div style="block-size:.25rem"></div>${wave(peaksOf(video, redraw), width)}<div class="head-line" data-head="a"></div>`,
    })}${axis(span, width)}</div>` : nothing}</section>`;
}

function rubric({ view, marks, names }) {
  const lines = view.rubric;
  const open = missing(lines, (line) => marks.level(line)).length;
  return html`<section class="card" aria-label="Rubric"><header><h2 style="font-size:var(--pk-text-l)">Rubric</h2><span class="meta">${lines.length - open} of ${lines.length} rated</span></header>
    <div class="rub">${lines.map((line) => criterion({ marks }, line, names, "not handed in"))}</div>
    <p class="meta" style="margin-block-start:var(--pk-3)">Rate as you would mark. The student never gets this rating; it shows how far marks agree. Every level is kept at once.</p></section>`;
}

function result(view, handing) {
  return html`<section class="card" aria-label="Both ratings"><header><h2 style="font-size:var(--pk-text-l)">Handed in</h2></header>
    <ul class="stack tight">${view.rubric.map((line) => html`<li><p class="strong">${line.title}</p>
      <p class="meta">You: ${line.level ? `${line.level}, ${line.levels[line.level - 1].name}` : "–"}${line.first ? html` · ${line.first.by}: ${line.first.level}, ${line.first.name}` : " · no mark to compare with"}${apart(line.level, line.first) ? ` · ${apart(line.level, line.first)}` : ""}</p></li>`)}</ul>
    ${onOurPage() ? html`<p class="row wrap" style="margin-block-start:var(--pk-4)"><button class="btn primary" type="button" @click=${() => openNext(handing.next ?? view.position.next)}>${(handing.next ?? view.position.next) ? "Next in the queue" : "Back to the queue"}${icon("arrow-right")}</button>
      <a class="btn quiet" data-go href="?take=${view.take_id}">Open the take</a></p>` : nothing}</section>`;
}
