// A small line of marks in per cent, take by take. Pure: numbers in, a picture out.
import { html, svg } from "./dom.js";

const [WIDE, HIGH, EDGE] = [72, 26, 4];

/** Places `[x, y]` of per cent values on a picture of this size; a single one stands in the middle. */
export function places(percents, wide = WIDE, high = HIGH, edge = EDGE) {
  const step = percents.length > 1 ? (wide - 2 * edge) / (percents.length - 1) : 0;
  const from = percents.length > 1 ? edge : wide / 2;
  const round = (value) => Math.round(value * 10) / 10;
  return percents.map((percent, n) => [round(from + n * step), round(high - edge - (Math.max(0, Math.min(100, percent)) / 100) * (high - 2 * edge))]);
}

/** The line with its last value beside it; `words` say the same to who does not see it. */
export function spark(percents, words) {
  const at = places(percents);
  const [x, y] = at.at(-1);
  return html`<span class="spark"><svg viewBox="0 0 ${WIDE} ${HIGH}" role="img" aria-label=${words}><title>${words}</title>
    ${svg`<path class="floor" d="M0 ${HIGH - EDGE}H${WIDE}"></path><polyline points=${at.map((one) => one.join(",")).join(" ")}></polyline><circle cx=${x} cy=${y} r="3"></circle>`}</svg>
    <b aria-hidden="true">${Math.round(percents.at(-1))} %</b></span>`;
}
