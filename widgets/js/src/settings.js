// The settings in force: value, where it comes from, meaning; what is weak stands above.
import { html, nothing } from "./lib/dom.js";
import { widget } from "./lib/base.js";
import { icon } from "./lib/icons.js";
import { places } from "./admin/nav.js";
import { count, when } from "./lib/format.js";

export default widget("settings", (tools) => {
  const state = { find: "", own: false };
  const change = (more) => {
    Object.assign(state, more);
    tools.redraw();
  };
  return (view) => html`${places("settings")}<div class="head"><div><h1 tabindex="-1">Settings</h1><p>${lead(view)}</p></div>
      <div class="row wrap"><button class="chip" aria-pressed=${state.own ? "true" : "false"} @click=${() => change({ own: !state.own })}>Changed only</button>
      <label class="vh" for="se-find">Find a setting</label><input class="in" id="se-find" type="search" placeholder="Find a setting" style="inline-size:14rem" .value=${state.find} @input=${(event) => change({ find: event.target.value })}></div></div>
    <div class="stack loose">${weak(view.warnings)}${fitting(view.groups, state).map(group)}${fitting(view.groups, state).length ? nothing : none(state, change)}</div>`;
}, { back: "?" });

const lead = (view) => `They are read from the environment when the server starts${view.at ? ` (${when(view.at)})` : ""}; change them there and start it again. Secrets are never shown.`;

/** The groups with the settings that fit what is looked for; empty ones are left out. */
export function fitting(groups, { find, own }) {
  const words = find.trim().toLowerCase();
  const fits = (one) => (!own || one.source !== "default") && `${one.variable} ${one.sentence} ${one.value}`.toLowerCase().includes(words);
  return groups.map((each) => ({ ...each, settings: each.settings.filter(fits) })).filter((each) => each.settings.length);
}

const weak = (warnings) => (warnings.length
  ? html`<section class="note wait" aria-labelledby="se-w">${icon("triangle-alert")}<div><h2 id="se-w" class="strong" style="font-size:var(--pk-text)">${count(warnings.length, "setting")} ${warnings.length === 1 ? "works and is" : "work and are"} weak</h2>
    <ul class="stack tight" style="margin-block-start:var(--pk-2)">${warnings.map((one) => html`<li style="overflow-wrap:anywhere"><span class="strong">${one.name}: ${one.value}.</span> ${one.advice}</li>`)}</ul></div></section>`
  : html`<p class="note good">${icon("circle-check")}<span>No setting is weak.</span></p>`);

const side = "padding-inline:min(var(--pk-gutter), var(--pk-5))";
const SOURCES = { default: ["Default", ""], environment: ["Environment", "is-info"], "command line": ["Command line", "is-info"], file: ["File", "is-info"] };

const group = (each) => html`<section class="card flush" aria-label=${each.group}><header><h2 style="font-size:var(--pk-text-l)">${each.group}</h2></header>
  <dl style="margin:0">${each.settings.map(setting)}</dl></section>`;

function setting(one) {
  const [words, tone] = SOURCES[one.source] ?? [one.source, ""];
  return html`<div class="row wrap" style="${side};padding-block:var(--pk-3);border-block-start:1px solid var(--pk-line);align-items:start;gap:var(--pk-1) var(--pk-4)">
    <dt style="flex:1 1 20rem;min-inline-size:0;font-weight:inherit"><code style="font-size:var(--pk-text-s);overflow-wrap:anywhere">${one.variable}</code><br><span class="muted">${one.sentence}</span></dt>
    <dd class="row" style="flex:1 1 16rem;min-inline-size:0;margin:0;justify-content:space-between;align-items:start"><span class="strong" style="min-inline-size:0;overflow-wrap:anywhere">${one.secret ? html`${icon(one.value === "set" ? "check" : "minus")} ${one.value}` : one.value || html`<span class="muted">empty</span>`}</span><span class="badge ${tone}" style="flex:none">${words}</span></dd></div>`;
}

const none = (state, change) => html`<div class="empty">${icon("search")}<h2 style="font-size:var(--pk-text-l)">No such setting</h2><p>${state.own && !state.find ? "Every setting has its default." : "No name or meaning holds that."}</p><button class="btn" @click=${() => change({ find: "", own: false })}>Show all</button></div>`;
