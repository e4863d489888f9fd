// The stage: both videos, how they lie, one transport.
import { html, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { neverThere, picture } from "../player/stage.js";
import { spelledOut } from "../player/meter.js";
import { captionsTool, clockLine, playGroup, speedSegment, tool, whyStill } from "../player/transport.js";
import { inkOn } from "./ink.js";
import { VIEWS } from "./state.js";

const LOOKS = {
  side: ["columns-2", "Side"],
  stack: ["rows-2", "Stack"],
  overlay: ["layers-2", "Overlay"],
  wipe: ["separator-vertical", "Wipe"],
};

export const stage = (desk, names) => html`<section class="stage bleed" aria-label=${desk.b ? "Both videos" : "Video"} data-stage>
  <div class="panes" data-view=${desk.shownView} style="--mix:${desk.settings.mix}%">
    ${pane(desk, "a")}${desk.b ? pane(desk, "b") : nothing}${edge(desk)}</div>
  ${mix(desk, names)}
  ${desk.settings.meter && desk.b ? html`<p class="meta" data-meter style="padding:var(--pk-2) var(--pk-4) 0;color:var(--pk-stage-ink);font-variant-numeric:tabular-nums">${spelledOut(desk.measured)}</p>` : nothing}
  ${neverThere(desk.a.video) ? nothing : html`<div class="transport"><div class="grp">${playGroup(desk.clock, desk.b ? "both" : "")}
    ${tool("repeat", desk.clock.loop ? "Stop the loop" : "Loop", () => desk.toggleLoop(), { pressed: String(Boolean(desk.clock.loop)), title: "Loop this comment, or everything" })}
    ${captionsTool(desk)}
    ${tool("maximize", "Full screen", (event) => fullScreen(event.target), { cls: "only-wide", title: "Full screen (F)" })}</div>
    ${clockLine(desk.clock, whyStill(desk.clock, desk.slow))}
    <div class="push">${speedSegment(desk.clock, `${names}-speed`)}</div>
    ${desk.b ? views(desk, names) : nothing}</div>`}
</section>`;

function pane(desk, letter) {
  const one = desk[letter];
  const element = letter === "a" ? desk.videoA : desk.videoB;
  const on = desk.sound === letter;
  const ratio = sharedRatio(desk);
  const high = desk.shownView === "stack" ? "46vh" : "58vh";
  return html`<div class="pane ${letter}"><header><span class="ab ${letter}">${letter.toUpperCase()}</span><span class="t">${one.label}</span>
    ${one.video.sound === false || !one.video.ready
      ? nothing
      : html`<button class="btn sm" type="button" aria-pressed=${on} aria-label="Sound of ${letter.toUpperCase()}"
          @click=${() => desk.setSound(on ? "none" : letter)}>${icon(on ? "volume-2" : "volume-x")}<span>Sound</span></button>`}</header>
    ${picture({ video: one.video, element, ratio, high, cap: html`<span class="cap" data-now=${letter} aria-hidden="true"></span>${inkOn(desk, letter)}` })}</div>`;
}

/** Both stand in frames of one shape, so that they line up; inside, each keeps its own. */
const sharedRatio = (desk) => Math.max(...desk.ratios);

/** The edge of a wipe is dragged by its grip; the slider and the number field do the same. */
function edge(desk) {
  const move = (event) => {
    const box = event.currentTarget.closest(".panes").getBoundingClientRect();
    desk.setMix(((event.clientX - box.left) / (box.width || 1)) * 100);
  };
  return html`<span class="edge"><i class="grip" aria-hidden="true" @pointerdown=${(event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    move(event);
  }} @pointermove=${(event) => event.currentTarget.hasPointerCapture(event.pointerId) && move(event)}></i></span>`;
}

const mix = (desk, names) => html`<div class="mix"><label for="${names}-mix">${desk.shownView === "wipe" ? "Wipe at, percent" : "Mix, percent"}</label>
  <input id="${names}-mix" type="range" min="0" max="100" .value=${String(desk.settings.mix)} @input=${(event) => desk.setMix(event.target.value)}>
  <input class="in" type="number" min="0" max="100" .value=${String(desk.settings.mix)} aria-label="The same as a number"
    @change=${(event) => desk.setMix(event.target.value)} style="inline-size:5rem"></div>`;

const views = (desk, names) => html`<fieldset class="seg"><legend>View</legend>${VIEWS.map(
  (view) => html`<label><input type="radio" name="${names}-view" value=${view} .checked=${desk.shownView === view}
    @change=${() => desk.setView(view)}><span class="o">${icon(LOOKS[view][0])}<span>${LOOKS[view][1]}</span></span></label>`,
)}</fieldset>`;

/** The stage fills the screen, or gives it back. */
export function fullScreen(inside) {
  if (document.fullscreenElement) return document.exitFullscreen();
  return inside?.closest?.("[data-stage]")?.requestFullscreen?.();
}
