// Retention as a table of coloured cells: the number stands in each, so no colour is needed.
import { html, nothing } from "../lib/dom.js";

export function heatTable(chart, pick) {
  const { weeks, rows } = chart.heat;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${chart.label}><table class="heat"><caption class="vh">${chart.label}</caption>
    <thead><tr><th scope="col" style="text-align:start">First take</th><th scope="col">n</th>${weeks.map((week) => html`<th scope="col"><span class="vh">Week </span>${week}</th>`)}</tr></thead>
    <tbody>${rows.map((row, at) => html`<tr><th scope="row">${chart.picks?.[at]?.drill
      ? html`<button class="link" @click=${() => pick(chart.picks[at])}>${row.label}</button>` : row.label}</th><td class="n">${row.n}</td>
      ${weeks.map((week) => cell(row.cells[week]))}</tr>`)}</tbody></table></div>
    <p class="legend" style="margin-block-start:var(--pk-3)"><span><i class="hx" style="inline-size:1.25rem;block-size:.875rem;border-radius:3px"></i>fewer than 5 people, hidden</span><span>Empty: the week is not over yet</span></p>`;
}

const cell = (one) => {
  if (!one) return html`<td></td>`;
  return one.hidden ? html`<td class="hx"><span class="vh">hidden, fewer than 5 people</span></td>` : html`<td class="h${one.level}">${one.shown}</td>`;
};

/** The same as a picture, drawn again: a table cannot be saved as one. */
export function heatPicture(chart, token) {
  const { weeks, rows } = chart.heat;
  const [left, top, wide, high] = [150, 36, 52, 36];
  const canvas = document.createElement("canvas");
  canvas.width = 2 * (left + wide * weeks.length + 16);
  canvas.height = 2 * (top + high * rows.length + 16);
  const pen = canvas.getContext("2d");
  pen.scale(2, 2);
  pen.fillStyle = token("surface");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.textBaseline = "middle";
  pen.font = `14px ${token("font")}`;
  const write = (words, x, y, ink, align = "center") => {
    pen.fillStyle = token(ink);
    pen.textAlign = align;
    pen.fillText(words, x, y);
  };
  weeks.forEach((week) => write(`${week}`, left + wide * (week + 0.5), top / 2, "ink-3"));
  rows.forEach((row, at) => {
    const y = top + high * at;
    write(row.label, 12, y + high / 2, "ink", "left");
    write(row.n, left - 22, y + high / 2, "ink-3");
    row.cells.forEach((one, week) => {
      const x = left + wide * week;
      pen.fillStyle = token(one.hidden ? "sunken" : `heat-${one.level}`);
      pen.fillRect(x + 2, y + 2, wide - 4, high - 4);
      write(one.hidden ? "< 5" : one.shown, x + wide / 2, y + high / 2, one.hidden ? "ink-3" : `heat-ink-${one.level > 3 ? "hi" : one.level > 2 ? "mid" : "lo"}`);
    });
  });
  return canvas.toDataURL("image/png");
}
