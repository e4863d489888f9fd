// The numbers, and everything behind the one that is asked about.
import { html, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { url } from "../lib/base.js";
import { rowsTable } from "./rows.js";

/** The question mark that opens what stands behind a number or a chart. */
export const ask = (name, key, state, act) => {
  const open = state.explain === key;
  return html`<button class="btn quiet icon sm" aria-label="Explain: ${name}" aria-expanded=${open ? "true" : "false"} data-explain=${key}
    @click=${() => act.change({ explain: open ? "" : key, rows: "" })}>${icon("circle-help")}</button>`;
};

const target = (one) => {
  if (!one.target) return nothing;
  const { state, words } = one.target;
  return html`<p class="meta aim ${state ? `t-${state}` : ""}">${icon(state === "good" ? "circle-check" : state === "wait" ? "triangle-alert" : "info")}${words}</p>`;
};

/** The row of numbers. */
export const figures = (view, state, act) => html`<div class="overview six">${view.figures.map((one) => html`<div class="fig"><p class="k">${one.label}
    ${ask(one.label, one.key, state, act)}</p>
    <p class="v">${one.shown} ${one.value === null ? nothing : html`<small>${one.unit}</small>`}</p>
    <p class="meta">${one.line}</p>${target(one)}</div>`)}</div>`;

/** Definition, n, interval, what was left out, method, time, the query itself, and its rows. */
export function explained(one, view, state, act) {
  const rows = [
    ["Unit", one.unit],
    ["n", one.n],
    ["95 % interval", one.interval],
    ["Left out", one.left_out],
    ["Method", one.source],
    ["As of", view.as_of],
  ].filter(([, words]) => words);
  const shown = state.rows === one.key && state.found;
  return html`<div class="two"><div class="stack tight">
    <h2 id="pk-explained" tabindex="-1" style="font-size:var(--pk-text-l)">${one.label}, explained</h2><p>${one.definition}</p>
    <dl>${rows.map(([name, words]) => html`<dt>${name}</dt><dd>${words}</dd>`)}</dl>
    ${one.behind ? html`<p class="row wrap" style="margin-block-start:var(--pk-2)"><button class="btn sm" aria-expanded=${shown ? "true" : "false"}
        @click=${() => act.change({ rows: shown ? "" : one.key })}>${shown ? "Hide the rows" : "Show the rows behind it"}</button>
      <a class="btn sm quiet" href=${url(`progress/rows.csv?${act.query({ about: one.key })}`)} download>${icon("download")}CSV<span class="vh"> of the rows behind it</span></a></p>`
    : html`<p class="meta">${one.hidden ? "Too few people: the rows behind it are hidden as well." : "There are no rows behind it yet."}</p>`}</div>
    <pre tabindex="0" role="region" aria-label="SQL of this number" style="max-block-size:22rem;overflow:auto"><code>${one.sql}</code></pre></div>
    ${shown ? rowsTable(state.found) : nothing}`;
}

/** Under the figures where there is room; on a phone the sheet has it. */
export function explanation(view, state, act) {
  const one = view.figures.find((figure) => figure.key === state.explain);
  if (!one || act.narrow()) return nothing;
  return html`<div class="explain" id="pk-explain">${explained(one, view, state, act)}</div>`;
}
