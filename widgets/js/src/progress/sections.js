// The charts below the figures: each is asked for when it comes into sight, one at a time.
import { html, nothing, ref, styleMap } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { url } from "../lib/base.js";
import { chartTable, chartView, pictureOf } from "../plot.js";
import { ask, explained } from "./figures.js";
import { heatPicture, heatTable } from "./heat.js";

/** Name, title, the sentence under it, columns of twelve. */
export const SECTIONS = [
  ["exercises", "Takes by exercise", "A press on a bar narrows the page to it", "c5"],
  ["teachers", "Replies by teacher", "A press on a bar narrows the page to the teacher's classes", "c5"],
  ["retention", "Who stays", "Active students in each week after the first take, in percent of those who began", "c7"],
  ["timeline", "Takes over time", "Each student's takes, those who wait longest first", "c12"],
  ["curves", "Learning curves", "Mean level of a take's marks, for students with five marked takes or more", "c7"],
  ["reliable", "Reliable change", "First to last marked take, against the marks' own unsteadiness", "c5"],
  ["tags", "What is corrected most", "Comments by tag, and what became of them; a press shows the moments", "c7"],
  ["adoption", "What is used", "Students who used it twice or more, of those who could; looking at a page does not count", "c5"],
  ["dashboards", "Who looks at their page", "People of these courses who looked at a part of their own page, of those it is for", "c7"],
  ["funnel", "From invitation to second take", "Students who did a step and every one before it; a press shows who", "c5"],
  ["agreement", "Do marks agree", "Blind second ratings that gave the first mark's level, by criterion and month; alpha takes off agreement by chance; a press shows the ratings", "c12"],
];

/** Asks for sections one after the other, so that a click never waits for more than one. */
export class Wanted {
  #line = Promise.resolve();
  #sight = null;

  constructor(tools, state) {
    Object.assign(this, { tools, state, version: 0 });
    this.#sight = new IntersectionObserver(
      (entries) => entries.filter((one) => one.isIntersecting).forEach((one) => this.want(one.target.dataset.section)),
      { rootMargin: "250px" },
    );
    tools.onCleanup(() => this.#sight.disconnect());
  }

  /** Watch a section's place; it is asked for when it comes near. */
  watch = (element) => element && this.#sight.observe(element);

  /** Everything that was asked for is out of date: those in sight are asked for again. */
  outdate() {
    this.version += 1;
    this.#sight.takeRecords();
    const seen = [...this.tools.el.querySelectorAll("[data-section]")];
    seen.forEach((element) => (this.#sight.unobserve(element), this.#sight.observe(element)));
  }

  want(name) {
    const one = (this.state.sections[name] ??= { version: -1 });
    if (one.version === this.version) return one.coming;
    one.version = this.version;
    const asked = JSON.stringify(this.state.filters);
    one.coming = this.#line = this.#line.then(async () => {
      if (one.version !== this.version || this.tools.gone) return;
      try {
        const found = await this.tools.ask("section", { name, filters: JSON.parse(asked) });
        if (asked === JSON.stringify(this.state.filters)) Object.assign(one, { found, problem: "" });
      } catch (error) {
        one.problem = error.sentence ?? "This chart could not be made. Reload the page.";
      }
      this.tools.redraw();
    });
    return one.coming;
  }

  /** All of them, also those nobody has scrolled to: for paper. */
  all = (names) => Promise.all(names.map((name) => this.want(name)));
}

export const tokenOf = (element) => (name) => getComputedStyle(element).getPropertyValue(`--pk-${name}`).trim();

function save(address, name) {
  const link = Object.assign(document.createElement("a"), { href: address, download: `practika-${name}.png` });
  link.click();
}

async function picture(event, name, chart) {
  const card = event.target.closest(".card");
  const token = tokenOf(card);
  if (chart.heat) save(heatPicture(chart, token), name);
  else save(await pictureOf(card.querySelector("pk-plot"), token("surface")), name);
}

/** What can be done with a chart: its table, its files, its explanation. */
export function chartTools(name, title, found, key, state, act) {
  const { chart } = found;
  const drawn = chart.figure && chart.table.rows.length;
  const asTable = Boolean(state.asTable[name]);
  const swap = () => act.change({ asTable: { ...state.asTable, [name]: !asTable } });
  return html`${drawn ? html`<span class="row charttools">
      <button class="btn sm quiet" aria-pressed=${asTable ? "true" : "false"} @click=${swap}>${asTable ? "Show as chart" : "Show as table"}</button>
      <a class="btn sm quiet" href=${url(found.csv)} download aria-label="CSV: ${title}">CSV</a>
      ${asTable ? nothing : html`<button class="btn sm quiet" aria-label="PNG: ${title}" @click=${(event) => picture(event, name, chart)}>PNG</button>`}</span>` : nothing}
    ${key ? ask(title, key, state, act) : nothing}`;
}

const legend = (parts) => html`<p class="legend" style="margin-block-start:var(--pk-3)">${parts.map((one) => html`<span>
  ${one.sign ? html`<b aria-hidden="true" style=${styleMap({ color: `var(--pk-${one.token})` })}>${one.sign}</b>`
    : html`<i style=${styleMap({ inlineSize: "1rem", blockSize: ".75rem", borderRadius: "2px", background: `var(--pk-${one.token})` })}></i>`}${one.words}</span>`)}</p>`;

/** A chart, its table, or the sentence that says why there is none. */
export function drawing(name, chart, view, state, act, height = "15rem") {
  const asTable = state.asTable[name];
  if (chart.heat && !asTable) return heatTable(chart, act.pick);
  if (chart.figure && asTable) return chartTable(chart, act.pick);
  return html`${chartView({
    chart, asTable, tall: Boolean(chart.height), height: chart.height ? `${chart.height}rem` : height, held: state.busy, source: view.plotly, library: act.library, pick: act.pick,
    undrawn: () => act.change({ asTable: { ...state.asTable, [name]: true } }),
  })}${chart.figure && chart.legend?.length ? legend(chart.legend) : nothing}${chart.note ? html`<p class="meta">${chart.note}</p>` : nothing}`;
}

function section([name, title, lead, width], view, state, act) {
  const { found, problem } = state.sections[name] ?? {};
  const key = found ? name : "";
  const open = found && state.explain === name && !act.narrow();
  return html`<section class="card ${width}" data-section=${name} aria-labelledby="pk-h-${name}" aria-busy=${found ? "false" : "true"} ${ref(act.watch)}
    style="display:flex;flex-direction:column"><header><h2 id="pk-h-${name}" style="font-size:var(--pk-text-l)">${title}</h2>${found ? chartTools(name, title, found, key, state, act) : nothing}</header>
    <p class="meta" style="margin-block-end:var(--pk-3)">${lead}</p>
    ${open ? html`<div class="explain inset" id="pk-explain">${explained(found.figure, view, state, act)}</div>` : nothing}
    ${problem ? html`<p class="meta" role="status">${icon("triangle-alert")}${problem}</p>` : found ? drawing(name, found.chart, view, state, act) : html`<span class="skel" style="block-size:15rem"></span>`}</section>`;
}

export const sections = (view, state, act) => SECTIONS.map((one) => section(one, view, state, act));
