// The coordinator's page: numbers first, charts drawn after them when they are in sight.
import { html, nothing } from "./lib/dom.js";
import { onOurPage, url, widget } from "./lib/base.js";
import { icon } from "./lib/icons.js";
import { onChange } from "./lib/live.js";
import { FILTERS, readAddress, sortWord, write, writeAddress } from "./progress/address.js";
import { explained, explanation, figures } from "./progress/figures.js";
import { studentsTable } from "./progress/students.js";
import { outline, skeleton } from "./progress/skeleton.js";
import { filterForm, picked } from "./progress/filters.js";
import { printAll } from "./progress/paper.js";
import { chartTools, drawing, SECTIONS, sections, Wanted } from "./progress/sections.js";
import { explainedOne, sheet } from "./progress/sheet.js";
import { targetsDialog } from "./progress/targets.js";
import { versus } from "./progress/versus.js";
import { waitingTable } from "./progress/waiting.js";

const title = (words) => html`<h2 style="font-size:var(--pk-text-l)">${words}</h2>`;
const NARROW = "(max-width: 47.99rem)";

export default widget("progress", (tools) => {
  const state = { ...readAddress(), asTable: {}, busy: false, sections: {}, found: null, versus: {}, aim: {}, order: null, more: false };
  const desk = new Desk(tools, state);
  tools.onCleanup(onChange(() => desk.refresh()));
  const arrive = () => desk.arrive();
  addEventListener("practika:went", arrive);
  tools.onCleanup(() => removeEventListener("practika:went", arrive));
  if (onOurPage()) desk.arrive();
  else state.filters = { ...(tools.model.get("view")?.filters ?? {}) };
  const width = matchMedia(NARROW);
  width.addEventListener("change", tools.redraw);
  tools.onCleanup(() => width.removeEventListener("change", tools.redraw));

  return (view) => {
    if (view.figures) return page(view, state, desk);
    if (!view.pending) return skeleton;
    desk.count();
    return outline(view);
  };
}, { back: "?" });

/** What can be done on the page; the state is the address, what it stands for is asked in Python. */
class Desk {
  constructor(tools, state) {
    Object.assign(this, { tools, state });
    this.wanted = new Wanted(tools, state);
    this.narrow = () => matchMedia(NARROW).matches;
    this.watch = this.wanted.watch;
    this.library = () => tools.ask("library");
  }

  get #view() {
    return this.tools.model.get("view") ?? {};
  }

  change = (more) => {
    const order = more.sort && sortWord(more.sort) !== sortWord(this.state.sort);
    Object.assign(this.state, more);
    writeAddress(this.state);
    if ("rows" in more) this.#findRows();
    if (order) this.#sort();
    this.tools.redraw();
  };

  choose = async (filters, { quiet = false } = {}) => {
    const { state } = this;
    state.busy = true;
    if (!quiet) this.change({ filters, rows: "" });
    const done = await this.tools.attempt(this.tools.ask("choose", { filters, sort: sortWord(state.sort) }));
    state.busy = false;
    if (done === undefined) state.filters = { ...(this.#view.filters ?? {}) };
    Object.assign(state, { order: null });
    this.change({});
    this.#outdate();
  };

  pick = (pick) => {
    if (pick?.filters) this.choose(picked(this.state.filters, pick.filters));
    else if (pick?.drill) this.change({ rows: pick.drill });
  };

  compare = (more) => {
    this.change(more);
    this.#compareNow();
  };

  /** Called when the comparison's place is drawn: an address may name two groups already. */
  ready = () => {
    if (this.state.a && this.state.b && !this.state.versus.key) this.#compareNow();
  };

  aim = async (course, typed) => {
    try {
      await this.tools.ask("aim", { course, typed });
      this.tools.say("Targets kept");
      return "";
    } catch (error) {
      return error.sentence ?? "The targets could not be kept. Try again.";
    }
  };

  query = (more) => {
    const chosen = Object.entries(this.state.filters).filter(([, value]) => value);
    return new URLSearchParams([...Object.entries(more), ...chosen]).toString();
  };

  link = async () => {
    await navigator.clipboard?.writeText(location.origin + location.pathname + write(this.state)).catch(() => {});
    this.tools.say("Link to this view copied");
    this.change({ copied: true });
  };

  print = () => printAll(this.tools.el, this.wanted, SECTIONS.map(([name]) => name));

  /** Ask for the numbers once the page's head is on the screen: adding up holds the kernel. */
  count = () => {
    if (this.counting) return;
    this.counting = requestAnimationFrame(() => setTimeout(() => this.tools.attempt(this.tools.ask("refresh"))));
  };

  refresh = async () => {
    await this.tools.ask("refresh").catch(() => {});
    this.#outdate();
  };

  arrive() {
    const { state } = this;
    const before = state.rows;
    Object.assign(state, readAddress());
    if (state.rows !== before || (state.rows && !state.found)) this.#findRows();
    if (state.explain && SECTIONS.some(([name]) => name === state.explain)) this.wanted.want(state.explain);
    const there = this.#view.filters ?? {};
    if (FILTERS.some((name) => (state.filters[name] ?? "") !== (there[name] ?? ""))) this.choose(state.filters, { quiet: true });
    else this.tools.redraw();
  }

  #outdate() {
    this.wanted.outdate();
    if (this.state.rows) this.#findRows(false);
    if (this.state.a && this.state.b) this.#compareNow();
    if (this.state.order) this.#sort();
  }

  /** Keep the rows that are wanted at hand; those of before stay until these are here. */
  async #findRows(anew = true) {
    const { state } = this;
    const about = state.rows;
    if (anew) state.found = about ? {} : null;
    if (!about) return;
    const found = await this.tools.ask("rows", { about, filters: state.filters }).catch((error) => ({ title: "Rows", columns: [], rows: [], links: [], total: 0, csv: "", sentence: error.sentence ?? "The rows could not be read." }));
    if (state.rows === about) state.found = found;
    this.tools.redraw();
  }

  /** A table longer than what the page was sent is put in order where all of it is. */
  async #sort() {
    const { state } = this;
    if ((this.#view.students_total ?? 0) <= (this.#view.students?.length ?? 0)) return;
    const sort = sortWord(state.sort);
    const found = await this.tools.attempt(this.tools.ask("students", { filters: state.filters, sort }));
    if (found && sort === sortWord(state.sort)) state.order = found;
    this.tools.redraw();
  }

  async #compareNow() {
    const { state } = this;
    const { a, b, filters } = state;
    if (!a || !b) return;
    const key = JSON.stringify([a, b, filters]);
    state.versus = { ...state.versus, key };
    const found = await this.tools.attempt(this.tools.ask("compare", { a, b, filters }));
    if (found && state.versus.key === key) state.versus = { ...state.versus, found };
    this.tools.redraw();
  }
}

const openTargets = (event) => event.target.closest(".pk").querySelector("dialog[data-targets]").showModal();

function head(view, state, desk) {
  return html`<div class="head"><div><h1 tabindex="-1">${view.title}</h1><p>${view.empty || view.line}</p></div>
    <div class="row wrap">${view.targets?.may && onOurPage() ? html`<a class="btn" data-go href="?view=courses">${icon("layers-2")}Courses</a><a class="btn" data-go href="?view=invitations">${icon("users")}Invite</a>` : nothing}${view.targets?.may ? html`<button class="btn" @click=${openTargets}>${icon("trending-up")}Targets</button>` : nothing}
    ${onOurPage() ? html`<button class="btn" @click=${desk.link}>${icon(state.copied ? "check" : "link")}Copy link</button>` : nothing}
    <button class="btn" @click=${desk.print}>${icon("printer")}Print</button>
    <a class="btn" href=${url(view.csv)} download="practika-progress.csv">${icon("download")}CSV</a></div></div>`;
}

/** One of the two charts that come with the numbers. */
function first(name, words, lead, width, view, state, desk, more = nothing) {
  const found = { chart: view.charts[name], csv: `progress/chart.csv?${desk.query({ section: name })}` };
  const key = `chart-${name}`;
  return html`<section class="card ${width}" style="display:flex;flex-direction:column"><header>${title(words)}${chartTools(name, words, found, key, state, desk)}</header>
    <p class="meta" style="margin-block-end:var(--pk-3)">${lead}</p>
    ${state.explain === key && !desk.narrow() ? html`<div class="explain inset" id="pk-explain">${explained(explainedOne(view, state), view, state, desk)}</div>` : nothing}
    ${drawing(name, found.chart, view, state, desk)}${more}</section>`;
}

function page(view, state, desk) {
  const drawn = view.charts.turnaround.figure && !state.asTable.turnaround;
  return html`${head(view, state, desk)}
  ${view.empty && !view.options.courses.length ? nothing : html`
  ${filterForm(view, state, desk)}
  <section class="card flush" aria-label="Overview" aria-busy=${state.busy ? "true" : "false"}>${figures(view, state, desk)}${explanation(view, state, desk)}</section>
  <div class="co">
    ${first("turnaround", "How fast replies come", "Share of takes answered, by time since submission", "c7", view, state, desk, drawn ? legend : nothing)}
    ${waitingTable(view)}
    ${first("weekly", "Takes a week", "Submitted takes in each full week, by its Monday; a press narrows the page to it", "c7", view, state, desk)}
    ${sections(view, state, desk)}
    ${studentsTable(view, state, desk.change)}
    ${versus(view, state, desk)}
  </div>
  ${sheet(view, state, desk)}${targetsDialog(view, state, desk)}`}`;
}

const legend = html`<p class="legend" style="margin-block-start:var(--pk-3)">
  <span><i style="inline-size:1.25rem;block-size:.75rem;background:var(--pk-data-1);opacity:.3"></i>95 % interval</span>
  <span><i style="inline-size:2px;block-size:.875rem;background:var(--pk-data-1)"></i>no answer up to that age</span></p>`;
