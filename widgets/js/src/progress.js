// The coordinator's page: numbers first, charts drawn after them when they are in sight.
import { html, nothing } from "./lib/dom.js";
import { onOurPage, url, widget } from "./lib/base.js";
import { icon } from "./lib/icons.js";
import { onChange } from "./lib/live.js";
import { chartView, tableButton } from "./plot.js";
import { FILTERS, readAddress, writeAddress } from "./progress/address.js";
import { explanation, figures } from "./progress/figures.js";
import { studentsTable } from "./progress/students.js";
import { skeleton } from "./progress/skeleton.js";
import { filterForm } from "./progress/filters.js";
import { waitingTable } from "./progress/waiting.js";

const title = (words) => html`<h2 style="font-size:var(--pk-text-l)">${words}</h2>`;

export default widget("progress", (tools) => {
  const state = { ...readAddress(), asTable: {}, busy: false };
  const change = (more) => {
    Object.assign(state, more);
    writeAddress(state);
    tools.redraw();
  };
  const choose = async (filters, { quiet = false } = {}) => {
    state.busy = true;
    if (!quiet) change({ filters });
    const done = await tools.attempt(tools.ask("choose", { filters }));
    state.busy = false;
    if (done === undefined) state.filters = { ...(tools.model.get("view")?.filters ?? {}) };
    change({});
  };
  const differs = (filters) => FILTERS.some((name) => (filters[name] ?? "") !== (tools.model.get("view")?.filters?.[name] ?? ""));
  const arrive = () => {
    Object.assign(state, readAddress());
    if (differs(state.filters)) choose(state.filters, { quiet: true });
    else tools.redraw();
  };
  tools.onCleanup(onChange(() => tools.ask("refresh").catch(() => {})));
  addEventListener("practika:went", arrive);
  tools.onCleanup(() => removeEventListener("practika:went", arrive));
  if (onOurPage()) arrive();
  else state.filters = { ...(tools.model.get("view")?.filters ?? {}) };

  return (view) => (view.figures ? page(view, state, { change, choose, library: () => tools.ask("library") }) : skeleton);
}, { back: "?" });

function page(view, state, act) {
  const chart = (name, height) =>
    chartView({
      chart: view.charts[name],
      asTable: state.asTable[name],
      held: state.busy,
      height,
      source: view.plotly,
      library: act.library,
      undrawn: () => act.change({ asTable: { ...state.asTable, [name]: true } }),
    });
  const swap = (name) =>
    view.charts[name].figure
      ? tableButton(state.asTable[name], () => act.change({ asTable: { ...state.asTable, [name]: !state.asTable[name] } }))
      : nothing;
  return html`<div class="head"><div><h1 tabindex="-1">${view.title}</h1><p>${view.empty || view.line}</p></div>
    <div class="row"><button class="btn" @click=${() => print()}>${icon("printer")}Print</button>
    <a class="btn" href=${url(view.csv)} download="practika-progress.csv">${icon("download")}CSV</a></div></div>
  ${view.empty && !view.options.courses.length ? nothing : html`
  ${filterForm(view, state, act.choose)}
  <section class="card flush" aria-label="Overview" aria-busy=${state.busy ? "true" : "false"}>${figures(view, state, act.change)}${explanation(view, state)}</section>
  <div class="co">
    <section class="card c7" style="display:flex;flex-direction:column"><header>${title("How fast replies come")}${swap("turnaround")}</header>
      <p class="meta" style="margin-block-end:var(--pk-3)">Share of takes answered, by time since submission</p>
      ${chart("turnaround", "15rem")}
      ${view.charts.turnaround.figure && !state.asTable.turnaround ? legend : nothing}</section>
    ${waitingTable(view)}
    ${studentsTable(view, state, act.change)}
    <section class="card c5" style="display:flex;flex-direction:column"><header>${title("Takes a week")}${swap("weekly")}</header>
      <p class="meta" style="margin-block-end:var(--pk-3)">Submitted takes in each full week, by its Monday</p>
      ${chart("weekly", "15rem")}</section>
  </div>`}`;
}

const legend = html`<p class="legend" style="margin-block-start:var(--pk-3)">
  <span><i style="inline-size:1.25rem;block-size:.75rem;background:var(--pk-data-1);opacity:.3"></i>95 % interval</span>
  <span><i style="inline-size:2px;block-size:.875rem;background:var(--pk-data-1)"></i>no answer up to that age</span></p>`;
