// A chart: Plotly's figure in the page's own colours, drawn when it comes into sight.
import { html, nothing, styleMap } from "./lib/dom.js";
import { url, widget } from "./lib/base.js";

const BUNDLE = "practika/static/plotly-basic.min.js";
let library = null;

/** The page comes first: resolves once it is painted and has nothing else to do. */
const rest = () => new Promise((resolve) =>
  requestAnimationFrame(() => (globalThis.requestIdleCallback ? requestIdleCallback(resolve, { timeout: 500 }) : setTimeout(resolve, 0))));

let turn = Promise.resolve();
/** One drawing after the other, each in a task of its own: a click waits for one at most. */
const inTurn = (work) => (turn = turn.then(rest).then(work));

/** Plotly itself, loaded once a page however many charts there are. The address is a whole one:
 * a widget's module comes from a blob, which has no place of its own to start from. */
function loadPlotly(source, askForIt) {
  library ??= globalThis.Plotly ? Promise.resolve(globalThis.Plotly) : fetchPlotly(source, askForIt);
  library.catch(() => (library = null));
  return library;
}

const addressOf = (source) => new URL(url(source || BUNDLE), location.href).href;

/** Have the file on its way while the page is still busy. Not asked for in the page's head: there
 * it would share the line with what the first view needs, and delay that by a tenth of a second. */
function fetchAhead(source) {
  const href = addressOf(source);
  if (library || globalThis.Plotly || document.querySelector(`link[rel="preload"][href="${CSS.escape(href)}"]`)) return;
  const link = Object.assign(document.createElement("link"), { rel: "preload", as: "script", crossOrigin: "anonymous", href });
  document.head.append(link);
}

/** From our server; in a notebook that another server serves, from the widget's kernel. */
async function fetchPlotly(source, askForIt) {
  try {
    await import(addressOf(source));
  } catch (error) {
    if (!askForIt) throw error;
    const text = new Blob([await askForIt()], { type: "text/javascript" });
    const address = URL.createObjectURL(text);
    await import(address).finally(() => URL.revokeObjectURL(address));
  }
  return globalThis.Plotly;
}

/** "#2563a8", 0.16 -> "rgba(37,99,168,0.16)"; anything else is left as it is. */
export function faded(colour, alpha) {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!found) return colour;
  return `rgba(${found.slice(1).map((part) => Number.parseInt(part, 16))},${alpha})`;
}

/** The figure with the colours its traces name in `meta`; `token` reads one of --pk-*. */
export function coloured(figure, token) {
  return { data: figure.data.map((trace) => paint(trace, token)), layout: dress(figure.layout, token) };
}

function paint(trace, token) {
  const { line, fill, marker } = trace.meta ?? {};
  const out = { ...trace };
  if (line) out.line = { ...trace.line, color: token(line) };
  if (fill) Object.assign(out, { fillcolor: faded(token(fill), 0.18), line: { ...trace.line, color: "rgba(0,0,0,0)" } });
  if (marker) {
    const own = trace.marker ?? {};
    out.marker = { ...own, color: token(marker), line: { ...own.line, color: token(marker) } };
    out.textfont = { color: token("ink"), size: 13 };
    if (own.pattern?.shape) out.marker.pattern = { ...own.pattern, fgcolor: token("surface"), fillmode: "overlay", solidity: 0.25 };
    if (trace.error_x) out.error_x = { ...trace.error_x, color: token("ink-2") };
  }
  return out;
}

function dress(layout, token) {
  const axis = (own, more) => ({
    fixedrange: true,
    showline: false,
    zeroline: false,
    gridcolor: token("line"),
    linecolor: token("line-strong"),
    automargin: false,
    ...more,
    ...own,
  });
  const clear = "rgba(0,0,0,0)";
  return {
    ...layout,
    autosize: true,
    paper_bgcolor: clear,
    plot_bgcolor: clear,
    font: { family: token("font"), size: 12, color: token("ink-3") },
    xaxis: axis(layout.xaxis, { showline: true }),
    yaxis: axis(layout.yaxis, { rangemode: "tozero" }),
    hoverlabel: { bgcolor: token("surface"), bordercolor: token("line-strong"), font: { color: token("ink"), size: 13 } },
    annotations: (layout.annotations ?? []).map((note) => ({
      ...note,
      font: { color: token("ink"), size: 13, weight: 550 },
      bgcolor: faded(token("surface"), 0.82),
    })),
  };
}

/** `<pk-plot>`: give it `.chart` (what charts.py makes) and a height; the rest it does itself. */
class PlotElement extends (globalThis.HTMLElement ?? Object) {
  #chart = null;
  #seen = false;
  #drawn = null;
  #held = false;
  #waits = false;
  #stops = [];
  source = "";
  askForLibrary = null;
  /** Called with what the chart says of a bar that was pressed. */
  pick = null;

  /** Whether nothing of the chart that is wanted is still to be drawn. */
  get settled() {
    return this.#drawn === this.#chart || "undrawn" in this.dataset;
  }

  /** Draw it though nobody has scrolled to it: for paper. */
  show() {
    this.#seen = true;
    this.#draw();
  }

  set chart(chart) {
    if (chart === this.#chart) return;
    this.#chart = chart;
    this.setAttribute("role", "img");
    this.setAttribute("aria-label", chart?.label ?? "");
    this.#draw();
  }

  get chart() {
    return this.#chart;
  }

  /** True while another chart is on its way: what goes in a moment is not drawn first. */
  set held(held) {
    this.#held = held;
    if (!held && this.#drawn !== this.#chart) this.#draw();
  }

  get #wanted() {
    return this.#seen && !this.#held && this.isConnected && this.#chart?.figure;
  }

  connectedCallback() {
    this.style.display = "block";
    this.style.position = "relative";
    // Or the drawing itself would keep the page as wide as it was before the window shrank.
    this.style.contain = "inline-size";
    const sight = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.#seen = true;
      sight.disconnect();
      if (this.#chart?.figure) fetchAhead(this.source);
      this.#draw();
    }, { rootMargin: "200px" });
    sight.observe(this);
    const size = new ResizeObserver(() => this.querySelector(".js-plotly-plot") && globalThis.Plotly?.Plots.resize(this.firstElementChild));
    size.observe(this);
    const redraw = () => {
      this.#drawn = null;
      this.#draw();
    };
    const theme = new MutationObserver(redraw);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", redraw);
    this.#stops = [() => sight.disconnect(), () => size.disconnect(), () => theme.disconnect(), () => system.removeEventListener("change", redraw)];
  }

  disconnectedCallback() {
    this.#stops.splice(0).forEach((stop) => stop());
    if (this.firstElementChild) globalThis.Plotly?.purge(this.firstElementChild);
    this.replaceChildren();
    this.#seen = false;
    this.#drawn = null;
  }

  #draw() {
    if (this.#waits || !this.#wanted) return;
    this.#waits = true;
    inTurn(() => {
      this.#waits = false;
      return this.#wanted && this.#drawNow();
    });
  }

  /** Bars that can be pressed say so by the hand; by keys they are buttons of the table. */
  #listen(chart) {
    const figure = this.firstElementChild;
    const able = Boolean(this.pick && chart.picks?.some((one) => one.filters || one.drill));
    figure.classList.toggle("pickable", able);
    figure.removeAllListeners?.("plotly_click");
    if (able) figure.on("plotly_click", (event) => this.pick(chart.picks[event.points[0].pointIndex]));
  }

  async #drawNow() {
    const styles = getComputedStyle(this);
    const token = (name) => styles.getPropertyValue(`--pk-${name}`).trim();
    try {
      if (!globalThis.Plotly) {
        await loadPlotly(this.source, this.askForLibrary);
        await rest();
      }
      const plotly = globalThis.Plotly;
      if (!this.#wanted) return;
      if (!this.firstElementChild) {
        const inside = document.createElement("div");
        inside.style.cssText = "position:absolute;inset:0";
        this.append(inside);
      }
      const chart = this.#chart;
      const { data, layout } = coloured(chart.figure, token);
      await plotly.react(this.firstElementChild, data, layout, { displayModeBar: false, responsive: false });
      this.#listen(chart);
      this.#drawn = chart;
      this.dataset.drawn = "";
      delete this.dataset.undrawn;
    } catch (error) {
      console.error(error);
      this.dataset.undrawn = "";
      this.dispatchEvent(new CustomEvent("undrawn", { bubbles: true }));
    }
  }
}

/** The drawing as a picture on a ground of its own, twice as fine as the screen. */
export async function pictureOf(plot, ground) {
  const figure = plot.firstElementChild;
  const { offsetWidth: width, offsetHeight: height } = figure;
  const layout = { ...figure.layout, paper_bgcolor: ground, plot_bgcolor: ground };
  return globalThis.Plotly.toImage({ data: figure.data, layout }, { format: "png", scale: 2, width, height });
}

if (globalThis.customElements && !customElements.get("pk-plot")) customElements.define("pk-plot", PlotElement);

const named = (words, able, pick) =>
  pick && (able?.filters || able?.drill) ? html`<button class="link" @click=${() => pick(able)}>${words}</button>` : words;

/** The same numbers as rows; what a chart is for those who do not see it. */
export const chartTable = (chart, pick = null) => html`<div class="scroll" tabindex="0" role="region" aria-label="The chart as a table"
  style="max-block-size:20rem;overflow:auto"><table class="table"><thead><tr>${chart.table.columns.map(
    (name, place) => html`<th scope="col" class=${place ? "n" : ""}>${name}</th>`,
  )}</tr></thead><tbody>${chart.table.rows.map(
    (row, at) => html`<tr>${row.map((cell, place) => (place ? html`<td class="n">${cell}</td>` : html`<th scope="row" class="num">${named(cell, chart.picks?.[at], pick)}</th>`))}</tr>`,
  )}</tbody></table></div>`;

/** The button that swaps a chart for its table. */
export const tableButton = (asTable, toggle) => html`<button class="btn sm quiet" aria-pressed=${asTable ? "true" : "false"}
  @click=${toggle}>${asTable ? "Show as chart" : "Show as table"}</button>`;

/** A chart, its table, or the sentence that says why there is none. */
export function chartView({ chart, asTable, held = false, height = "15rem", tall = false, source = "", library = null, pick = null, undrawn }) {
  if (!chart) return html`<span class="skel" style="block-size:${height}"></span>`;
  if (!chart.figure) return html`<p class="muted" style="display:grid;place-items:center;text-align:center;block-size:calc(${height} * .6);padding:var(--pk-4)">${chart.label}</p>`;
  if (asTable) return chartTable(chart, pick);
  return html`<pk-plot .source=${source} .askForLibrary=${library} .pick=${pick} .held=${held} .chart=${chart} @undrawn=${undrawn} style=${styleMap(tall ? { flex: "none", blockSize: height } : { flex: "1", minBlockSize: height })}></pk-plot>`;
}

export default widget("plot", (tools) => {
  let asTable = false;
  const show = (value) => {
    asTable = value;
    tools.redraw();
  };
  return (view) => html`<section class="card" style="display:flex;flex-direction:column"><header>
    ${view.title ? html`<h2 style="font-size:var(--pk-text-l)">${view.title}</h2>` : html`<span style="margin-inline-end:auto"></span>`}
    ${view.chart?.figure && view.chart.table.rows.length ? tableButton(asTable, () => show(!asTable)) : nothing}</header>
    ${chartView({ chart: view.chart, asTable, source: view.plotly, library: () => tools.ask("library"), undrawn: () => show(true) })}</section>`;
});
