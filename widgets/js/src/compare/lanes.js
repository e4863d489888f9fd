// Both videos on one scale of time, the heads joined by a line; below it the few settings.
import { html, nothing, svg } from "../lib/dom.js";
import { clock as clockText, count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { film, peaksOf, wave } from "../player/film.js";
import { axis, marks, marksOf, range, track } from "../player/timeline.js";
import { spanOf } from "../player/paint.js";

const GUTTER = 28;

export function lanes(desk, width, redraw) {
  const span = spanOf(desk.clock) || desk.a?.video.seconds || 0;
  const wide = Math.max(120, width - GUTTER);
  return html`<div class="sync tl">
    <div class="lane"><span></span>${marks({
      list: marksOf(desk.view.replies ?? []), width: wide, span, clock: desk.clock,
      current: desk.current, open: (mark) => desk.goTo(mark.at),
    })}</div>
    <div style="position:relative">${lane(desk, "a", span, wide, redraw)}${desk.b ? lane(desk, "b", span, wide, redraw) : nothing}
      <div class="over">${loopRange(desk, span)}${heads(desk)}</div></div>
    <div class="lane" style="margin:0"><span></span>${axis(span, wide)}</div></div>`;
}

/** A: film above wave; B: wave above film, so that the waves, which are compared, are neighbours. */
function lane(desk, letter, span, wide, redraw) {
  const { video, label } = desk[letter];
  const seconds = desk.clock[letter]?.duration || video.seconds || span;
  const share = span > 0 ? Math.min(1, seconds / span) : 1;
  const peaks = peaksOf(video, redraw);
  const rows = [film(video, wide, share), html`<div style="block-size:.25rem"></div>`, wave(peaks, wide, letter, share)];
  const toTime = (at) => (letter === "a" ? at * span : desk.clock.map.toA(at * span));
  return html`<div class="lane"><span class="ab ${letter}" style="align-self:${letter === "a" ? "start" : "end"};margin-block:.4375rem">${letter.toUpperCase()}</span>
    ${track({
      clock: desk.clock, label: letter === "a" ? "Time in both videos" : label, toTime,
      content: letter === "a" ? rows : [...rows].reverse(), focusable: letter === "a",
      shown: { video, seconds, span, below: letter === "b" },
    })}</div>`;
}

const heads = (desk) =>
  desk.b
    ? svg`<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true" style="position:absolute;inset:0"><polyline data-link points=""></polyline></svg>`
    : html`<div class="head-line" data-head="a"></div>`;

function loopRange(desk, span) {
  const loop = desk.clock.loop;
  if (!loop) return nothing;
  if (!desk.b) return range(loop.start, loop.end, span);
  const onB = (t) => Math.max(0, desk.clock.map.toB(t));
  return html`${range(loop.start, loop.end, span, "inset-block:0 50%")}${range(onB(loop.start), onB(loop.end), span, "inset-block:50% 0")}`;
}

/** "In step", or by how much B was moved. */
export function together(desk) {
  const moved = desk.frames;
  return html`<span class="badge is-good">${icon("link")}${moved ? `B moved by ${moved > 0 ? "+" : "−"}${count(Math.abs(moved), "frame")}` : "Both from the start"}</span>`;
}

export const knobs = (desk, names, choose) => html`<div class="knobs" style="margin-block-start:var(--pk-4)">
  ${desk.b ? html`${nudge(desk, names)}${sound(desk, names)}` : nothing}${loop(desk)}
  ${desk.narrow && desk.b && (desk.view.options ?? []).length ? beside(desk, names, choose) : nothing}</div>`;

const nudge = (desk, names) => html`<div class="knob"><label class="label" for="${names}-nudge">Move B, in frames</label>
  <div class="nudge"><button class="btn icon" type="button" aria-label="B one frame back" title="B one frame back (Alt ←)" @click=${() => desk.nudge(-1)}>${icon("minus")}</button>
    <input class="in" id="${names}-nudge" type="text" inputmode="numeric" .value=${signed(desk.frames)} @change=${(event) => typed(event.target, desk)}>
    <button class="btn icon" type="button" aria-label="B one frame on" title="B one frame on (Alt →)" @click=${() => desk.nudge(1)}>${icon("plus")}</button></div></div>`;

const signed = (n) => (n > 0 ? `+${n}` : n < 0 ? `−${-n}` : "0");

function typed(field, desk) {
  const frames = Number.parseInt(field.value.replace("−", "-"), 10);
  if (Number.isFinite(frames)) desk.setOffset(frames * desk.frameB);
  field.value = signed(desk.frames);
}

function sound(desk, names) {
  const one = (value, label, content) => html`<label><input type="radio" name="${names}-snd" value=${value} aria-label=${label}
    .checked=${desk.sound === value} @change=${() => desk.setSound(value)}><span class="o">${content}</span></label>`;
  return html`<div class="knob"><span class="label">Sound</span><fieldset class="seg"><legend>Whose sound is heard</legend>
    ${desk.a.video.sound === false ? nothing : one("a", `A, ${desk.a.label}`, html`<span class="ab">A</span>${short(desk.a)}`)}
    ${desk.b.video.sound === false ? nothing : one("b", `B, ${desk.b.label}`, html`<span class="ab b">B</span>${short(desk.b)}`)}
    ${one("none", "Nobody", icon("volume-x"))}</fieldset></div>`;
}

/** A word or two for a video where there is little room. */
function short(side) {
  if (side.kind === "reference") return "Reference";
  return side.kind === "reply" ? "Reply" : side.label.split(",")[0];
}

function loop(desk) {
  const set = desk.clock.loop;
  return html`<div class="knob"><span class="label">Loop${set ? html`, ${clockText(set.start, { tenths: true })} to ${clockText(set.end, { tenths: true })}` : nothing}</span>
    <div class="row wrap"><button class="btn" type="button" title="Loop starts here ([)" @click=${() => desk.loopFrom()}>From here</button>
      <button class="btn" type="button" title="Loop ends here (])" @click=${() => desk.loopTo()}>To here</button>
      ${set ? html`<button class="btn quiet" type="button" title="No loop (\\)" @click=${() => desk.clock.setLoop(null)}>No loop</button>` : nothing}</div></div>`;
}

const beside = (desk, names, choose) => html`<div class="knob"><label class="label" for="${names}-with">Beside it</label>
  <div class="row"><select class="in" id="${names}-with" @change=${(event) => choose(event.target.value)}>${desk.view.options.map(
    (option) => html`<option value=${option.key} .selected=${option.key === desk.view.choice}>${option.label}</option>`,
  )}</select><button class="btn" type="button" @click=${() => desk.swap()}>${icon("arrow-left-right")}Swap</button></div></div>`;
