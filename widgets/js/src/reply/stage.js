// The take on its stage: picture, transport, line of time.
import { html, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { hints } from "../ledger/moments.js";
import { heatStrip, heatWords } from "../player/heat.js";
import { film, peaksOf, wave } from "../player/film.js";
import { spanOf } from "../player/paint.js";
import { qualityList } from "../player/quality.js";
import { neverThere, picture } from "../player/stage.js";
import { axis, marks, marksOf, range, track } from "../player/timeline.js";
import { captionsTool, clockLine, leadIn, playGroup, speed, tool, whyStill } from "../player/transport.js";
import { inkbar, over, tools } from "./board.js";

export function stage({ desk, view, width, names }) {
  const { clock, composer } = desk;
  const { video } = view.take;
  const loud = clock.sound !== "none";
  return html`<section class="stage" aria-label="Video of take ${view.take.number}" data-stage>
    <div class="canvas">${picture({ video, element: desk.element, cap: over(desk, view), retry: () => desk.retry() })}${video.ready ? tools(desk.drawer) : nothing}</div>${video.ready ? inkbar(desk.drawer, names) : nothing}
    ${neverThere(video) ? nothing : html`<div class="transport"><div class="grp">${playGroup(clock)}</div>
      ${clockLine(clock, desk.why || whyStill(clock, desk.slow))}
      <div class="grp push">${qualityList(video, desk.quality, (key) => desk.setQuality(key), `${names}-quality`)}${speed(clock)}
        ${tool("repeat", clock.loop ? "Stop the loop" : "Loop the range", () => toggleLoop(desk), { pressed: String(Boolean(clock.loop)) })}
        ${clock.loop ? leadIn(clock, `${names}-pre`) : nothing}
        ${video.sound === false ? nothing : tool(loud ? "volume-2" : "volume-x", loud ? "Sound on" : "Sound off", () => clock.setSound(loud ? "none" : "a"), { title: "Sound (M)" })}
        ${captionsTool(desk)}
        ${tool("maximize", "Full screen", (event) => full(event.target), { title: "Full screen (F)" })}</div></div>`}
    ${video.ready ? line(desk, view, width, composer) : nothing}</section>`;
}

function line(desk, view, width, composer) {
  const { clock } = desk;
  const { video } = view.take;
  const span = spanOf(clock) || video.seconds;
  const peaks = peaksOf(video, desk.changed);
  return html`<div class="tl" data-line>${marks({ list: marksOf(view.replies), width, span, clock, current: desk.current, open: (mark) => clock.seek(mark.at) })}
    ${track({
      clock, label: "Time in the video", toTime: (share) => share * span, shown: { video, seconds: span, span },
      content: html`${film(video, width)}<div style="block-size:.25rem"></div>${wave(peaks, width)}
        ${composer.start !== null && composer.end !== null ? range(composer.start, composer.end, span) : nothing}
        <div class="head-line" data-head="a"></div>`,
    })}${hints({ desk, view, span })}${heatStrip(desk.heat.take, (at) => clock.seek(at))}${axis(span, width)}${heatWords(desk.heat.take, (at) => clock.seek(at))}${video.unmade?.length ? unmade(desk, video.unmade) : nothing}</div>`;
}

/** What the video can be watched without, but was to have. */
const unmade = (desk, list) => html`<div class="stack tight" style="margin-block-start:var(--pk-3)" data-unmade>${list.map(({ name, problem }) => html`<p class="muted">${name} could not be made. ${problem}</p>`)}
  <span><button class="btn sm" type="button" @click=${() => desk.retry()}>${icon("rotate-ccw")}Try again</button></span></div>`;

/** Loop the range being written about, else the comment shown, else everything. */
export function toggleLoop(desk) {
  const { clock, composer } = desk;
  if (clock.loop) return clock.setLoop(null);
  const shown = desk.view.replies.find((reply) => reply.id === desk.current && reply.end !== null);
  const from = composer.end !== null ? composer : shown;
  return clock.setLoop(from ? { start: from.start, end: from.end } : { start: 0, end: clock.duration });
}

export function full(inside) {
  if (document.fullscreenElement) return document.exitFullscreen();
  return inside?.closest?.("[data-stage]")?.requestFullscreen?.();
}
