// The row of controls under a stage, and the same few at the bottom edge of a phone.
import { html, nothing } from "../lib/dom.js";
import { clock as clockText } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { PREROLLS } from "./address.js";
import { LOOP_RATES, RATES } from "./clock.js";

const NAMES = { 0.25: "¼", 0.5: "½", 0.75: "¾", 1: "1×", 1.25: "1¼", 1.5: "1½", 2: "2×" };

export const rateName = (rate) => NAMES[rate] ?? `${rate}×`;

/** A control that is one picture; its name is for those who do not see it. */
export const tool = (picture, label, press, more = {}) => html`<button class="btn icon ${more.cls ?? ""}" type="button"
  aria-label=${label} title=${more.title ?? label} aria-pressed=${more.pressed ?? nothing}
  ?disabled=${more.disabled ?? false} @click=${press}>${icon(picture)}</button>`;

/** Back 5 s, frame back, play, frame on, forward 5 s. `what` is "both" when there are two. */
export function playGroup(clock, what = "") {
  const play = clock.playing ? "Pause" : "Play";
  return html`${tool("rotate-ccw", "Back 5 seconds", () => clock.by(-5), { cls: "only-wide", title: "Back 5 seconds (←)" })}
    ${frame(clock, -1)}
    ${tool(clock.playing ? "pause" : "play", `${play}${what && ` ${what}`}`, () => clock.toggle(), { cls: "play", title: `${play} (Space)` })}
    ${frame(clock, 1)}
    <button class="btn icon only-wide" type="button" aria-label="On 5 seconds" title="On 5 seconds (→)"
      @click=${() => clock.by(5)}><i class="i i-rotate-ccw" aria-hidden="true" style="scale:-1 1"></i></button>`;
}

export const frame = (clock, way) =>
  way < 0
    ? tool("step-back", "One frame back", () => clock.step(-1), { title: "One frame back (,)" })
    : tool("step-forward", "One frame on", () => clock.step(1), { title: "One frame on (.)" });

/** Captions on or off, as every stage offers it. */
export const captionsTool = (desk) =>
  desk.captioned ? tool("message-square", desk.captions ? "Captions off" : "Captions on", () => desk.toggleCaptions(), { pressed: String(desk.captions), title: "Captions: the comments (V)" }) : nothing;

/** "0:26.2 / 1:32.4", and why it stands when that is not the person's doing. */
export const clockLine = (clock, why = "") => html`<p class="clock"><span data-now="clock"></span>
  <small>/ ${clockText(clock.duration, { tenths: true })}${why ? ` · ${why}` : nothing}</small></p>`;

/** Why nothing moves although somebody pressed play; "" when all is well. */
export function whyStill(clock, waitedLong = false) {
  if (clock.refused === "NotAllowedError") return "press play to start";
  if (clock.refused) return "this video does not play here";
  return clock.playing && clock.waiting && waitedLong ? "loading" : "";
}

/** Speed: a list, because seven speeds make a crowd of buttons; in a loop every 5 %. */
export const speed = (clock) => html`<label class="vh" for="pk-speed">Speed</label>
  <select class="in" id="pk-speed" style="inline-size:auto" title="Speed (< and >)"
    @change=${(event) => clock.setRate(Number(event.target.value))}>
    ${(clock.loop ? LOOP_RATES : RATES).map((rate) => html`<option value=${rate} .selected=${Math.abs(rate - clock.rate) < 1e-6}>${rate}×</option>`)}
  </select>`;

/** How long before its start a loop begins. */
export const leadIn = (clock, id) => html`<label class="vh" for=${id}>Lead-in</label><select class="in" id=${id} style="inline-size:auto"
  title="How long before its start a loop begins" @change=${(event) => clock.setPreroll(Number(event.target.value))}>${PREROLLS.map(
    (seconds) => html`<option value=${seconds} .selected=${clock.preroll === seconds}>${seconds ? `${seconds} s lead-in` : "No lead-in"}</option>`,
  )}</select>`;

/** Speed as a segment of all speeds. */
export const speedSegment = (clock, name) => html`<fieldset class="seg"><legend>Speed</legend>${RATES.map(
  (rate) => html`<label><input type="radio" name=${name} .checked=${rate === clock.rate} aria-label=${`${rate} times`}
    @change=${() => clock.setRate(rate)}><span class="o" style="padding-inline:.5rem;min-inline-size:2.25rem">${rateName(rate)}</span></label>`,
)}</fieldset>`;
