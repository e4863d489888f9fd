// How often each moment of a video was played: a strip under its line of time. Python counts; a
// press on the strip, or on one of the passages in words, goes there.
import { html, nothing, svg } from "../lib/dom.js";
import { later } from "../lib/base.js";
import { icon } from "../lib/icons.js";

const HIGH = 100;
/** A report may be followed by another at once; the map is asked for after both. */
const GROWN = 1000;

/** The strip's outline in a box of `counts.length` by 100, a step for each count. Pure. */
export function outline(counts, most, { seconds, bin } = {}) {
  const top = (count) => (HIGH - (Math.min(count, most) / most) * HIGH).toFixed(1);
  // The last bar is as wide as what is left of the video.
  const end = seconds && bin ? seconds / bin : counts.length;
  const steps = counts.map((count, n) => `V${top(count)}H${Math.min(n + 1, end).toFixed(3).replace(/\.?0+$/, "")}`);
  return { path: `M0 ${HIGH}${steps.join("")}V${HIGH}Z`, wide: end };
}

/** The same in words, for who does not see it. Pure. */
export const inWords = (map) =>
  [map.line, ...map.often.map((one) => one.text), ...map.never.map((one) => one.text)].join(" · ");

const goTo = (event, map, seek) => {
  const box = event.currentTarget.getBoundingClientRect();
  seek(Math.max(0, Math.min(1, (event.clientX - box.left) / (box.width || 1))) * map.seconds);
};

/** The strip; `share` (0..1) is how much of the line this video fills. */
export function heatStrip(map, seek, share = 1) {
  if (!map?.counts.length) return nothing;
  const { path, wide } = outline(map.counts, map.most, map);
  return html`<div class="heat-strip" style="inline-size:${share * 100}%" title="How often each moment was played" @click=${(event) => goTo(event, map, seek)}>
    <svg viewBox="0 0 ${wide} ${HIGH}" preserveAspectRatio="none" role="img" aria-label=${inWords(map)}>${svg`<path d=${path}></path>`}</svg></div>`;
}

/** What the strip shows in words, each passage a way to it. */
export function heatWords(map, seek, who = "") {
  if (!map) return nothing;
  if (map.empty) return html`<p class="meta heat-words">${icon("eye")}<span>${map.empty}</span></p>`;
  const passage = (one) => html`<button class="at" type="button" @click=${() => seek(one.start)}>${one.text}</button>`;
  return html`<div class="meta heat-words">${icon("eye")}<div><p>${who ? html`<span class="strong">${who}</span> ` : nothing}${map.line}</p>
    ${map.often.length || map.never.length ? html`<p class="row wrap">${map.often.map(passage)}${map.never.map(passage)}</p>` : nothing}</div></div>`;
}

/** The maps of the take that is shown: asked for once, when the page has nothing better to do. */
export class Heat {
  constructor(tools) {
    Object.assign(this, { tools, of: "", maps: null, timer: 0 });
    tools.onCleanup(() => clearTimeout(this.timer));
  }

  /** More was played, and Python has heard of it. */
  grew() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.of && this.ask(this.of), GROWN);
  }

  /** Ask for the maps of a take; "" for none. */
  want(takeId) {
    if (!takeId || takeId === this.of) return;
    Object.assign(this, { of: takeId, maps: null });
    later(() => this.ask(takeId));
  }

  async ask(takeId) {
    if (this.tools.gone || takeId !== this.of) return;
    try {
      const maps = await this.tools.ask("watchmap");
      if (takeId === this.of) this.maps = maps;
    } catch {
      return; // a picture beside the work: without it nothing is missing
    }
    this.tools.redraw();
  }

  get take() {
    return this.maps?.take;
  }

  reply(id) {
    return this.maps?.replies[id];
  }
}
