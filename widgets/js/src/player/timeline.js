// The line of time: marks above, film and waveform, range, play head, axis. One place where
// time is dragged, so also a slider for the keyboard.
import { html, nothing } from "../lib/dom.js";
import { clock as clockText } from "../lib/format.js";
import { mark as markShape, markName } from "../lib/icons.js";
import { cluster, nextIn, ticks } from "./marks.js";
import { endPeek, peek, peekAt } from "./peek.js";

const MOVES = {
  ArrowLeft: -5, ArrowRight: 5, ArrowDown: -5, ArrowUp: 5, PageDown: -10, PageUp: 10,
};

/** Comments with a time as marks: `[{id, at, kind}]`. */
export const marksOf = (replies) =>
  replies.filter((reply) => reply.start !== null).map((reply) => ({ id: reply.id, at: reply.start, kind: reply.drawing && !reply.text ? "draw" : reply.kind, tag: reply.tag ?? null }));

/** The row of marks. `open(mark)` is called with the one pressed. */
export function marks({ list, width, span, clock, current, open }) {
  const place = (at) => `left:${span > 0 ? (at / span) * 100 : 0}%`;
  return html`<div class="marks">${cluster(list, width, span).map((group) => {
    const isOn = group.members.some((one) => one.id === current);
    const on = isOn ? "true" : nothing;
    if (group.members.length > 1) {
      return html`<button class="mark more" style=${place(group.at)} aria-label=${groupName(group)} aria-current=${on}
        @click=${() => open(nextIn(group, clock.time))}><b>${group.members.length}</b></button>`;
    }
    const [one] = group.members;
    return html`<button class="mark" style=${place(one.at)} aria-current=${on}
      aria-label=${`${markName(one.kind)}${one.tag ? `, ${one.tag.name}` : ""}, ${clockText(one.at)}`} @click=${() => open(one)}>${markShape(one.kind)}${one.tag ? html`<b class="sign c-${one.tag.colour}" aria-hidden="true" data-sign=${one.tag.sign}></b>` : nothing}</button>`;
  })}</div>`;
}

function groupName(group) {
  const times = group.members.map((one) => clockText(one.at));
  return `${group.members.length} comments, ${times.slice(0, -1).join(", ")} and ${times.at(-1)}`;
}

/** The axis under a line of `span` seconds; fewer figures on a narrow one. */
export const axis = (span, width) => html`<div class="axis" aria-hidden="true">${ticks(span, width < 420 ? 5 : 6).map(
  (at) => html`<span style="left:${span > 0 ? (at / span) * 100 : 0}%">${clockText(at)}</span>`,
)}</div>`;

/**
 * The part that is dragged. `toTime(share)` turns a place (0..1) into the clock's seconds;
 * `label` names the slider. The content is film and waveform. `shown` is what the pointer
 * shows a small picture of: `{video, seconds, span, below}`, the line being `span` seconds long.
 * `seek(time)` goes there; the clock does, unless something else is given.
 */
export function track({ clock, label, toTime, content, shown = null, focusable = true, seek = (t) => clock.seek(t) }) {
  const placeOf = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    return [Math.max(0, Math.min(1, (event.clientX - box.left) / (box.width || 1))), event.clientX - box.left];
  };
  const go = (event) => seek(toTime(placeOf(event)[0]));
  const look = (event) => {
    const [share, x] = placeOf(event);
    if (shown) peekAt(event.currentTarget, shown.video, shown.seconds, share * shown.span, x);
  };
  const slider = focusable
    ? { role: "slider", tab: "0", min: "0", max: clock.duration.toFixed(1), label }
    : { role: nothing, tab: nothing, min: nothing, max: nothing, label: nothing };
  return html`<div style="position:relative;cursor:pointer;touch-action:pan-y" role=${slider.role} tabindex=${slider.tab}
    aria-label=${slider.label} aria-valuemin=${slider.min} aria-valuemax=${slider.max} ?data-slider=${focusable}
    @pointerdown=${(event) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      go(event);
      look(event);
    }}
    @pointermove=${(event) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) go(event);
      look(event);
    }}
    @pointerleave=${(event) => endPeek(event.currentTarget)}
    @keydown=${(event) => focusable && onKey(event, clock)}>${content}${shown ? peek(shown.video, shown.below) : nothing}</div>`;
}

function onKey(event, clock) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const ends = { Home: 0, End: clock.duration };
  if (event.key in ends) clock.seek(ends[event.key]);
  else if (event.key in MOVES) clock.by(event.shiftKey ? Math.sign(MOVES[event.key]) : MOVES[event.key]);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** A range on a line, in percent of it. */
export const range = (start, end, span, style = "") =>
  span > 0 && end > start
    ? html`<div class="range" style="left:${(start / span) * 100}%;width:${((end - start) / span) * 100}%;${style}"></div>`
    : nothing;
