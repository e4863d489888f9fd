// Links to join by: making one, copying it this once, who joined, revoking.
import { places } from "./admin/nav.js";
import { onOurPage, widget } from "./lib/base.js";
import { html, nothing } from "./lib/dom.js";
import { count, when } from "./lib/format.js";
import { icon } from "./lib/icons.js";
import { LETTERS } from "./lib/letters.js";
import { onChange } from "./lib/live.js";

export default widget("invitations", (tools) => {
  const state = { course: null, role: "", made: null, copied: "", busy: false, asked: "" };
  const change = (more) => {
    Object.assign(state, more);
    tools.redraw();
  };
  const act = {
    change,
    async make(event) {
      event.preventDefault();
      if (state.busy) return;
      const form = event.target;
      change({ busy: true, made: null });
      const made = await tools.attempt(tools.ask("make", sent(form)));
      change({ busy: false, made: made ?? null, copied: "" });
      if (!made) return;
      form.reset();
      tools.say(!made[0].link ? "On the way." : made.length > 1 ? `${made.length} links are made.` : "The link is made.");
      tools.focus("#iv-made");
    },
    async copy(words, key) {
      await tools.attempt(navigator.clipboard.writeText(words));
      change({ copied: key });
      tools.say("Copied.");
    },
    ask: (one) => (change({ asked: one.id }), tools.focus("#iv-list .danger")),
    async revoke(one) {
      change({ asked: "" });
      if (await tools.attempt(tools.ask("revoke", { invitation: one.id }))) tools.say("The invitation is revoked.");
    },
  };
  tools.onCleanup(onChange(() => tools.ask("refresh").catch(() => {})));
  // What becomes of an e-mail happens in the worker, which tells no page.
  const every = setInterval(() => document.hidden || tools.ask("refresh").catch(() => {}), 20_000);
  tools.onCleanup(() => clearInterval(every));
  return (view) => html`${places("invitations")}<div class="head"><div><h1 tabindex="-1">Invitations</h1><p>Whoever has a link joins with it: with a new account, or with the one they have.</p></div>${onOurPage() ? html`<a class="btn" data-go href="?view=guests">${icon("eye")}Guests</a>` : nothing}</div>
    <div class="co" style="margin-block-start:0"><div class="stack loose c5">${form(view, state, act)}</div><div class="stack loose c7">${list(view.rows, state, act)}</div></div>`;
}, { back: "?" });

/** What the form says, in the words of the verb. */
export function sent(form) {
  const said = Object.fromEntries(new FormData(form));
  return { role: said.role, course: said.course ?? "", section: said.section ?? "", uses: Number(said.uses), days: Number(said.days), emails: said.emails ?? "", send: said.send === "1" };
}

/** The course whose roles and sections the form offers. */
export const chosen = (offers, id) => offers.find((one) => one.id === id) ?? offers[0];

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
const titled = (one) => (one.id ? `${one.title}${one.term ? `, ${one.term}` : ""}` : "No course (admin)");

function form(view, state, { make, change, copy }) {
  const here = chosen(view.offers, state.course);
  const field = (id, label, inside, hint = "") => html`<div class="field"><label for=${id}>${label}</label>${inside}${hint ? html`<p class="hint">${hint}</p>` : nothing}</div>`;
  const options = (rows, now = "") => rows.map(([value, words]) => html`<option value=${value} ?selected=${value === now}>${words}</option>`);
  return html`<section class="card" aria-labelledby="iv-n"><header><h2 id="iv-n" style="font-size:var(--pk-text-l)">Invite people</h2></header>
    ${state.made ? once(state, copy, () => change({ made: null })) : nothing}
    <form class="stack" id="iv-form" @submit=${make}>
    ${field("iv-course", "Course", html`<select class="in" id="iv-course" name="course" @change=${(event) => change({ course: event.target.value })}>${options(view.offers.map((one) => [one.id, titled(one)]), here.id)}</select>`)}
    ${field("iv-role", "They join as", html`<select class="in" id="iv-role" name="role">${options(here.roles.map((role) => [role, capital(role)]))}</select>`)}
    ${here.sections.length ? field("iv-section", "Section", html`<select class="in" id="iv-section" name="section">${options([["", "None"], ...here.sections.map((one) => [one, one])])}</select>`) : nothing}
    <div class="row wrap" style="align-items:start">${field("iv-uses", "How many may join", html`<input class="in" id="iv-uses" name="uses" type="number" min="1" max=${view.most_uses} value="1" required style="inline-size:8rem">`)}
      ${field("iv-days", "For how many days", html`<input class="in" id="iv-days" name="days" type="number" min="1" max=${view.longest_days} value="14" required style="inline-size:8rem">`)}</div>
    ${field("iv-emails", "E-mail addresses (optional)", html`<textarea class="in" id="iv-emails" name="emails" rows="3" autocomplete="off"></textarea>`, "One per line. Each gets a link of its own that only this address can use, once.")}
    ${view.mails ? html`<label class="check"><input type="checkbox" name="send" value="1"><span>Send the links to these addresses</span></label>` : nothing}
    <p><button class="btn primary" ?disabled=${state.busy}>${icon("link")}Make the link</button></p></form></section>`;
}

function once({ made, copied }, copy, close) {
  if (!made[0].link) return html`<div class="note good" id="iv-made" tabindex="-1" style="margin-block-end:var(--pk-4)">${icon("circle-check")}<div>${count(made.length, "e-mail")} ${made.length > 1 ? "are" : "is"} on the way. The list says what became of ${made.length > 1 ? "them" : "it"}.</div></div>`;
  const all = made.map((one) => (one.email ? `${one.email} ${one.link}` : one.link)).join("\n");
  return html`<div class="note good" id="iv-made" tabindex="-1" style="margin-block-end:var(--pk-4)">${icon("circle-check")}<div style="min-inline-size:0"><span class="strong">${made.length > 1 ? `${made.length} links` : "The link"}, shown this once.</span>
    ${made.map((one) => html`<p style="margin-block-start:var(--pk-2);overflow-wrap:anywhere">${one.email ? html`${one.email}<br>` : nothing}<code style="user-select:all">${one.link}</code></p>`)}
    <p class="row wrap" style="margin-block-start:var(--pk-2)"><button class="btn sm" @click=${() => copy(all, "all")}>${icon(copied ? "check" : "link")}${made.length > 1 ? "Copy all" : "Copy link"}</button><button class="btn sm quiet" @click=${close}>Done</button></p></div></div>`;
}

function list(rows, state, act) {
  return html`<section class="card flush" aria-labelledby="iv-l"><header><h2 id="iv-l" style="font-size:var(--pk-text-l)">Made so far</h2></header>
    ${rows.length ? html`<ul id="iv-list" style="list-style:none;margin:0;padding:0">${rows.map((one) => row(one, state, act))}</ul>`
    : html`<div style="padding:0 var(--pk-5) var(--pk-5)"><div class="empty">${icon("users")}<h3>Nobody is invited yet</h3><p>A link you make stands here, with who joined by it.</p></div></div>`}</section>`;
}

/** What became of its e-mail, for a person. */
const TONES = { open: "is-good", "used up": "", expired: "", revoked: "" };

function row(one, state, { ask, revoke, change }) {
  const what = [capital(one.role), one.course, one.section && `section ${one.section}`].filter(Boolean).join(", ");
  return html`<li style="padding:var(--pk-3) min(var(--pk-gutter), var(--pk-5));border-block-start:1px solid var(--pk-line)"><div class="row wrap" style="align-items:start">
    <div style="flex:1;min-inline-size:12rem;overflow-wrap:anywhere"><span class="strong">${what}</span> <span class="badge ${TONES[one.state] ?? ""}">${capital(one.state)}</span>
      <p class="meta">${one.email ? html`${one.email}, ` : nothing}${one.letter ? `${LETTERS[one.letter]}, ` : nothing}${one.used} of ${count(one.uses, "use")}, until ${when(one.until)}${one.by ? html`, by ${one.by}` : nothing}</p>
      ${one.joined.length ? html`<p class="meta">Joined: ${one.joined.map((each) => `${each.name} (${when(each.at)})`).join(", ")}</p>` : nothing}</div>
    ${one.state !== "open" ? nothing : state.asked === one.id
      ? html`<span class="row"><button class="btn sm danger" @click=${() => revoke(one)}>Revoke it</button><button class="btn sm quiet" @click=${() => change({ asked: "" })}>Keep</button></span>`
      : html`<button class="btn sm quiet" aria-label="Revoke the invitation ${what}" @click=${() => ask(one)}>Revoke</button>`}</div></li>`;
}
