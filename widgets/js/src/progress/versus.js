// Two groups side by side: A and B have letters, not only colours.
import { html, nothing, ref } from "../lib/dom.js";
import { chartTools, drawing } from "./sections.js";

const groups = (options) => [
  ["Terms", options.terms.map((term) => [`term:${term}`, term])],
  ["Classes", options.courses.map((one) => [`course:${one.id}`, `${one.title}, ${one.term}`])],
  ["Sections", options.cohorts.map((one) => [`cohort:${one.id}`, `${options.courses.find((course) => course.id === one.course)?.title ?? ""}, ${one.title}`])],
];

function side(letter, view, state, act) {
  const key = letter.toLowerCase();
  return html`<div class="field"><label for="pk-side-${key}"><span class="ab ${key}" aria-hidden="true">${letter}</span> Group ${letter}</label>
    <select class="in" id="pk-side-${key}" @change=${(event) => act.compare({ [key]: event.target.value })}><option value="">Choose a group</option>
    ${groups(view.options).filter(([, list]) => list.length).map(([name, list]) => html`<optgroup label=${name}>${list.map(([id, words]) => html`<option value=${id} ?selected=${state[key] === id}>${words}</option>`)}</optgroup>`)}</select></div>`;
}

function table(found, open, ask) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Two groups side by side"><table class="table"><thead><tr><th scope="col">Measure</th>
    ${found.sides.map((words, at) => html`<th scope="col"><span class="ab ${at ? "b" : "a"}" aria-hidden="true">${at ? "B" : "A"}</span> ${words}</th>`)}</tr></thead>
    <tbody>${found.rows.map((row) => html`<tr><th scope="row">${row.label} <span class="meta">${row.unit}</span><br>
        <button class="link meta" aria-expanded=${open === row.key ? "true" : "false"} aria-label="Explain: ${row.label}" @click=${() => ask(open === row.key ? "" : row.key)}>Explain</button></th>
      ${row.sides.map((one) => html`<td><b>${one.shown}</b><br><span class="meta">${one.line}</span></td>`)}</tr>
      ${open === row.key ? html`<tr class="why"><td colspan="3">${why(row)}</td></tr>` : nothing}`)}</tbody></table></div>`;
}

/** What stands behind a row, for each side. */
const why = (row) => html`<div class="explain"><p>${row.definition}</p><dl><dt>Method</dt><dd>${row.source}</dd>
  ${row.sides.map((one, at) => html`<dt>${at ? "B" : "A"}, n</dt><dd>${one.n}</dd><dt>${at ? "B" : "A"}, 95 % interval</dt><dd>${one.interval}</dd>
    ${one.left_out ? html`<dt>${at ? "B" : "A"}, left out</dt><dd>${one.left_out}</dd>` : nothing}`)}</dl>
  ${row.sides.map((one, at) => html`<pre tabindex="0" role="region" aria-label="SQL of ${at ? "B" : "A"}"><code>${one.sql}</code></pre>`)}</div>`;

export function versus(view, state, act) {
  const { found } = state.versus;
  return html`<section class="card c12" aria-labelledby="pk-h-versus" id="compare"><header><h2 id="pk-h-versus" style="font-size:var(--pk-text-l)">Two groups side by side</h2>
      ${state.a && state.b && found ? chartTools("versus", "two groups", found, "", state, act) : nothing}</header>
    <p class="meta" style="margin-block-end:var(--pk-3)">Each under the other filters of the page. Differences smaller than the intervals say nothing.</p>
    <div class="pair" ${ref(act.ready)}>${side("A", view, state, act)}${side("B", view, state, act)}</div>
    ${state.a && state.b && found ? html`<div class="pair tables"><div>${table(found, state.versus.open, (key) => act.change({ versus: { ...state.versus, open: key } }))}</div>
      <div><h3 style="font-size:var(--pk-text)">How fast replies come</h3><p class="meta">Share of takes answered, by time since submission; A is the full line, B the dashed one</p>
      ${drawing("versus", found.chart, view, state, act)}</div></div>` : nothing}</section>`;
}
