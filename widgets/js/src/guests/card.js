// Guests on the teacher's desk: what they wrote, to be taken over or dismissed; links to the take.
import { html, nothing } from "../lib/dom.js";
import { onOurPage } from "../lib/base.js";
import { count } from "../lib/format.js";
import { icon, mark, markName } from "../lib/icons.js";
import { said } from "../lib/said.js";
import { stretch } from "../player/words.js";
import { drawnLine } from "../reply/told.js";
import { linkRow } from "./rows.js";

/** What is open and asked on this desk's card; one a desk. */
export class GuestCard {
  constructor(tools) {
    Object.assign(this, { tools, asked: "", made: null, copied: false, busy: false });
  }

  change(more) {
    Object.assign(this, more);
    this.tools.redraw();
  }

  /** Another take: what was made for the last one is not shown any more. */
  open(takeId) {
    if (takeId !== this.takeId) Object.assign(this, { takeId, asked: "", made: null, copied: false });
  }

  async make(event) {
    event.preventDefault();
    if (this.busy) return;
    const form = event.target;
    this.change({ busy: true });
    const made = await this.tools.attempt(this.tools.ask("guest_link", sent(form)));
    this.change({ busy: false, made: made?.link ? made : null, copied: false });
    if (!made) return;
    form.reset();
    form.closest("dialog").close();
    this.tools.say(made.link ? "The link is made." : "The link is on its way by e-mail.");
    this.tools.focus(made.link ? "[data-guest-made]" : `[data-link="${made.id}"] button`);
  }

  async copy() {
    await this.tools.attempt(navigator.clipboard.writeText(this.made.link));
    this.change({ copied: true });
    this.tools.say("Copied.");
  }

  ask(id) {
    this.change({ asked: id });
    if (id) this.tools.focus(`[data-link="${id}"] [data-sure]`);
  }

  async end(link) {
    this.change({ asked: "" });
    if (await this.tools.attempt(this.tools.ask("guest_end", { link: link.id }))) this.tools.say("The link has ended.");
  }

  async take(one) {
    const made = await this.tools.attempt(this.tools.ask("guest_take", { comment: one?.id ?? "" }));
    if (!made) return;
    this.tools.say(made.length === 1 ? "A draft comment was made of it" : `${count(made.length, "draft comment")} were made`);
    this.after();
  }

  async dismiss(one) {
    if (!(await this.tools.attempt(this.tools.ask("guest_dismiss", { comment: one.id })))) return;
    this.tools.say("Dismissed");
    this.after();
  }

  /** What was pressed is gone: the next one has the focus, or the card's title. */
  after() {
    this.tools.redraw();
    queueMicrotask(() => (this.tools.el.querySelector("[data-guest-word] button") ?? this.tools.el.querySelector("[data-guests] h2"))?.focus());
  }
}

/** What the form says, in the words of the verb. Pure. */
export function sent(form) {
  const given = new FormData(form);
  return { guest: given.get("guest") ?? "", days: Number(given.get("days")), phrase: given.get("phrase") ?? "", replies: given.get("replies") === "1", comments: given.get("comments") === "1", email: given.get("email") ?? "" };
}

export function guests({ desk, view, names }) {
  const found = view.guests;
  if (!found || (!found.links.length && !view.take.video.ready)) return nothing;
  const card = desk.guests;
  const open = found.links.filter((one) => one.state === "open");
  const over = found.links.filter((one) => one.state !== "open");
  return html`<section class="card flush o5" aria-label="Guests" data-guests><header><h2 tabindex="-1" style="font-size:var(--pk-text-l)">Guests</h2>
      <button class="btn sm" type="button" @click=${() => desk.tools.el.querySelector("dialog[data-guest-form]").showModal()}>${icon("link")}Show to a guest</button></header>
    <div class="stack tight" style="padding:0 var(--pk-4) var(--pk-4)">
    ${card.made ? once(card) : nothing}
    ${found.links.length ? nothing : html`<p class="meta">Somebody without an account can look at this one take by a link, and comment on it. Only you and your colleagues read that.</p>`}
    ${found.waiting.length > 1 ? html`<p><button class="btn sm soft" type="button" @click=${() => card.take(null)}>${icon("plus")}Take over all ${found.waiting.length}</button></p>` : nothing}</div>
    ${found.waiting.length ? html`<ul style="padding:0 var(--pk-1) var(--pk-2)">${found.waiting.map((one) => word(desk, one))}</ul>` : nothing}
    <div style="padding:0 var(--pk-4) var(--pk-3)">
    ${open.length ? html`<ul style="list-style:none;margin:0;padding:0">${open.map((one) => row(card, one))}</ul>` : nothing}
    ${found.done.length ? html`<details class="gone"><summary>${count(found.done.length, "comment")} dealt with</summary><ul>${found.done.map((one) => dealt(desk, one))}</ul></details>` : nothing}
    ${over.length ? html`<details class="gone"><summary>${count(over.length, "link")} ended</summary><ul style="list-style:none;margin:0;padding:0">${over.map((one) => row(card, one))}</ul></details>` : nothing}
    ${onOurPage() && found.links.length ? html`<p class="meta" style="margin-block-start:var(--pk-2)"><a data-go href="?view=guests">All links of your courses</a></p>` : nothing}</div>
    ${form(card, found.limits, names)}</section>`;
}

const row = (card, link) => linkRow(link, { asked: card.asked, ask: (id) => card.ask(id), end: (one) => card.end(one) });

const place = (desk, one) => one.start === null ? html`<span>Whole take</span>`
  : html`<button class="at" type="button" aria-label="Go to ${stretch(one.start, one.end)}" @click=${() => desk.clock.seek(one.start)}>${stretch(one.start, one.end)}</button>`;

const shape = (one) => (one.drawing && !one.text ? "draw" : one.kind);

const word = (desk, one) => html`<li class="cm" data-guest-word=${one.id}>${mark(shape(one))}<div><p class="by">${place(desk, one)}<span>${markName(shape(one))}</span><span>·</span><span>From guest ${one.name}</span></p>
    ${one.text ? said(one, (time) => desk.clock.seek(time)) : nothing}${drawnLine(one)}
    <p class="row wrap"><button class="btn sm" type="button" @click=${() => desk.guests.take(one)}>${icon("plus")}Take over</button>
      <button class="btn sm quiet" type="button" @click=${() => desk.guests.dismiss(one)}>${icon("x")}Dismiss</button></p></div></li>`;

const dealt = (desk, one) => html`<li class="cm">${mark(shape(one))}<div><p class="by">${place(desk, one)}<span>From guest ${one.name}, ${one.state}${one.by ? ` by ${one.by}` : ""}</span></p>
  ${one.text ? said(one, (time) => desk.clock.seek(time)) : nothing}</div></li>`;

const once = (card) => html`<div class="note good" data-guest-made tabindex="-1">${icon("circle-check")}<div style="min-inline-size:0"><span class="strong">The link, shown this once.</span>
    <p style="margin-block-start:var(--pk-2);overflow-wrap:anywhere"><code style="user-select:all">${card.made.link}</code></p>
    <p class="row wrap" style="margin-block-start:var(--pk-2)"><button class="btn sm" type="button" @click=${() => card.copy()}>${icon(card.copied ? "check" : "link")}Copy link</button><button class="btn sm quiet" type="button" @click=${() => card.change({ made: null })}>Done</button></p></div></div>`;

const form = (card, limits, names) => html`<dialog class="dlg" data-guest-form aria-label="Show to a guest"><header><h2>Show to a guest</h2>
    <button class="btn quiet icon" type="button" aria-label="Close" @click=${(event) => event.target.closest("dialog").close()}>${icon("x")}</button></header>
  <form class="dlgform" @submit=${(event) => card.make(event)}><div class="stack">
    <p class="meta">Whoever has the link sees this one take: not whose it is, nothing else. The student is told, and can end the link.</p>
    <div class="field"><label for="${names}-guest">Who is it for? (optional)</label><input class="in" id="${names}-guest" name="guest" maxlength="80" autocomplete="off"></div>
    <div class="field"><label for="${names}-days">For how many days</label><input class="in" id="${names}-days" name="days" type="number" min="1" max=${limits.longest} value=${limits.days} required style="inline-size:8rem"></div>
    <div class="field"><label for="${names}-phrase">Pass phrase (optional)</label><input class="in" id="${names}-phrase" name="phrase" minlength=${limits.phrase} maxlength="200" autocomplete="off"><p class="hint">Tell it to your guest on another way than the link.</p></div>
    ${limits.mails ? html`<div class="field"><label for="${names}-email">E-mail it to (optional)</label><input class="in" id="${names}-email" name="email" type="email" maxlength="254" autocomplete="off"><p class="hint">We send the link there, and nobody else sees it. The pass phrase is not in it.</p></div>` : nothing}
    <label class="check"><input type="checkbox" name="comments" value="1" checked><span>The guest may comment</span></label>
    <label class="check"><input type="checkbox" name="replies" value="1"><span>The guest sees the comments that are released</span></label></div>
    <footer><button class="btn quiet" type="button" @click=${(event) => event.target.closest("dialog").close()}>Cancel</button><button class="btn primary" ?disabled=${card.busy}>${icon("link")}Make the link</button></footer></form></dialog>`;
