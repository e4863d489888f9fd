// How everything is: parts in calm words, open pages, media work and e-mails.
import { html, nothing } from "./lib/dom.js";
import { widget } from "./lib/base.js";
import { icon } from "./lib/icons.js";
import { places } from "./admin/nav.js";
import { closing, openPages } from "./admin/pages.js";
import { retrying, work } from "./admin/work.js";
import { when } from "./lib/format.js";

export const STATES = {
  good: ["Well", "is-good", "circle-check"],
  look: ["Look at it", "is-wait", "clock"],
  bad: ["Trouble", "is-bad", "triangle-alert"],
  off: ["Not set up", "", "minus"],
};

export default widget("health", (tools) => {
  const desk = closing(tools);
  const retry = retrying(tools);
  const often = (seconds, look) => {
    const every = setInterval(() => document.hidden || look().catch(() => {}), seconds * 1000);
    tools.onCleanup(() => clearInterval(every));
  };
  often(15, () => tools.ask("refresh"));
  often(10, () => tools.ask("pages"));
  return (view) => html`${places("health")}<div class="head"><div><h1 tabindex="-1">Health</h1><p>${lead(view.condition)}</p></div></div>
    <div class="co" style="margin-block-start:0"><div class="stack loose c7">${parts(view.condition)}${openPages(view.pages, desk)}</div>
    <div class="stack loose c5">${work(view.work, retry)}</div></div>`;
}, { back: "?" });

/** The whole in one sentence. */
export function lead({ state, parts: list }) {
  const named = (which) => list.filter((one) => one.state === which).map((one) => one.title.toLowerCase()).join(", ");
  if (state === "bad") return `Something needs you: ${named("bad")}.`;
  if (state === "look") return `Everything works. Have a look at: ${named("look")}.`;
  return "Everything is well.";
}

const side = "padding-inline:min(var(--pk-gutter), var(--pk-5))";

const parts = (condition) => html`<section class="card flush" aria-labelledby="hl-p"><header><h2 id="hl-p" style="font-size:var(--pk-text-l)">Parts</h2><span class="meta">looked at ${when(condition.at)}</span></header>
  <ul id="hl-parts" style="list-style:none;margin:0;padding:0">${condition.parts.map(part)}</ul></section>`;

/** A command in a sentence stands between backticks. */
const coded = (words) => words.split("`").map((piece, place) => (place % 2 ? html`<code>${piece}</code>` : piece));

function part(one) {
  const [words, tone, sign] = STATES[one.state];
  return html`<li style="${side};padding-block:var(--pk-3);border-block-start:1px solid var(--pk-line)"><div class="row wrap" style="align-items:start;gap:var(--pk-1) var(--pk-3)">
    <span class="strong" style="flex:0 0 9rem">${one.title}</span><span style="flex:1 1 14rem;min-inline-size:0;overflow-wrap:anywhere">${one.words}${one.advice ? html`<br><span class="muted">${coded(one.advice)}</span>` : nothing}</span>
    <span class="badge ${tone}">${icon(sign)}${words}</span></div></li>`;
}
