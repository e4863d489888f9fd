// Both videos on one scale of time, the heads joined by a line; between them the tempo.
import { html, nothing, svg } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { film, peaksOf, wave } from "../player/film.js";
import { heatStrip, heatWords } from "../player/heat.js";
import { axis, marks, marksOf, range, track } from "../player/timeline.js";
import { spanOf } from "../player/paint.js";
import { legend, ribbon } from "./ribbon.js";

const GUTTER = 28;
/** Heights in rem: a lane is film, gap and, where there is sound, waveform; between them the ribbon. */
const [FILM, WAVE, RIBBON] = [2.5, 3, 3.75];
const heightOf = (side, redraw) => FILM + (peaksOf(side.video, redraw) ? WAVE : 0);

/** Whether the ribbon is there to be seen. */
const ribboned = (desk) => desk.way === "content" && desk.settings.tempo && desk.sync.bands.length > 0;

export function lanes(desk, width, names, redraw) {
  const span = spanOf(desk.clock) || desk.a?.video.seconds || 0;
  const wide = Math.max(120, width - GUTTER);
  const open = ribboned(desk);
  return html`<div class="sync tl">
    <div class="lane"><span></span>${marks({
      list: marksOf(desk.view.replies ?? []).map((mark) => ({ ...mark, at: desk.onClock(mark.at), to: mark.at })),
      width: wide, span, clock: desk.clock, current: desk.current, open: (mark) => desk.goTo(mark.to),
    })}</div>
    <div style="position:relative">${lane(desk, "a", span, wide, redraw)}${open ? ribbon(desk, span, names) : nothing}${desk.b ? lane(desk, "b", span, wide, redraw) : nothing}
      <div class="over">${loopRange(desk, span, bends(desk, open, redraw))}${heads(desk, bends(desk, open, redraw))}</div></div>
    ${heats(desk, span)}
    <div class="lane" style="margin:0"><span></span>${axis(span, wide)}</div></div>
    ${open ? legend(whose(desk, "is", "are")) : nothing}${heatsInWords(desk)}`;
}

/** The maps that are shown: of the take, and of a video reply that stands beside it. */
function mapsOf(desk) {
  const other = desk.takeSide === "a" ? "b" : "a";
  const reply = desk[other]?.kind === "reply" ? desk.heat?.reply(desk[other].id) : null;
  return [[desk.takeSide, desk.heat?.take], [other, reply]].filter(([, map]) => map).sort(([one], [two]) => (one < two ? -1 : 1));
}

const seekOn = (desk, letter) => (at) => (letter === "a" ? desk.seekA(at) : desk.seekB(at));

const heats = (desk, span) => mapsOf(desk).map(([letter, map]) => (map.counts.length
  ? html`<div class="lane heat-lane"><span class="ab ${letter}">${letter.toUpperCase()}</span>${heatStrip(map, seekOn(desk, letter), span > 0 ? Math.min(1, map.seconds / span) : 1)}</div>` : nothing));

const heatsInWords = (desk) => mapsOf(desk).filter(([, map]) => map.counts.length).map(([letter, map]) => heatWords(map, seekOn(desk, letter), desk.b ? letter.toUpperCase() : ""));

/** A: film above wave; B: wave above film, so that the waves, which are compared, are neighbours. */
function lane(desk, letter, span, wide, redraw) {
  const { video, label } = desk[letter];
  const seconds = desk.clock[letter]?.duration || video.seconds || span;
  const share = span > 0 ? Math.min(1, seconds / span) : 1;
  const peaks = peaksOf(video, redraw);
  const rows = [film(video, wide, share), html`<div style="block-size:.25rem"></div>`, wave(peaks, wide, letter, share)];
  const seek = (at) => (letter === "a" ? desk.seekA(at) : desk.seekB(at));
  return html`<div class="lane" style="margin:0"><span class="ab ${letter}" style="align-self:${letter === "a" ? "start" : "end"};margin-block:.4375rem">${letter.toUpperCase()}</span>
    ${track({
      clock: desk.clock, label: letter === "a" ? "Time in both videos" : label, toTime: (at) => at * span, seek,
      content: letter === "a" ? rows : [...rows].reverse(), focusable: letter === "a",
      shown: { video, seconds, span, below: letter === "b" },
    })}</div>`;
}

/** Where A's lane ends and B's begins, in thousandths of the height of both. */
function bends(desk, open, redraw) {
  if (!desk.b) return [1000, 1000];
  const [a, b] = [heightOf(desk.a, redraw), heightOf(desk.b, redraw)];
  const whole = a + b + (open ? RIBBON : 0);
  const [from, to] = [(a / whole) * 1000, 1000 - (b / whole) * 1000];
  return open ? [from, to] : [from - 10, to + 10];
}

const heads = (desk, turns) =>
  desk.b
    ? svg`<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true" style="position:absolute;inset:0"><polyline data-link data-bends=${turns.map((at) => at.toFixed(0)).join(" ")} points=""></polyline></svg>`
    : html`<div class="head-line" data-head="a"></div>`;

function loopRange(desk, span, [from, to]) {
  const loop = desk.clock.loop;
  if (!loop) return nothing;
  if (!desk.b) return range(loop.start, loop.end, span);
  const onB = (t) => Math.max(0, desk.clock.map.toB(t));
  return html`${range(loop.start, loop.end, span, `inset-block:0 ${100 - from / 10}%`)}${range(onB(loop.start), onB(loop.end), span, `inset-block:${to / 10}% 0`)}`;
}

/** "you are" to the student of A, else whose video it is. */
function whose(desk, one, many) {
  const mine = desk.view.can?.upload && !desk.settings.swap;
  if (mine) return `you ${many}`;
  const label = desk.a.label.split(",")[0];
  return `${label.charAt(0).toLowerCase()}${label.slice(1)} ${one}`;
}

/** What the card is called: what the ribbon shows, when there is one. */
export function heading(desk) {
  if (!desk.b) return "Time";
  return ribboned(desk) ? `Where ${whose(desk, "is", "are")} slower and faster` : "Both on one line of time";
}

/** "In step", or by how much B was moved; and the switch of the ribbon. */
export function keptBy(desk) {
  const { trust } = desk;
  const moved = desk.frames;
  const offset = moved ? `B moved by ${moved > 0 ? "+" : "−"}${count(Math.abs(moved), "frame")}` : "Both from the start";
  const words = trust?.words ?? (desk.sync.state === "ready" && !moved ? "Kept together by one offset" : offset);
  return html`<span class="row wrap" style="gap:var(--pk-2);margin-inline-start:auto">
    ${desk.here ? html`<span class="meta strong" data-here>${desk.here}</span>` : nothing}
    <span class="badge ${trust && !trust.good ? "" : "is-good"}">${icon(trust && !trust.good ? "clock" : "link")}${words}</span>
    ${desk.sync.bands.length && desk.way === "content"
      ? html`<button class="btn sm" type="button" aria-pressed=${desk.settings.tempo} title="Show or hide the difference of tempo" @click=${() => desk.setTempo(!desk.settings.tempo)}>Tempo</button>`
      : nothing}</span>`;
}
