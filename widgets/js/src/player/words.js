// A comment's text as it was meant: **strong**, *stress*, and its line breaks. Nothing else.
import { html } from "../lib/dom.js";
import { clock, span } from "../lib/format.js";

/** Split text into `[{text, as: "" | "strong" | "em"}]`. Pure; an unfinished star stays a star. */
export function parts(text) {
  const found = [];
  let rest = 0;
  for (const match of text.matchAll(/\*\*(?=\S)([^*]*?\S)\*\*|\*(?=\S)([^*]*?\S)\*/g)) {
    if (match.index > rest) found.push({ text: text.slice(rest, match.index), as: "" });
    found.push({ text: match[1] ?? match[2], as: match[1] ? "strong" : "em" });
    rest = match.index + match[0].length;
  }
  if (rest < text.length) found.push({ text: text.slice(rest), as: "" });
  return found;
}

export const words = (text) => html`<p style="white-space:pre-line">${parts(text).map((one) => {
  if (one.as === "strong") return html`<strong>${one.text}</strong>`;
  return one.as === "em" ? html`<em>${one.text}</em>` : one.text;
})}</p>`;

/** A stretch as people read it: to the second, or to the tenth when that would say nothing. */
export function stretch(start, end) {
  const same = end !== null && end !== undefined && Math.floor(start) === Math.floor(end);
  if (!same) return span(start, end);
  return `${clock(start, { tenths: true })} to ${clock(end, { tenths: true })}`;
}

const NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"];

/** 3 -> "Three"; 13 -> "13". */
export const spelled = (n) => NUMBERS[n] ?? String(n);
