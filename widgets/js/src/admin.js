// The admin's list of people: found by name, address, role and course, a page at a time; adding one.
import { html, nothing } from "./lib/dom.js";
import { onOurPage, widget } from "./lib/base.js";
import { avatar } from "./lib/avatar.js";
import { icon } from "./lib/icons.js";
import { onChange } from "./lib/live.js";
import { capital, inside, places } from "./admin/nav.js";
import { count, day, grouped, when } from "./lib/format.js";

/** Milliseconds without a letter after which what was typed is looked for. */
const TYPED = 250;

export default widget("admin", (tools) => {
  // What is typed stands there, whatever comes meanwhile; null where nobody typed.
  const state = { given: null, busy: false, before: [], typed: null };
  const change = (more) => {
    Object.assign(state, more);
    tools.redraw();
  };
  const asked = () => {
    const { find = "", role = "", course = "", after = "" } = tools.model.get("view") ?? {};
    return { find, role, course, after };
  };
  let timer = 0;
  const seek = (more) => {
    clearTimeout(timer);
    state.before = [];
    return tools.attempt(tools.ask("find", { ...asked(), after: "", ...more }));
  };
  const act = {
    change,
    seek,
    type(event) {
      const find = event.target.value;
      state.typed = find;
      clearTimeout(timer);
      timer = setTimeout(() => seek({ find }), TYPED);
    },
    async turn(after, before) {
      if ((await tools.attempt(tools.ask("find", { ...asked(), after }))) === undefined) return;
      change({ before });
      tools.focus("#pk-p");
    },
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
    flip: (person) => tools.attempt(tools.ask("switch", { person: person.id, active: !person.active })),
  };
  tools.onCleanup(() => clearTimeout(timer));
  tools.onCleanup(onChange(() => tools.ask("refresh").catch(() => {})));
  const every = setInterval(() => document.hidden || tools.ask("refresh").catch(() => {}), 30_000);
  tools.onCleanup(() => clearInterval(every));
  return (view) => html`${places("")}<div class="head"><div><h1 tabindex="-1">People</h1><p>${lead(view.counts)}</p></div></div>
    <div class="co" style="margin-block-start:0"><div class="stack loose c7">${people(view, state, act)}</div>
    <div class="stack loose c5">${addForm(view, state, act)}</div></div>`;
});

/** How many there are: those switched on are in front. */
export function lead(counts) {
  const sum = (which) => Object.values(counts).reduce((all, one) => all + one[which], 0);
  const off = sum("off");
  return `${count(sum("on"), "person", "people")} can sign in.${off ? ` ${count(off, "account")} ${off === 1 ? "is" : "are"} switched off.` : ""}`;
}

const both = ({ on, off }) => on + off;

function people(view, state, act) {
  const roles = view.roles.filter((role) => both(view.counts[role]));
  const off = Object.values(view.counts).reduce((all, one) => all + one.off, 0);
  const chip = (role, words, number) => html`<button class="chip" aria-pressed=${view.role === role ? "true" : "false"} @click=${() => act.seek({ role: view.role === role ? "" : role })}>${words} ${grouped(number)}</button>`;
  return html`<section class="card flush" aria-labelledby="pk-p"><header><h2 id="pk-p" tabindex="-1" style="font-size:var(--pk-text-l)">Accounts</h2>
      <label class="vh" for="pk-find">Find a person</label><input class="in" id="pk-find" type="search" placeholder="Name or e-mail" autocomplete="off" style="inline-size:14rem" .value=${state.typed ?? view.find} @input=${act.type}></header>
    <div class="row wrap" style="padding:0 min(var(--pk-gutter), var(--pk-5)) var(--pk-3)">${chip("", "Everybody", Object.values(view.counts).reduce((all, one) => all + both(one), 0))}
      ${roles.map((role) => chip(role, capital(role), both(view.counts[role])))}${off ? chip("off", "Switched off", off) : nothing}
      ${view.courses.length > 1 ? html`<label class="vh" for="pk-course">Course</label><select class="in" id="pk-course" style="inline-size:auto;max-inline-size:100%;min-block-size:2rem;padding-block:0" @change=${(event) => act.seek({ course: event.target.value })}><option value="">Every course</option>${view.courses.map((one) => html`<option value=${one.id} ?selected=${one.id === view.course}>${one.title}</option>`)}</select>` : nothing}</div>
    ${view.rows.length ? html`<div class="scroll" tabindex="0" role="region" aria-label="Table of people"><table class="table" id="pk-people"><thead><tr><th scope="col">Person</th><th scope="col">Role</th><th scope="col">Last seen</th><th scope="col"><span class="vh">Account</span></th></tr></thead>
      <tbody>${view.rows.map((one) => person(one, view.me, act.flip))}</tbody></table></div>${turns(view, state, act)}`
    : inside(html`<div class="empty">${icon("users")}<h3>Nobody like this</h3><p>${view.find ? `No name or e-mail holds “${view.find}”.` : "Nobody has this role here."}</p><button class="btn" @click=${() => ((state.typed = null), act.seek({ find: "", role: "", course: "" }))}>Show everybody</button></div>`)}</section>`;
}

const turns = (view, state, { turn }) => (view.more || state.before.length
  ? html`<nav class="row" aria-label="Pages of the list" style="padding:var(--pk-3) min(var(--pk-gutter), var(--pk-5));border-block-start:1px solid var(--pk-line)">
    <button class="btn sm" ?disabled=${!state.before.length} @click=${() => turn(state.before.at(-1), state.before.slice(0, -1))}>${icon("chevron-left")}Before</button>
    <button class="btn sm push" ?disabled=${!view.more} @click=${() => turn(view.more, [...state.before, view.after])}>More${icon("chevron-right")}</button></nav>`
  : nothing);

const person = (one, me, flip) => html`<tr><th scope="row" style="font-weight:var(--pk-medium)"><span class="row">${avatar(one)}
    <span style="overflow-wrap:anywhere">${onOurPage() ? html`<a data-go href="?view=people&amp;person=${one.id}">${one.name}</a>` : one.name}<br><span class="meta">${one.email}</span></span></span></th>
  <td>${capital(one.role)}${one.places.length ? html`<br><span class="meta">${where(one.places)}</span>` : nothing}</td>
  <td style="white-space:nowrap">${one.seen ? html`${when(one.seen)}${one.sessions ? html`<br><span class="meta">${count(one.sessions, "sign-in")} open</span>` : nothing}` : html`<span class="muted">never</span><br><span class="meta">added ${day(one.added)}</span>`}</td>
  <td class="n">${one.active ? nothing : html`<span class="badge">${icon("x")}Off</span> `}${one.id === me ? html`<span class="meta">you</span>`
    : html`<button class="btn sm ${one.active ? "quiet" : ""}" aria-label="${one.active ? "Switch off" : "Switch on"} ${one.name}" @click=${() => flip(one)}>${one.active ? "Switch off" : "Switch on"}</button>`}</td></tr>`;

/** The courses somebody is in: two by name, and how many more. */
export function where(list) {
  const titles = [...new Set(list.map((one) => one.title))];
  return titles.length > 3 ? `${titles.slice(0, 2).join("; ")} and ${titles.length - 2} more` : titles.join("; ");
}

function addForm(view, state, { add, change }) {
  return html`<section class="card" aria-labelledby="pk-a"><header><h2 id="pk-a" style="font-size:var(--pk-text-l)">Add a person</h2></header>
    ${state.given ? once(state.given, () => change({ given: null })) : nothing}
    <form class="stack" id="pk-add" @submit=${add}>
    <div class="field"><label for="pk-name">Name</label><input class="in" id="pk-name" name="name" required maxlength="120" autocomplete="off"></div>
    <div class="field"><label for="pk-mail">E-mail</label><input class="in" id="pk-mail" name="email" type="email" required autocomplete="off"><p class="hint">They sign in with it.</p></div>
    <div class="field"><label for="pk-role">Role</label><select class="in" id="pk-role" name="role">${view.roles.map((role) => html`<option value=${role}>${capital(role)}</option>`)}</select></div>
    <p><button class="btn primary" ?disabled=${state.busy}>${icon("plus")}Add person</button></p></form>
    ${onOurPage() ? html`<p class="meta" style="margin-block-start:var(--pk-4)">A whole class joins faster by <a data-go href="?view=invitations">a link</a>.</p>` : nothing}</section>`;
}

const once = (given, close) => html`<div class="note good" id="pk-given" tabindex="-1" style="margin-block-end:var(--pk-4)">${icon("circle-check")}<div><span class="strong">${given.name} can sign in.</span>
  Give them this password; it is shown this once and kept nowhere.<p style="margin-block-start:var(--pk-2)"><code style="font:var(--pk-medium) var(--pk-text-l)/1.4 var(--pk-mono);user-select:all">${given.password}</code></p>
  <p class="row" style="margin-block-start:var(--pk-2)"><button class="btn sm" @click=${() => navigator.clipboard?.writeText(given.password)}>Copy</button><button class="btn sm quiet" @click=${close}>Done</button></p></div></div>`;
