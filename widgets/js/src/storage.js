// What is stored, by course and person, the largest first; and how much somebody may have.
import { places } from "./admin/nav.js";
import { widget } from "./lib/base.js";
import { html, nothing } from "./lib/dom.js";
import { bytes, count } from "./lib/format.js";
import { onChange } from "./lib/live.js";

export default widget("storage", (tools) => {
  const state = { asked: "", find: "" };
  const change = (more) => {
    Object.assign(state, more);
    tools.redraw();
  };
  const act = {
    change,
    ask: (one) => (change({ asked: one.id }), tools.focus("#st-size")),
    async allow(event, owner, one) {
      event.preventDefault();
      const size = new FormData(event.target).get("size");
      if (!(await tools.attempt(tools.ask("allow", { owner, id: one.id, size })))) return;
      change({ asked: "" });
      tools.say(`The quota of ${one.name} is set.`);
    },
  };
  tools.onCleanup(onChange((changes) => concerns(changes) && tools.ask("refresh").catch(() => {}), { delay: 1000 }));
  return (view) => html`${places("storage")}<div class="head"><div><h1 tabindex="-1">Storage</h1><p>${lead(view)}</p></div></div>
    <div class="stack loose">${table("course", "By course", view.courses, view, state, act)}${table("person", "By person", view.people, view, state, act)}</div>`;
}, { back: "?" });

const STORED = ["asset.", "clip.ready", "course.", "erasure.done", "exercise.changed", "history.", "original.", "quota.", "take.added", "take.corrected", "take.moved"];

/** Whether other bytes are stored after these changes, or somebody else's: most say what people do with them. */
export const concerns = (changes) => changes.some((one) => STORED.some((kind) => one.kind.startsWith(kind)));

/** What is stored in all, once, and what is free. */
export const lead = (view) =>
  `${count(view.all.videos, "stored video or clip", "stored videos and clips")}, ${bytes(view.all.size)}: ${bytes(view.all.original)} as they were sent, ${bytes(view.all.web)} copies for browsers, ${bytes(view.all.other)} pictures, clips and the rest.${view.free === null ? "" : ` ${bytes(view.free)} are free.`}${view.gone?.videos ? ` ${count(view.gone.videos, "original")}, ${bytes(view.gone.size)}, ${view.gone.videos === 1 ? "was" : "were"} removed by rule; the web copies stay.` : ""}`;

/** The share of the bar: of what one may have, else of the largest. */
export const share = (one, largest) => Math.min(1, one.size / Math.max(one.limit ?? largest, 1));

function table(owner, title, rows, view, state, act) {
  const largest = Math.max(...rows.map((one) => one.size), 1);
  return html`<section class="card flush" aria-labelledby="st-${owner}"><header><h2 id="st-${owner}" style="font-size:var(--pk-text-l)">${title}</h2><span class="meta">${rows.length}</span></header>
    ${rows.length ? html`<div class="scroll" tabindex="0" role="region" aria-label="Table of storage, ${title.toLowerCase()}"><table class="table" id="st-rows-${owner}"><thead><tr><th scope="col">${owner === "course" ? "Course" : "Person"}</th><th scope="col" class="n">Size</th><th scope="col" class="n">Originals</th><th scope="col" class="n">Copies</th><th scope="col" class="n">Other</th><th scope="col">Quota</th></tr></thead>
      <tbody>${rows.map((one) => row(owner, one, largest, state, act))}</tbody></table></div>`
    : html`<div style="padding:0 var(--pk-5) var(--pk-5)"><div class="empty"><h3>Nothing is stored yet</h3><p>Whoever sends a video stands here.</p></div></div>`}</section>`;
}

function row(owner, one, largest, state, act) {
  const full = one.limit !== null && one.size > 0.8 * one.limit;
  return html`<tr><th scope="row" style="font-weight:var(--pk-medium);min-inline-size:11rem">${one.name}${one.more ? html`<br><span class="meta">${one.more}</span>` : nothing}
      <div aria-hidden="true" style="block-size:4px;margin-block-start:var(--pk-1);border-radius:2px;background:var(--pk-line)"><div style="block-size:4px;border-radius:2px;inline-size:${Math.round(100 * share(one, largest))}%;background:var(${full ? "--pk-bad" : "--pk-accent"})"></div></div></th>
    <td class="n" style="white-space:nowrap">${bytes(one.size)}${one.shared ? html`<br><span class="meta">${bytes(one.shared)} shared</span>` : nothing}</td>
    <td class="n" style="white-space:nowrap">${bytes(one.original)}</td><td class="n" style="white-space:nowrap">${bytes(one.web)}</td><td class="n" style="white-space:nowrap">${bytes(one.other)}</td>
    <td>${state.asked === one.id ? form(owner, one, act) : html`<span class="row" style="gap:var(--pk-2);white-space:nowrap">${one.limit === null ? html`<span class="muted">No limit</span>` : bytes(one.limit)}${one.own ? html`<span class="badge">Exception</span>` : nothing}
      <button class="btn sm quiet" aria-label="Change the quota of ${one.name}" @click=${() => act.ask(one)}>Change</button></span>`}</td></tr>`;
}

const form = (owner, one, { allow, change }) => html`<form class="row" style="gap:var(--pk-2);white-space:nowrap" @submit=${(event) => allow(event, owner, one)}>
  <label class="vh" for="st-size">Quota of ${one.name}: a size, none, or empty for what holds for all</label><input class="in" id="st-size" name="size" placeholder="5 GB, none, or empty" maxlength="20" autocomplete="off" style="inline-size:11rem" .value=${one.own ? (one.limit === null ? "none" : `${one.limit}`) : ""}>
  <button class="btn sm">Set</button><button type="button" class="btn sm quiet" @click=${() => change({ asked: "" })}>Keep</button></form>`;
