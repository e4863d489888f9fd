// Who waits for a reply, the longest first.
import { html, nothing } from "../lib/dom.js";
import { grouped } from "../lib/format.js";
import { icon } from "../lib/icons.js";

/** How long, with its sign: the colour is never the only one. */
export const sinceBadge = (words, state) =>
  html`<span class="badge ${state ? `is-${state}` : ""}">${icon(state === "bad" ? "triangle-alert" : "clock")}${words}</span>`;

export function waitingTable(view) {
  const { rows, total } = view.waiting;
  return html`<section class="card flush c5" aria-labelledby="pk-w"><header><h2 id="pk-w" style="font-size:var(--pk-text-l)">Who waits</h2>
    ${total > rows.length ? html`<span class="meta">${rows.length} of ${grouped(total)}</span>` : nothing}</header>
    ${rows.length ? html`<div class="scroll" tabindex="0" role="region" aria-label="Table of waiting takes"><table class="table"><thead><tr>
      <th scope="col">Exercise</th><th scope="col">Teacher</th><th scope="col">Since</th></tr></thead><tbody>${rows.map(
        (row) => html`<tr><th scope="row" style="font-weight:var(--pk-medium)">${row.exercise}<br><span class="meta">${row.student}</span></th>
        <td>${row.teacher || html`<span class="muted">nobody yet</span>`}</td><td>${sinceBadge(row.since, row.state)}</td></tr>`,
      )}</tbody></table></div>`
    : html`<div style="padding:0 var(--pk-5) var(--pk-5)"><div class="empty">${icon("circle-check")}<h3>Nobody waits</h3><p>Every submitted take has a reply. New ones appear here by themselves.</p></div></div>`}</section>`;
}
