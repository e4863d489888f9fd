// The tempo ribbon: which moments of A (above) and B (below) belong together, and where A is
// slower (violet) or faster (striped green). Colour is never alone: the words stand on it.
import { html, nothing, svg } from "../lib/dom.js";
import { clock as clockText } from "../lib/format.js";
import { spoken } from "./sync.js";

const HIGH = 60;

/** A band's corners in a box of 1000 by 60. Pure. */
export function shape(band, span) {
  const x = (at) => Math.max(0, Math.min(1000, (at / span) * 1000)).toFixed(1);
  return `M${x(band.a[0])} 0H${x(band.a[1])}L${x(band.b[1])} ${HIGH}H${x(band.b[0])}z`;
}

/** Stronger colour for a larger change; 12 % is a little under half. Pure. */
export const strength = (change) => Math.max(0.16, Math.min(0.95, Math.abs(change) * 3.7)).toFixed(2);

export function ribbon(desk, span, name) {
  const { sync } = desk;
  if (!sync.bands.length || !(span > 0)) return nothing;
  const fast = sync.bands.filter((band) => band.kind === "fast");
  return html`<div class="lane" style="margin:0"><span></span><div class="ribbon"><svg viewBox="0 0 1000 60" preserveAspectRatio="none" aria-hidden="true">
      <defs><pattern id="${name}-fast" width="9" height="6" patternUnits="userSpaceOnUse"><rect width="9" height="2.4" fill="var(--pk-faster)"></rect></pattern></defs>
      ${fast.map((band) => svg`<path style="fill:url(#${name}-fast);stroke:none" d=${shape(band, span)}></path>`)}
      ${sync.bands.map((band) => svg`<path class=${band.kind} fill-opacity=${band.kind === "same" ? nothing : strength(band.change)} d=${shape(band, span)}></path>`)}
      ${sync.anchors.map((one) => pin(one, span))}</svg>
    ${spoken(sync, span).map((one) => html`<span class="say ${one.minor ? "minor" : ""}" aria-hidden="true" style="left:${middle(desk, one.at, span)}%">${one.words}</span>`)}
    <ul class="vh" aria-label="Difference of tempo">${spoken(sync, span).sort((x, y) => x.at - y.at).map((one) => html`<li>${clockText(one.a[0])} to ${clockText(one.a[1])}: ${one.words}</li>`)}</ul></div></div>`;
}

/** Words stand half way between the moment of A and that of B, and inside the line. */
function middle(desk, at, span) {
  const place = ((at + desk.clock.map.toB(at)) / 2 / span) * 100;
  return Math.max(8, Math.min(92, place)).toFixed(2);
}

const pin = (one, span) => {
  const [a, b] = [(one.a / span) * 1000, (one.b / span) * 1000];
  return svg`<path d="M${a.toFixed(1)} 0L${b.toFixed(1)} ${HIGH}" style="fill:none;stroke:var(--pk-ink);stroke-width:3;stroke-dasharray:6 4;vector-effect:non-scaling-stroke"></path>`;
};

export const legend = (who) => html`<p class="legend" style="margin-block:var(--pk-2) 0"><span><i style="inline-size:1.25rem;block-size:.75rem;background:var(--pk-slower);border-radius:3px"></i>${who} slower</span>
  <span><i style="inline-size:1.25rem;block-size:.75rem;background:repeating-linear-gradient(var(--pk-faster) 0 2px,transparent 2px 4px);border-radius:3px"></i>${who} faster</span>
  <span>slanted lines: how far apart</span></p>`;
