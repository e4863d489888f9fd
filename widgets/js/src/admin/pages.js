// The pages people have open, with a way to close one that stands in the way.
import { html, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { ago, bytes, count } from "../lib/format.js";
import { inside } from "./nav.js";

/** What the list remembers and does: asking once more before a page is closed. */
export function closing(tools) {
  const state = { asked: "", closed: new Set() };
  const ask = (token, from = "") => {
    state.asked = token;
    tools.focus(`#pk-pages ${token ? ".danger" : `[data-page-token="${from}"]`}`);
  };
  const close = async (page) => {
    state.asked = "";
    tools.redraw();
    const name = await tools.attempt(tools.ask("close_page", { page: page.token }));
    if (name === undefined) return;
    state.closed.add(page.token);
    tools.redraw();
    const seen = () => (state.closed.delete(page.token), tools.redraw());
    setTimeout(() => tools.ask("pages").then(seen, seen), 2500); // by then the server has done it
    tools.say(`The page of ${name} is closed.`);
    tools.el.querySelector("#pk-open")?.focus();
  };
  return { state, ask, close };
}

const SEATS = { student: "Student", teacher: "Teacher", coordinator: "Progress", admin: "People" };

/** The pages people have open, the largest first. A page asked to close is left out at once. */
export function openPages(view, desk) {
  const rows = view.pages.filter((one) => !desk.state.closed.has(one.token));
  const head = html`<header><h2 id="pk-open" tabindex="-1" style="font-size:var(--pk-text-l)">Open pages</h2>${view.running
    ? html`<span class="meta">${rows.length} of ${view.limit}${rows.length ? html`, ${bytes(view.memory)}` : nothing}</span>` : nothing}</header>`;
  if (!view.running) return card(head, inside(html`<div class="empty">${icon("info")}<h3>The server is not running</h3><p>Open pages are listed here while it runs.</p></div>`));
  if (!rows.length) return card(head, inside(html`<div class="empty">${icon("users")}<h3>No page is open</h3><p>A page is listed as soon as somebody opens it.</p></div>`));
  return card(head, html`${view.waiting ? inside(html`<div class="note wait">${icon("clock")}<div>${count(view.waiting, "person", "people")} ${view.waiting === 1 ? "waits" : "wait"} for a page. Close one nobody uses, or set PRACTIKA_KERNELS higher.</div></div>`) : nothing}
    ${view.forks.why ? inside(html`<p class="meta">Fork server: ${view.forks.why}.</p>`) : nothing}
    <div class="scroll" tabindex="0" role="region" aria-label="Table of open pages"><table class="table" id="pk-pages"><thead><tr><th scope="col">Person</th><th scope="col">Page</th><th scope="col" class="n">Open for</th><th scope="col" class="n">Last used</th><th scope="col" class="n">Memory</th><th scope="col"><span class="vh">Close</span></th></tr></thead>
    <tbody>${rows.map((one) => openPage(one, desk))}</tbody></table></div>`);
}

const card = (head, body) => html`<section class="card flush" aria-labelledby="pk-open">${head}${body}</section>`;

function openPage(one, { state, ask, close }) {
  const asked = state.asked === one.token;
  return html`<tr><th scope="row" style="font-weight:var(--pk-medium)"><span class="row"><span class="avatar" aria-hidden="true">${one.initials}</span><span>${one.name}${one.mine ? html` <span class="meta">you</span>` : nothing}</span></span></th>
    <td>${SEATS[one.page] ?? one.page}${one.shown ? nothing : html`<br><span class="meta">nobody looks at it</span>`}${one.old ? html`<br><span class="meta">before the update</span>` : nothing}</td>
    <td class="n" style="white-space:nowrap">${ago(one.started)}</td><td class="n" style="white-space:nowrap">${lately(one.used)}</td>
    <td class="n" style="white-space:nowrap">${one.memory ? bytes(one.memory) : "–"}</td>
    <td class="n" style="white-space:nowrap">${asked
      ? html`<button class="btn sm danger" @click=${() => close(one)}>Close it</button> <button class="btn sm quiet" @click=${() => ask("", one.token)}>Keep</button>`
      : html`<button class="btn sm quiet" data-page-token=${one.token} aria-label="Close the page of ${one.name}" @click=${() => ask(one.token)}>Close</button>`}</td></tr>`;
}

const lately = (iso) => (ago(iso) === "just now" ? "just now" : `${ago(iso)} ago`);
