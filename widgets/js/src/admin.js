// The admin's page: people, a way to add one, the pages they have open, health and media work.
import { html, nothing } from "./lib/dom.js";
import { onOurPage, widget } from "./lib/base.js";
import { avatar } from "./lib/avatar.js";
import { icon } from "./lib/icons.js";
import { onChange } from "./lib/live.js";
import { retrying, work } from "./admin/work.js";
import { ago, bytes, count, day, when } from "./lib/format.js";

export default widget("admin", (tools) => {
  const state = { find: asked(), role: "", given: null, busy: false, closing: "", closed: new Set() };
  const change = (more) => {
    Object.assign(state, more);
    tools.redraw();
  };
  const act = {
    change,
    async add(event) {
      event.preventDefault();
      const form = event.target;
      const args = Object.fromEntries(new FormData(form));
      change({ busy: true, given: null });
      const given = await tools.attempt(tools.ask("add", args));
      change({ busy: false, given: given ?? null });
      if (!given) return;
      form.reset();
      tools.say(`${given.name} has a sign-in.`);
      tools.el.querySelector("#pk-given")?.focus();
    },
    /** Ask once more before a page is closed; the focus goes with the question. */
    askToClose(token, from = "") {
      change({ closing: token });
      const to = token ? ".danger" : `[data-page-token="${from}"]`;
      tools.focus(`#pk-pages ${to}`);
    },
    async close(page) {
      change({ closing: "" });
      const name = await tools.attempt(tools.ask("close_page", { page: page.token }));
      if (name === undefined) return;
      state.closed.add(page.token);
      tools.redraw();
      const seen = () => (state.closed.delete(page.token), tools.redraw());
      setTimeout(() => tools.ask("pages").then(seen, seen), 2500); // by then the server has done it
      tools.say(`The page of ${name} is closed.`);
      tools.el.querySelector("#pk-open")?.focus();
    },
    flip: (person) => tools.attempt(tools.ask("switch", { person: person.id, active: !person.active })),
  };
  tools.onCleanup(onChange(() => tools.ask("refresh").catch(() => {})));
  const often = (seconds, look) => {
    const every = setInterval(() => document.hidden || look().catch(() => {}), seconds * 1000);
    tools.onCleanup(() => clearInterval(every));
  };
  often(30, () => tools.ask("refresh"));
  often(10, () => tools.ask("pages"));
  const retry = retrying(tools);
  return (view) => html`<div class="head"><div><h1 tabindex="-1">People and health</h1><p>${lead(view)}</p></div>${onOurPage() ? html`<div class="row wrap"><a class="btn" data-go href="?view=courses">${icon("layers-2")}Courses</a><a class="btn" data-go href="?view=exercises">${icon("music")}Exercises</a><a class="btn" data-go href="?view=storage">Storage</a><a class="btn" data-go href="?view=invitations">${icon("users")}Invite</a></div>` : nothing}</div>
    <div class="co" style="margin-block-start:0"><div class="stack loose c7">${people(view, state, act)}${openPages(view.pages, state, act)}</div>
    <div class="stack loose c5">${addForm(view, state, act)}${health(view.health)}${work(view.work, retry)}</div></div>`;
});

const lead = ({ people, health }) =>
  `${people.filter((one) => one.active).length} people can sign in. ${health.ok ? "Everything answers." : "Something does not answer; see Health."}`;

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

function people(view, state, { change, flip }) {
  const find = state.find.trim().toLowerCase();
  const rows = view.people.filter((one) => (!state.role || one.role === state.role) && (!find || `${one.name} ${one.email}`.toLowerCase().includes(find)));
  const roles = view.roles.filter((role) => view.people.some((one) => one.role === role));
  return html`<section class="card flush" aria-labelledby="pk-p"><header><h2 id="pk-p" style="font-size:var(--pk-text-l)">People</h2>
      <label class="vh" for="pk-find">Find a person</label><input class="in" id="pk-find" type="search" placeholder="Name or e-mail" style="inline-size:14rem" .value=${state.find} @input=${(event) => change({ find: event.target.value })}></header>
    <div class="row wrap" style="padding:0 min(var(--pk-gutter), var(--pk-5)) var(--pk-3)"><button class="chip" aria-pressed=${state.role ? "false" : "true"} @click=${() => change({ role: "" })}>Everybody ${view.people.length}</button>
      ${roles.map((role) => html`<button class="chip" aria-pressed=${state.role === role ? "true" : "false"} @click=${() => change({ role: state.role === role ? "" : role })}>${capital(role)} ${view.people.filter((one) => one.role === role).length}</button>`)}</div>
    ${rows.length ? html`<div class="scroll" tabindex="0" role="region" aria-label="Table of people"><table class="table" id="pk-people"><thead><tr><th scope="col">Person</th><th scope="col">Role</th><th scope="col">Last sign-in</th><th scope="col"><span class="vh">Account</span></th></tr></thead>
      <tbody>${rows.map((one) => person(one, view.me, flip))}</tbody></table></div>`
    : html`<div style="padding:0 var(--pk-5) var(--pk-5)"><div class="empty">${icon("users")}<h3>Nobody like this</h3><p>No name or e-mail holds “${state.find}”.</p><button class="btn" @click=${() => change({ find: "", role: "" })}>Show everybody</button></div></div>`}</section>`;
}

/** Whom a link asks for: "?find=Mira". */
const asked = () => (onOurPage() && new URLSearchParams(location.search).get("find")) || "";

const person = (one, me, flip) => html`<tr><th scope="row" style="font-weight:var(--pk-medium)"><span class="row">${avatar(one)}
    <span>${one.name}<br><span class="meta">${one.email}</span></span></span></th>
  <td>${capital(one.role)}${one.courses.length ? html`<br><span class="meta">${one.courses.join(", ")}</span>` : nothing}</td>
  <td style="white-space:nowrap">${one.seen ? when(one.seen) : html`<span class="muted">never</span><br><span class="meta">added ${day(one.added)}</span>`}</td>
  <td class="n">${one.active ? nothing : html`<span class="badge">${icon("x")}Off</span> `}${one.id === me ? html`<span class="meta">you</span>`
    : html`<button class="btn sm ${one.active ? "quiet" : ""}" aria-label="${one.active ? "Switch off" : "Switch on"} ${one.name}" @click=${() => flip(one)}>${one.active ? "Switch off" : "Switch on"}</button>`}</td></tr>`;

const SEATS = { student: "Student", teacher: "Teacher", coordinator: "Progress", admin: "People" };

/** The pages people have open, the largest first. A page asked to close is left out at once. */
function openPages(view, state, act) {
  const rows = view.pages.filter((one) => !state.closed.has(one.token));
  const head = html`<header><h2 id="pk-open" tabindex="-1" style="font-size:var(--pk-text-l)">Open pages</h2>${view.running
    ? html`<span class="meta">${rows.length} of ${view.limit}${rows.length ? html`, ${bytes(view.memory)}` : nothing}</span>` : nothing}</header>`;
  const inside = (more) => html`<div style="padding:0 min(var(--pk-gutter), var(--pk-5)) var(--pk-5)">${more}</div>`;
  if (!view.running) return pagesCard(head, inside(html`<div class="empty">${icon("info")}<h3>The server is not running</h3><p>Open pages are listed here while it runs.</p></div>`));
  if (!rows.length) return pagesCard(head, inside(html`<div class="empty">${icon("users")}<h3>No page is open</h3><p>A page is listed as soon as somebody opens it.</p></div>`));
  return pagesCard(head, html`${view.waiting ? inside(html`<div class="note wait">${icon("clock")}<div>${count(view.waiting, "person", "people")} ${view.waiting === 1 ? "waits" : "wait"} for a page. Close one nobody uses, or set PRACTIKA_KERNELS higher.</div></div>`) : nothing}
    ${view.forks.why ? inside(html`<p class="meta">Fork server: ${view.forks.why}.</p>`) : nothing}
    <div class="scroll" tabindex="0" role="region" aria-label="Table of open pages"><table class="table" id="pk-pages"><thead><tr><th scope="col">Person</th><th scope="col">Page</th><th scope="col" class="n">Open for</th><th scope="col" class="n">Last used</th><th scope="col" class="n">Memory</th><th scope="col"><span class="vh">Close</span></th></tr></thead>
    <tbody>${rows.map((one) => openPage(one, state, act))}</tbody></table></div>`);
}

const pagesCard = (head, body) => html`<section class="card flush" aria-labelledby="pk-open">${head}${body}</section>`;

function openPage(one, state, { askToClose, close }) {
  const asked = state.closing === one.token;
  return html`<tr><th scope="row" style="font-weight:var(--pk-medium)"><span class="row">${avatar(one)}<span>${one.name}${one.mine ? html` <span class="meta">you</span>` : nothing}</span></span></th>
    <td>${SEATS[one.page] ?? one.page}${one.shown ? nothing : html`<br><span class="meta">nobody looks at it</span>`}${one.old ? html`<br><span class="meta">before the update</span>` : nothing}</td>
    <td class="n" style="white-space:nowrap">${ago(one.started)}</td><td class="n" style="white-space:nowrap">${lately(one.used)}</td>
    <td class="n" style="white-space:nowrap">${one.memory ? bytes(one.memory) : "–"}</td>
    <td class="n" style="white-space:nowrap">${asked
      ? html`<button class="btn sm danger" @click=${() => close(one)}>Close it</button> <button class="btn sm quiet" @click=${() => askToClose("", one.token)}>Keep</button>`
      : html`<button class="btn sm quiet" data-page-token=${one.token} aria-label="Close the page of ${one.name}" @click=${() => askToClose(one.token)}>Close</button>`}</td></tr>`;
}

const lately = (iso) => (ago(iso) === "just now" ? "just now" : `${ago(iso)} ago`);

function addForm(view, state, { add, change }) {
  return html`<section class="card" aria-labelledby="pk-a"><header><h2 id="pk-a" style="font-size:var(--pk-text-l)">Add a person</h2></header>
    ${state.given ? once(state.given, () => change({ given: null })) : nothing}
    <form class="stack" id="pk-add" @submit=${add}>
    <div class="field"><label for="pk-name">Name</label><input class="in" id="pk-name" name="name" required maxlength="120" autocomplete="off"></div>
    <div class="field"><label for="pk-mail">E-mail</label><input class="in" id="pk-mail" name="email" type="email" required autocomplete="off"><p class="hint">They sign in with it.</p></div>
    <div class="field"><label for="pk-role">Role</label><select class="in" id="pk-role" name="role">${view.roles.map((role) => html`<option value=${role}>${capital(role)}</option>`)}</select></div>
    <p><button class="btn primary" ?disabled=${state.busy}>${icon("plus")}Add person</button></p></form></section>`;
}

const once = (given, close) => html`<div class="note good" id="pk-given" tabindex="-1" style="margin-block-end:var(--pk-4)">${icon("circle-check")}<div><span class="strong">${given.name} can sign in.</span>
  Give them this password; it is shown this once and kept nowhere.<p style="margin-block-start:var(--pk-2)"><code style="font:var(--pk-medium) var(--pk-text-l)/1.4 var(--pk-mono);user-select:all">${given.password}</code></p>
  <p class="row" style="margin-block-start:var(--pk-2)"><button class="btn sm" @click=${() => navigator.clipboard?.writeText(given.password)}>Copy</button><button class="btn sm quiet" @click=${close}>Done</button></p></div></div>`;

function health(view) {
  const line = (name, words) => html`<dt>${name}</dt><dd>${words}</dd>`;
  return html`<section class="card flush" aria-labelledby="pk-h"><header>${html`<h2 id="pk-h" style="font-size:var(--pk-text-l)">Health</h2>`}
      <span class="badge ${view.ok ? "is-good" : "is-bad"}">${icon(view.ok ? "circle-check" : "triangle-alert")}${view.ok ? "All well" : "Trouble"}</span></header>
    <div style="padding:0 min(var(--pk-gutter), var(--pk-5)) var(--pk-4)"><dl style="grid-template-columns:max-content 1fr;display:grid;gap:.375rem var(--pk-4);overflow-wrap:anywhere">${line("Record", view.record)}${line("Videos", view.media)}</dl></div></section>`;
}
