// What came of a judging: the order with its intervals, how reliable it is, and the tables.
import { html, nothing } from "../lib/dom.js";
import { url } from "../lib/base.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { line } from "./pair.js";

/** From where to where a scale is drawn: whole logits around all intervals. Pure. */
export function ends(takes) {
  const known = takes.filter((one) => one.place !== null);
  if (!known.length) return [-1, 1];
  return [Math.floor(Math.min(...known.map((one) => one.low))), Math.ceil(Math.max(...known.map((one) => one.high)))];
}

/** A place on the scale in percent of its width. Pure. */
export const at = (value, [low, high]) => Math.max(0, Math.min(100, ((value - low) / (high - low || 1)) * 100));

const number = (value, digits = 2) => (value === null || value === undefined ? "–" : value.toFixed(digits).replace("-", "−"));

export function standingPage({ view, state, redraw }) {
  const { judging } = view;
  const scale = ends(view.takes);
  return html`<div class="head"><div><p><a class="btn quiet sm" data-go href="?view=judging" style="margin-inline-start:-.625rem">${icon("chevron-left")}Judging</a></p>
      <h1 tabindex="-1">${judging.question}</h1><p>${judging.exercise} · ${line(judging)}</p></div></div>
    <div class="stack"><section class="card" aria-labelledby="pk-st"><header><h2 id="pk-st" style="font-size:var(--pk-text-l)">Standing</h2>
        <span class="row charttools"><a class="btn sm quiet" href=${url(view.csv.takes)} download aria-label="CSV: standing">${icon("download")}CSV</a>
        <a class="btn sm quiet" href=${url(view.csv.judgements)} download>${icon("download")}CSV of every judgement</a>
        <button class="btn quiet icon sm" aria-label="Explain: standing" aria-expanded=${state.explain ? "true" : "false"} @click=${() => { state.explain = !state.explain; redraw(); }}>${icon("circle-help")}</button></span></header>
      <p>${view.line}</p>${state.explain ? explained(view) : nothing}
      <div class="scroll" tabindex="0" role="region" aria-label="Table of the standing" style="margin-block-start:var(--pk-3)"><table class="table standing"><thead><tr><th scope="col">Rank</th><th scope="col">Student</th>${view.why ? nothing : html`<th scope="col">Place<span class="only-wide" style="display:inline">, with its 95 % interval</span></th><th scope="col" class="n">Logits</th>`}<th scope="col" class="n">Better in</th></tr></thead>
        <tbody>${view.takes.map((one) => row(one, scale, view.why))}</tbody></table></div></section>
    ${view.judges.length ? judges(view.judges) : nothing}</div>`;
}

const row = (one, scale, why) => html`<tr><td class="num">${one.compared ? one.rank : "–"}</td><th scope="row">${one.student}<span class="meta"> take ${one.number}</span></th>
  ${why ? nothing : html`<td>${one.place === null ? "not compared" : html`<span class="whisker" aria-hidden="true"><i style="left:${at(one.low, scale)}%;width:${at(one.high, scale) - at(one.low, scale)}%"></i><b style="left:${at(one.place, scale)}%"></b></span><span class="vh">${number(one.low)} to ${number(one.high)}</span>`}</td>
  <td class="n num">${number(one.place)}</td>`}<td class="n num">${one.won} of ${one.compared}</td></tr>`;

const explained = (view) => html`<div class="explain inset"><dl><dt>What it is</dt><dd>${view.explain.definition}</dd><dt>n</dt><dd>${view.explain.n}</dd>
  <dt>Reliability</dt><dd>${number(view.reliability)}</dd><dt>Left out</dt><dd>${view.explain.left_out}</dd><dt>Method</dt><dd>${view.explain.source}</dd></dl>
  <pre tabindex="0" role="region" aria-label="SQL of this scale"><code>${view.explain.sql}</code></pre></div>`;

const judges = (rows) => html`<section class="card" aria-labelledby="pk-jd"><header><h2 id="pk-jd" style="font-size:var(--pk-text-l)">Judges</h2></header>
  <div class="scroll" tabindex="0" role="region" aria-label="Table of judges"><table class="table"><thead><tr><th scope="col">Judge</th><th scope="col" class="n">Judged</th><th scope="col" class="n">Infit</th><th scope="col" class="n">Chose A</th><th scope="col"><span class="vh">Remark</span></th></tr></thead>
  <tbody>${rows.map((one) => html`<tr><th scope="row">${one.name}</th><td class="n num">${one.n}</td><td class="n num">${number(one.infit)}</td><td class="n num">${Math.round(one.left * 100)} %</td><td>${one.apart ? html`<span class="badge is-wait">${icon("triangle-alert")}judges otherwise</span>` : nothing}</td></tr>`)}</tbody></table></div>
  <p class="meta" style="margin-block-start:var(--pk-2)">Infit is near 1 when somebody judges as the scale foretells. Above 1.3 it is worth a word: they may listen for something else.</p></section>`;
