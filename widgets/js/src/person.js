// One account as an admin sees it: role, places in courses, sign-ins, and what was done with it.
import { html, nothing } from "./lib/dom.js";
import { onOurPage, widget } from "./lib/base.js";
import { icon } from "./lib/icons.js";
import { onChange } from "./lib/live.js";
import { capital, inside, places } from "./admin/nav.js";
import { lines } from "./admin/lines.js";
import { count, day, when } from "./lib/format.js";

export default widget("person", (tools) => {
  const state = { role: "", sure: "", link: "", places: {}, course: "" };
  const change = (more) => {
    Object.assign(state, more);
    tools.redraw();
  };
  const act = {
    change,
    ask: tools.ask,
    /** Have it said once more; the focus goes to the button that does it. */
    check: (what) => (change({ sure: what }), tools.focus("#ps-sure")),
    async done(asked, words) {
      change({ sure: "" });
      const answer = await tools.attempt(asked);
      if (answer === undefined) return undefined;
      change({ role: "", places: {} });
      tools.say(typeof words === "function" ? words(answer) : words);
      return answer;
    },
    async reset(name) {
      const link = await act.done(tools.ask("reset"), `A link to a new password for ${name} is made.`);
      if (link) change({ link });
      tools.focus("#ps-link");
    },
    async give(event) {
      event.preventDefault();
      const { course, role } = Object.fromEntries(new FormData(event.target));
      await act.done(tools.ask("give", { course, role }), "The place is given.");
    },
  };
  tools.onCleanup(onChange(() => tools.ask("refresh").catch(() => {})));
  return (view) => html`${places("")}<div class="head"><div><h1 tabindex="-1">${view.person.name}</h1><p>${view.person.email}, ${lately(view.person)}</p></div>
      ${view.person.active ? nothing : html`<span class="badge">${icon("x")}Switched off</span>`}</div>
    <div class="co" style="margin-block-start:0"><div class="stack loose c7">${role(view, state, act)}${courses(view, state, act)}</div>
    <div class="stack loose c5">${account(view, state, act)}${log(view)}</div></div>`;
}, { back: "?" });

const lately = (one) => (one.seen ? `last seen ${when(one.seen)}` : `never signed in, added ${day(one.added)}`);
const side = "padding:0 min(var(--pk-gutter), var(--pk-5)) var(--pk-5)";

const an = (role) => `${role === "admin" ? "an" : "a"} ${role}`;

/** What becomes of somebody's places with another role, said before it is done. */
export function follows(person, role) {
  const own = person.places.length;
  if (role === "admin") return own ? `${count(own, "place")} in courses ${own === 1 ? "ends" : "end"}: an admin stands to every course as one.` : "An admin sees and changes everything here.";
  return own ? `The places in courses become places as ${an(role)}, too.` : "";
}

const sure = (words, yes, doIt, { change }) => html`<div class="note wait" role="group" aria-label="Are you sure?" style="margin-block-start:var(--pk-3)">${icon("triangle-alert")}<div>${words}
  <p class="row wrap" style="margin-block-start:var(--pk-3)"><button class="btn sm danger" id="ps-sure" @click=${doIt}>${yes}</button><button class="btn sm quiet" @click=${() => change({ sure: "", role: "", places: {} })}>Keep it as it is</button></p></div></div>`;

function role(view, state, act) {
  const { person, roles } = view;
  const chosen = state.role || person.role;
  const words = html`<span class="strong">Make ${person.name} ${an(chosen)}?</span> ${follows(person, chosen)} Every page they have open closes, and they sign in again.`;
  return html`<section class="card" aria-labelledby="ps-r"><header><h2 id="ps-r" style="font-size:var(--pk-text-l)">Role</h2></header>
    ${view.me ? html`<p>You are here as ${an(person.role)}. Another admin can change that.</p>`
    : html`<div class="field"><label for="ps-role">${person.name} is here as</label><select class="in" id="ps-role" style="max-inline-size:16rem" @change=${(event) => chosenRole(event, person, state, act)}>${roles.map((one) => html`<option value=${one} ?selected=${one === chosen} .selected=${one === chosen}>${capital(one)}</option>`)}</select><p class="hint">The role decides which pages somebody opens and how far their places reach.</p></div>`}
    ${state.sure === "role" ? sure(words, `Make them ${an(chosen)}`, () => act.done(act.ask("role", { role: chosen }), `${person.name} is ${an(chosen)} now.`), act) : nothing}</section>`;
}

function chosenRole(event, person, state, act) {
  state.role = event.target.value;
  if (state.role === person.role) act.change({ sure: "", role: "" });
  else act.check("role");
}

function courses(view, state, act) {
  const { person } = view;
  const open = view.courses.filter((one) => !person.places.some((place) => place.course === one.id));
  return html`<section class="card flush" aria-labelledby="ps-c"><header><h2 id="ps-c" style="font-size:var(--pk-text-l)">Courses</h2><span class="meta">${person.places.length || nothing}</span></header>
    ${person.places.length ? html`<ul class="entries" id="ps-places" style="padding:0 min(var(--pk-gutter), var(--pk-5)) var(--pk-4)">${person.places.map((one) => place(one, view, state, act))}</ul>`
    : inside(html`<p class="muted">${person.role === "admin" ? "An admin stands to every course as one and needs no place." : "No place in a course yet. Give one below, or send a link to join."}</p>`)}
    ${person.may.length && open.length ? html`<form class="row wrap" style="${side};align-items:end" @submit=${act.give}>
      <div class="field" style="flex:1 1 12rem;min-inline-size:0"><label for="ps-course">Give a place in</label><select class="in" id="ps-course" name="course">${open.map((one) => html`<option value=${one.id}>${one.title}</option>`)}</select></div>
      <div class="field"><label for="ps-as">as</label><select class="in" id="ps-as" name="role">${may(person, person.role)}</select></div>
      <button class="btn">${icon("plus")}Give it</button></form>` : nothing}</section>`;
}

const may = (person, chosen) => person.may.map((one) => html`<option value=${one} ?selected=${one === chosen} .selected=${one === chosen}>${capital(one)}</option>`);

function place(one, { person }, state, act) {
  const chosen = state.places[one.id] ?? one.role;
  const choose = (event) => {
    state.places = { [one.id]: event.target.value };
    if (event.target.value === one.role) act.change({ sure: "", places: {} });
    else act.check(`change ${one.id}`);
  };
  return html`<li style="padding-block:var(--pk-2)"><div class="row wrap"><span style="flex:1 1 10rem;min-inline-size:0;overflow-wrap:anywhere">${one.title}</span>
      ${person.may.length > 1 ? html`<label class="vh" for="ps-p-${one.id}">Role in ${one.title}</label><select class="in" id="ps-p-${one.id}" style="inline-size:auto;min-block-size:2.25rem;padding-block:0" @change=${choose}>${may(person, chosen)}</select>` : html`<span class="muted">${capital(one.role)}</span>`}
      <button class="btn sm quiet" aria-label="Take away: the place in ${one.title}" @click=${() => act.check(`take ${one.id}`)}>Take away</button></div>
    ${state.sure === `change ${one.id}` ? sure(html`Change the place in ${one.title} from ${one.role} to ${chosen}?`, "Change it", () => act.done(act.ask("change", { place: one.id, role: chosen }), "The place is changed."), act) : nothing}
    ${state.sure === `take ${one.id}` ? sure(html`Take the place in ${one.title} away? Takes, comments and marks stay; ${person.name} no longer sees the course.`, "Take it away", () => act.done(act.ask("take", { place: one.id }), "The place is taken away."), act) : nothing}</li>`;
}

function account(view, state, act) {
  const { person } = view;
  const off = person.active;
  return html`<section class="card" aria-labelledby="ps-a"><header><h2 id="ps-a" style="font-size:var(--pk-text-l)">Sign-in</h2><span class="meta">${person.sessions ? `${count(person.sessions, "sign-in")} open` : "not signed in"}</span></header>
    ${state.link ? once(state.link, person, () => act.change({ link: "" })) : nothing}
    <div class="stack">
      <p class="row wrap"><button class="btn" ?disabled=${!person.active} @click=${() => act.reset(person.name)}>${icon("link")}Link to a new password</button>
        <button class="btn" ?disabled=${!person.sessions} @click=${() => act.check("out")}>${icon("log-out")}Sign out everywhere</button></p>
      ${state.sure === "out" ? sure(html`Sign ${view.me ? "yourself" : person.name} out on every device?`, "Sign out", () => act.done(act.ask("sign_out", {}), (ended) => `${count(ended, "sign-in")} ended.`), act) : nothing}
      ${person.second && !view.me ? html`<p><button class="btn" @click=${() => act.check("second")}>${icon("x")}Turn the second step off</button></p>` : nothing}
      ${state.sure === "second" ? sure(html`Turn the second step of ${person.name} off? Make sure it is they who ask. Their password alone lets them in then; they are told by e-mail.`, "Turn it off", () => act.done(act.ask("reset_second", {}), `The second step of ${person.name} is off.`), act) : nothing}
      ${person.linked ? html`<p class="row wrap"><span class="muted">Signs in by an account of the provider.</span><button class="btn" @click=${() => act.check("unlink")}>${icon("x")}Unlink it</button></p>` : nothing}
      ${state.sure === "unlink" ? sure(html`Unlink the account of the provider ${view.me ? "you sign" : `${person.name} signs`} in by? Then only a password lets ${view.me ? "you" : "them"} in: without one, make a link to a new password.`, "Unlink it", () => act.done(act.ask("unlink", {}), `${person.name} does not sign in by the provider any more.`), act) : nothing}
      ${view.me ? nothing : html`<p><button class="btn ${off ? "" : "primary"}" @click=${() => (off ? act.check("off") : act.done(act.ask("switch", { active: true }), `${person.name} can sign in again.`))}>${off ? "Switch the account off" : "Switch the account on"}</button></p>`}
      ${state.sure === "off" ? sure(html`Switch the account of ${person.name} off? They are signed out and cannot sign in. Nothing is deleted, and you can switch it on again.`, "Switch it off", () => act.done(act.ask("switch", { active: false }), `The account of ${person.name} is off.`), act) : nothing}
    </div></section>`;
}

const once = (link, person, close) => html`<div class="note good" id="ps-link" tabindex="-1" style="margin-block-end:var(--pk-4)">${icon("circle-check")}<div style="min-inline-size:0"><span class="strong">Give ${person.name} this link.</span> It opens once, within an hour, and is shown this once.
  <p style="margin-block-start:var(--pk-2);overflow-wrap:anywhere"><code style="user-select:all">${link}</code></p>
  <p class="row" style="margin-block-start:var(--pk-2)"><button class="btn sm" @click=${() => navigator.clipboard?.writeText(link)}>Copy</button><button class="btn sm quiet" @click=${close}>Done</button></p></div></div>`;

const log = (view) => html`<section class="card flush" aria-labelledby="ps-l"><header><h2 id="ps-l" style="font-size:var(--pk-text-l)">Lately</h2>${onOurPage() ? html`<a data-go href="?view=audit&amp;person=${view.person.id}">The whole log</a>` : nothing}</header>
  ${view.log.length ? lines(view.log, { plain: true }) : inside(html`<p class="muted">Nothing was noted of this account yet.</p>`)}</section>`;
