// The audit log: the newest first, page by page; the address holds the filters.
import { html, nothing } from "./lib/dom.js";
import { onOurPage, url, widget } from "./lib/base.js";
import { icon } from "./lib/icons.js";
import { go } from "./lib/live.js";
import { count } from "./lib/format.js";
import { inside, places } from "./admin/nav.js";
import { lines } from "./admin/lines.js";

const TYPED = 200;

/** The address of a page of the log; what is empty is left out. */
export function addressOf(wanted, after = "") {
  const query = new URLSearchParams({ view: "audit" });
  for (const [name, value] of Object.entries({ ...wanted, after })) if (value) query.set(name, value);
  return `?${query}`;
}

export default widget("audit", (tools) => {
  const state = { names: [], typed: null };
  const change = (more) => {
    Object.assign(state, more);
    tools.redraw();
  };
  const wanted = () => tools.model.get("view")?.wanted ?? {};
  const show = (more) => go(addressOf({ ...wanted(), ...more }));
  let timer = 0;
  let asked = 0;
  const act = {
    show,
    type(event) {
      const typed = event.target.value;
      change({ typed });
      clearTimeout(timer);
      if (!typed.trim()) {
        change({ names: [] });
        if (wanted().person) show({ person: "" });
        return;
      }
      timer = setTimeout(async () => {
        const mine = (asked += 1);
        const names = await tools.attempt(tools.ask("names", { typed }));
        if (mine !== asked) return;
        change({ names: names ?? [] });
        tools.say(names?.length ? count(names.length, "person", "people") : "Nobody like this");
      }, TYPED);
    },
    pick(one) {
      change({ names: [], typed: null });
      show({ person: one.id });
    },
    keys(event) {
      if (event.key === "Escape") change({ names: [], typed: null });
      if (event.key !== "ArrowDown" && event.key !== "Enter") return;
      const first = tools.el.querySelector("#au-names button");
      if (!first) return;
      event.preventDefault();
      if (event.key === "Enter") first.click();
      else first.focus();
    },
  };
  tools.onCleanup(() => clearTimeout(timer));
  // Who looks at the newest lines sees new ones come.
  const every = setInterval(() => document.hidden || !tools.model.get("view")?.first || tools.ask("refresh").catch(() => {}), 10_000);
  tools.onCleanup(() => clearInterval(every));
  return (view) => html`${places("audit")}<div class="head"><div><h1 tabindex="-1">Audit log</h1><p>Who did what, and who looked at whose video. Lines are never changed, and kept for ${view.days} days.</p></div>
      ${onOurPage() ? html`<a class="btn" href=${url(`audit.csv${csvOf(view.wanted)}`)} download>${icon("download")}CSV</a>` : nothing}</div>
    ${filters(view, state, act)}${log(view, act)}`;
}, { back: "?" });

const csvOf = (wanted) => {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  return query.size ? `?${query}` : "";
};

function filters(view, state, { show, type, pick, keys }) {
  const { wanted } = view;
  const any = Object.values(wanted).some(Boolean);
  return html`<form class="filters" role="search" aria-label="Filters" style="grid-template-columns:repeat(auto-fit, minmax(min(100%, 9.5rem), 1fr));align-items:end" @submit=${(event) => event.preventDefault()}>
    <div class="field" style="position:relative"><label for="au-person">Person</label><input class="in" id="au-person" type="search" autocomplete="off" placeholder="Anybody" .value=${state.typed ?? view.name} @input=${type} @keydown=${keys} aria-controls="au-names">
      ${state.names.length ? html`<ul id="au-names" aria-label="People" class="card" style="position:absolute;inset-block-start:100%;inset-inline:0;z-index:5;list-style:none;margin:var(--pk-1) 0 0;padding:var(--pk-1);box-shadow:var(--pk-shadow-2)">${state.names.map((one) => html`<li><button type="button" class="btn quiet" style="inline-size:100%;justify-content:start;text-align:start" @click=${() => pick(one)}><span style="min-inline-size:0;overflow-wrap:anywhere">${one.name}<br><span class="meta">${one.email}</span></span></button></li>`)}</ul>` : nothing}</div>
    <div class="field"><label for="au-kind">What</label><select class="in" id="au-kind" @change=${(event) => show({ kind: event.target.value })}><option value="" ?selected=${!wanted.kind}>Everything</option>
      ${view.kinds.map((group) => html`<optgroup label=${group.group}><option value=${group.group} ?selected=${wanted.kind === group.group}>All: ${group.group.toLowerCase()}</option>${group.kinds.map((one) => html`<option value=${one.key} ?selected=${wanted.kind === one.key}>${one.label}</option>`)}</optgroup>`)}</select></div>
    <div class="field"><label for="au-course">Course</label><select class="in" id="au-course" @change=${(event) => show({ course: event.target.value })}><option value="">Every course</option>${view.courses.map((one) => html`<option value=${one.id} ?selected=${wanted.course === one.id}>${one.title}</option>`)}</select></div>
    <div class="field"><label for="au-since">From</label><input class="in" id="au-since" type="date" .value=${wanted.since} @change=${(event) => show({ since: event.target.value })}></div>
    <div class="field"><label for="au-until">To</label><input class="in" id="au-until" type="date" .value=${wanted.until} @change=${(event) => show({ until: event.target.value })}></div>
    ${any ? html`<button type="button" class="btn quiet" @click=${() => go("?view=audit")}>${icon("x")}Clear</button>` : nothing}</form>`;
}

function log(view, { show }) {
  const any = Object.values(view.wanted).some(Boolean);
  if (!view.rows.length) {
    return html`<div class="empty">${icon("eye")}<h2 style="font-size:var(--pk-text-l)">${any || !view.first ? "Nothing like this" : "Nothing was noted yet"}</h2>
      <p>${any || !view.first ? "No line of the log fits these filters." : "Sign-ins, changes of roles, exports and views of another person's video stand here as they happen."}</p>
      ${any || !view.first ? html`<button class="btn" @click=${() => go("?view=audit")}>Show everything</button>` : nothing}</div>`;
  }
  return html`<section class="card flush" aria-label="Lines of the log" style="overflow:clip"><div id="au-lines">${lines(view.rows)}</div>
    ${view.older || !view.first ? inside(html`<nav class="row wrap" aria-label="Pages of the log" style="padding-block-start:var(--pk-4)">
      ${view.first ? nothing : html`<button class="btn sm" @click=${() => show({})}>${icon("chevron-left")}The newest</button>`}
      ${view.older ? html`<button class="btn sm push" @click=${() => go(addressOf(view.wanted, view.older))}>Older${icon("chevron-right")}</button>` : nothing}</nav>`) : nothing}</section>`;
}
