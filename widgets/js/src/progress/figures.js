// Five numbers, and everything behind the one that is asked about.
import { html, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";

/** The row of numbers; the question mark opens what stands behind one. */
export const figures = (view, state, change) => html`<div class="overview">${view.figures.map((one) => {
  const open = state.explain === one.key;
  return html`<div class="fig"><p class="k">${one.label}
    <button class="btn quiet icon sm" aria-label="Explain: ${one.label}" aria-controls="pk-explain" aria-expanded=${open ? "true" : "false"}
      @click=${() => change({ explain: open ? "" : one.key })}>${icon("circle-help")}</button></p>
    <p class="v">${one.shown} ${one.value === null ? nothing : html`<small>${one.unit}</small>`}</p>
    <p class="meta">${one.line}</p></div>`;
})}</div>`;

/** Definition, n, interval, what was left out, method, time, and the query itself. */
export function explanation(view, state) {
  const one = view.figures.find((figure) => figure.key === state.explain);
  if (!one) return html`<div id="pk-explain" hidden></div>`;
  const rows = [
    ["n", one.n],
    ["95 % interval", one.interval],
    ["Left out", one.left_out],
    ["Method", one.source],
    ["As of", view.as_of],
  ].filter(([, words]) => words);
  return html`<div class="explain" id="pk-explain"><div class="two"><div class="stack tight">
    <h2 style="font-size:var(--pk-text-l)">${one.label}, explained</h2><p>${one.definition}</p>
    <dl>${rows.map(([name, words]) => html`<dt>${name}</dt><dd>${words}</dd>`)}</dl></div>
    <pre tabindex="0" role="region" aria-label="SQL of this number" style="max-block-size:22rem;overflow:auto"><code>${one.sql}</code></pre></div></div>`;
}
