// The few settings under both lines of time: how they are kept together, by how much B was
// moved, anchors, whose sound, the loop, what stands beside.
import { html, nothing } from "../lib/dom.js";
import { clock as clockText, count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { LOOP_RATES } from "../player/clock.js";
import { keyHint } from "../player/keyring.js";
import { fullScreen } from "./panes.js";
import { qualitiesOf } from "../player/quality.js";
import { leadIn } from "../player/transport.js";

const WAY_NAMES = { content: "Content", offset: "Offset", free: "Free" };

export const knobs = (desk, tools, names, choose) => html`<div class="knobs" style="margin-block-start:var(--pk-4)">
  ${desk.b ? html`${ways(desk, names)}${nudge(desk, names)}${sound(desk, names)}${anchorKnob(desk, tools)}` : nothing}${loop(desk, names)}${qualityKnob(desk, names)}${desk.narrow ? picture(desk, tools) : nothing}
  ${desk.narrow && desk.b && (desk.view.options ?? []).length ? beside(desk, names, choose) : nothing}</div>
  ${desk.b ? anchorList(desk, tools) : nothing}`;

const ways = (desk, names) => html`<div class="knob"><span class="label">Keep together by</span><fieldset class="seg"><legend>Keep together by</legend>${Object.entries(WAY_NAMES).map(
  ([way, name]) => html`<label><input type="radio" name="${names}-way" value=${way} .checked=${desk.way === way}
    ?disabled=${way === "content" && !desk.sync.points.length} @change=${() => desk.setWay(way)}><span class="o" style=${way === "content" && !desk.sync.points.length ? "opacity:.55" : nothing}>${name}</span></label>`,
)}</fieldset></div>`;

const nudge = (desk, names) => html`<div class="knob"><label class="label" for="${names}-nudge">Move B, in frames</label>
  <div class="nudge"><button class="btn icon" type="button" aria-label="B one frame back" title="B one frame back${keyHint("nudgeBack")}" @click=${() => desk.nudge(-1)}>${icon("minus")}</button>
    <input class="in" id="${names}-nudge" type="text" inputmode="numeric" .value=${signed(desk.frames)} @change=${(event) => typed(event.target, desk)}>
    <button class="btn icon" type="button" aria-label="B one frame on" title="B one frame on${keyHint("nudgeOn")}" @click=${() => desk.nudge(1)}>${icon("plus")}</button></div></div>`;

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

function anchorKnob(desk, tools) {
  if (!desk.sync.can.anchor) return nothing;
  return html`<div class="knob"><span class="label">This moment is that moment</span>
    <button class="btn" type="button" title="What A and B show now is the same moment${keyHint("anchor")}" @click=${() => setAnchor(desk, tools)}>${icon("anchor")}Set an anchor</button></div>`;
}

/** Key A or the button: what both show now belongs together from now on. */
export async function setAnchor(desk, tools) {
  if (!desk.b || !desk.sync.can.anchor) return;
  const done = await tools.attempt(tools.ask("anchor", desk.moment));
  if (!done) return;
  desk.anchored();
  tools.say(`Anchor set: ${pairText(desk.settings.swap ? { a: done.b, b: done.a } : done)}`);
}

const pairText = (one) => `${clockText(one.a, { tenths: true })} in A is ${clockText(one.b, { tenths: true })} in B`;

function anchorList(desk, tools) {
  const list = desk.sync.anchors;
  if (!list.length) return nothing;
  return html`<section style="margin-block-start:var(--pk-4)" aria-label="Anchors"><h3 style="font-size:var(--pk-text-s);color:var(--pk-ink-2)">${count(list.length, "anchor")}</h3>
    <ul style="display:flex;flex-wrap:wrap;gap:var(--pk-2);list-style:none;padding:0;margin:var(--pk-1) 0 0" data-anchors>${list.map(
      (one) => html`<li class="row" style="gap:0"><button class="at" type="button" style="min-block-size:1.75rem" aria-label="${clockText(one.a, { tenths: true })} = ${clockText(one.b, { tenths: true })}, an anchor, go there in both videos" @click=${() => desk.seekA(one.a)}>${clockText(one.a, { tenths: true })} = ${clockText(one.b, { tenths: true })}</button>
        ${desk.sync.can.anchor ? html`<button class="btn quiet icon sm" type="button" aria-label="Remove the anchor, ${pairText(one)}" title="Remove" @click=${() => lift(desk, tools, one)}>${icon("x")}</button>` : nothing}</li>`,
    )}</ul></section>`;
}

/** After a removal the next anchor has the focus, or the button that sets one. */
async function lift(desk, tools, one) {
  const at = desk.sync.anchors.indexOf(one);
  if ((await tools.attempt(tools.ask("unanchor", { anchor: one.id }).then(() => true))) !== true) return;
  tools.say("Anchor removed");
  const left = desk.sync.anchors.length;
  tools.focus(left ? `[data-anchors] li:nth-child(${Math.min(at + 1, left)}) .at` : ".knobs button");
}

function loop(desk, names) {
  const { clock } = desk;
  const set = clock.loop;
  return html`<div class="knob whole"><span class="label">Loop${set ? html`, ${clockText(set.start, { tenths: true })} to ${clockText(set.end, { tenths: true })}` : nothing}</span>
    <div class="row wrap"><button class="btn" type="button" title="Loop starts here${keyHint("loopStart")}" @click=${() => desk.loopFrom()}>From here</button>
      <button class="btn" type="button" title="Loop ends here${keyHint("loopEnd")}" @click=${() => desk.loopTo()}>To here</button>
      ${set ? html`<button class="btn quiet" type="button" title="No loop${keyHint("loopOff")}" @click=${() => clock.setLoop(null)}>No loop</button>` : nothing}
      ${leadIn(clock, `${names}-pre`)}
      ${set ? loopSpeed(clock, names) : nothing}</div></div>`;
}

const loopSpeed = (clock, names) => html`<label class="vh" for="${names}-pace">Speed of the loop</label><select class="in" id="${names}-pace" style="inline-size:auto" title="Speed of the loop (< and >)"
  @change=${(event) => clock.setRate(Number(event.target.value))}>${LOOP_RATES.filter((rate) => rate >= 0.4 && rate <= 1).map(
    (rate) => html`<option value=${rate} .selected=${Math.abs(rate - clock.rate) < 1e-6}>${Math.round(rate * 100)} %</option>`,
  )}</select>`;

function qualityKnob(desk, names) {
  const able = [desk.view.a, desk.view.b].map((one) => qualitiesOf(one?.video)).find((list) => list.length);
  const removed = desk.view.a?.video?.removed || desk.view.b?.video?.removed;
  if (!able) return removed ? html`<div class="knob"><span class="label">Quality</span><p class="meta" style="max-inline-size:22rem">${removed}</p></div>` : nothing;
  return html`<div class="knob"><span class="label">Quality</span><fieldset class="seg"><legend>Quality</legend>${able.map(
    (one) => html`<label><input type="radio" name="${names}-quality" value=${one.key} .checked=${desk.settings.q === one.key} @change=${() => desk.setQuality(one.key)}><span class="o">${one.label}</span></label>`,
  )}</fieldset></div>`;
}

/** What stands beside the clock on a wide screen, where a thumb finds it. */
const picture = (desk, tools) => html`<div class="knob"><span class="label">Picture</span><div class="row wrap">
  ${desk.captioned ? html`<button class="btn" type="button" aria-pressed=${desk.captions} @click=${() => desk.toggleCaptions()}>${icon("message-square")}Captions</button>` : nothing}
  <button class="btn" type="button" @click=${() => fullScreen(tools.el.querySelector("[data-stage] .panes"))}>${icon("maximize")}Full screen</button></div></div>`;

const beside = (desk, names, choose) => html`<div class="knob"><label class="label" for="${names}-with">Beside it</label>
  <div class="row"><select class="in" id="${names}-with" @change=${(event) => choose(event.target.value)}>${desk.view.options.map(
    (option) => html`<option value=${option.key} .selected=${option.key === desk.view.choice}>${option.label}</option>`,
  )}</select><button class="btn" type="button" @click=${() => desk.swap()}>${icon("arrow-left-right")}Swap</button></div></div>`;
