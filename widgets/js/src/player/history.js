// What came with a take from before there was Practika: a reply without its words, a score, an end.
import { html, nothing } from "../lib/dom.js";
import { when } from "../lib/format.js";

/** The sentences about an imported take's `history`; none for what nobody knows. Pure. */
export function told(history, say = when) {
  const lines = [];
  if (history.replied) lines.push(`Answered ${say(history.replied)}. Imported, text not kept.`);
  if (history.score) lines.push(`Score ${history.score}.`);
  if (history.outcome) lines.push(`The course ended with: ${history.outcome}.`);
  if (history.withdrawn) lines.push(`Withdrew from the course ${say(history.withdrawn)}.`);
  return lines.length ? lines : ["Nothing else is known of it."];
}

export const history = (take) =>
  take?.history
    ? html`<section class="card o3" style="padding:var(--pk-4)" aria-label="From before" data-history><h2 style="font-size:var(--pk-text-l)">From before</h2>
        <div class="stack tight" style="margin-block-start:var(--pk-2)">${told(take.history).map((line) => html`<p>${line}</p>`)}</div></section>`
    : nothing;
