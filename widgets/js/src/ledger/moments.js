// Suggested moments: what departs from the reference, the curve behind it, taken up or put aside.
import { html, nothing, svg } from "../lib/dom.js";
import { clock as clockText, count } from "../lib/format.js";
import { icon } from "../lib/icons.js";

const WIDE = 300;
const HIGH = 36;

/** A curve as paths in a box of 300 by 36, broken where it is null; `limit` fills half the height. Pure. */
export function curvePath(values, limit, signed) {
  const middle = signed ? HIGH / 2 : HIGH - 2;
  const scale = (middle - 2) / (2 * limit);
  let path = "";
  let drawing = false;
  values.forEach((value, n) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const x = ((n + 0.5) / values.length) * WIDE;
    const y = Math.max(1, Math.min(HIGH - 1, middle - value * scale));
    path += `${drawing ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    drawing = true;
  });
  return path;
}

/** The card on the desk; nothing without a reference to compare with. */
export function moments({ desk, view, tools }) {
  const found = view.moments;
  if (!found || found.state === "none") return nothing;
  return html`<section class="card flush o5 moments" aria-label="Suggested moments"><header><h2 style="font-size:var(--pk-text-l)">Suggested moments</h2>
      <span class="meta">${found.items.length ? "where the take departs most from the reference" : nothing}</span></header>
    ${found.line ? html`<p class="meta row lastline">${icon(found.state === "waiting" ? "clock" : "info")}<span>${found.line}</span></p>` : nothing}
    ${found.items.length ? html`<ul>${found.items.map((item) => row(desk, tools, found, item))}</ul>` : nothing}
    ${found.items.length || found.dismissed ? foot(desk, tools, found) : nothing}</section>`;
}

const row = (desk, tools, found, item) => html`<li class="last" data-moment=${item.name}><p class="by row meta">
    <button class="at" type="button" aria-label="Go to ${clockText(item.start)}" @click=${() => desk.clock.seek(item.start)}>${clockText(item.start)}</button><span>${item.title}</span></p>
  <p>${item.sentence}</p>
  ${curve(found, item, desk.view.take.video.seconds)}
  <div class="verdict"><button class="btn sm" type="button" @click=${() => takeUp(desk, tools, item)}>${icon("plus")}Make it a comment</button>
    <button class="btn sm quiet" type="button" @click=${() => putAside(desk, tools, item)}>${icon("x")}Put aside</button></div></li>`;

/** The measure along the whole take, the stretch marked, the threshold dashed. */
function curve(found, item, seconds) {
  const values = found.curves[item.measure];
  if (!values?.length) return nothing;
  const rule = found.rules[item.measure];
  const signed = item.measure !== "pitch";
  const middle = signed ? HIGH / 2 : HIGH - 2;
  const reach = (middle - 2) / 2;
  const long = seconds || values.length * found.step;
  const levels = signed ? [middle - reach, middle + reach] : [middle - reach];
  return html`<svg class="curve" viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" role="img"
      aria-label="${rule.title} along the take; the dashed line is the threshold, ${rule.threshold} ${rule.unit}">
    ${svg`<rect x=${(item.start / long) * WIDE} width=${Math.max(2, ((item.end - item.start) / long) * WIDE)} y="0" height=${HIGH}></rect>
      <path class="zero" d="M0 ${middle}H${WIDE}"></path>
      <path class="limit" d=${levels.map((y) => `M0 ${y}H${WIDE}`).join("")}></path>
      <path class="line" d=${curvePath(values, rule.threshold, signed)}></path>`}</svg>`;
}

function foot(desk, tools, found) {
  const measures = [...new Set(found.items.map((item) => item.measure))];
  return html`<div class="foot2">${measures.length
    ? html`<details><summary>What is measured</summary><dl>${measures.map(
        (measure) => html`<dt>${found.rules[measure].title}</dt><dd>${found.rules[measure].definition}</dd>`,
      )}</dl><p class="meta">Only the largest are shown, at most three of each. A suggestion says what was measured; whether it matters is for you to hear.</p></details>`
    : nothing}
    ${found.dismissed ? html`<p class="row meta">${count(found.dismissed, "suggestion")} put aside<button class="btn sm quiet" type="button" @click=${() => tools.attempt(tools.ask("bring_back"))}>Bring back</button></p>` : nothing}</div>`;
}

async function takeUp(desk, tools, item) {
  const saved = await tools.attempt(tools.ask("take_up", { moment: item.name }));
  if (!saved) return;
  tools.say("A draft comment was made of it");
  desk.clock.seek(item.start);
  desk.focusOn(saved);
}

async function putAside(desk, tools, item) {
  const { items } = desk.view.moments;
  const at = items.indexOf(item);
  const next = items[at + 1] ?? items[at - 1];
  if (!(await tools.attempt(tools.ask("put_aside", { moment: item.name })))) return;
  tools.say("Put aside");
  tools.focus(`[data-moment="${next?.name}"] .at`);
}

/** Suggestions on the line of time, under the waveform: dashed, because nobody has said them yet. */
export function hints({ desk, view, span }) {
  const items = view.moments?.items ?? [];
  if (!items.length || !(span > 0)) return nothing;
  return html`<div class="hints" role="group" aria-label="Suggested moments">${items.map(
    (item) => html`<button type="button" class="hinted" aria-label="Suggested: ${item.sentence} At ${clockText(item.start)}" title=${item.sentence}
      style="left:${(item.start / span) * 100}%;width:${((item.end - item.start) / span) * 100}%" @click=${() => show(desk, item)}></button>`,
  )}</div>`;
}

function show(desk, item) {
  desk.clock.seek(item.start);
  const place = desk.tools.el.querySelector(`[data-moment="${item.name}"]`);
  place?.scrollIntoView({ block: "nearest" });
}
