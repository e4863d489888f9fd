// The rows behind a number or a bar: a table, and a file of all.
import { html, nothing } from "../lib/dom.js";
import { grouped } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { url } from "../lib/base.js";

export function rowsTable(found) {
  if (!found.columns) return html`<p class="meta" role="status">Loading the rows</p>`;
  if (!found.rows.length) return html`<p class="meta">${found.sentence}</p>`;
  const links = found.links.some(Boolean);
  return html`<div class="scroll rows" tabindex="0" role="region" aria-label=${found.title}><table class="table"><thead><tr>
    ${found.columns.map((one) => html`<th scope="col" class=${one.kind === "number" ? "n" : ""}>${one.label}</th>`)}${links ? html`<th scope="col">Open</th>` : nothing}</tr></thead>
    <tbody>${found.rows.map((row, at) => html`<tr>${row.map((cell, place) => {
      const kind = found.columns[place].kind === "number" ? "n" : "";
      return place ? html`<td class=${kind}>${cell}</td>` : html`<th scope="row">${cell}</th>`;
    })}${links ? html`<td>${found.links[at] ? html`<a href=${url(found.links[at])}>Open the take</a>` : nothing}</td>` : nothing}</tr>`)}</tbody></table></div>
  <p class="meta">${found.total > found.rows.length ? `The first ${found.rows.length} of ${grouped(found.total)}; the file has all.` : found.title}</p>`;
}

/** What is behind a bar, in a dialog; from a number's explanation the rows stand there instead. */
export const rowsDialog = (found) => html`<header><h2 id="pk-sheet-title" tabindex="-1" style="font-size:var(--pk-text-l)">${found.title ?? "Rows"}</h2>
    ${found.csv ? html`<a class="btn sm quiet" href=${url(found.csv)} download>${icon("download")}CSV</a>` : nothing}
    <form method="dialog"><button class="btn quiet icon" aria-label="Close">${icon("x")}</button></form></header>
  <div class="stack tight">${rowsTable(found)}</div>`;
