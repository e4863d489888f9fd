// What the person agreed to, by purpose: give, limit, withdraw. Nothing is chosen beforehand.
import { html, nothing } from "../lib/dom.js";
import { count, day, when } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { confirm } from "../upload/dialog.js";

/** "Until 30 June 2027" as a person reads it; a day has no hour, so noon keeps it the same day. */
export const untilWords = (until) => (until ? `until ${day(`${until}T12:00:00`)}` : "without an end, until you withdraw it");

/** What is missing before a form may be sent; "" when nothing is. */
export function missing(form, levels) {
  if (!levels.some((one) => one.key === form.media)) return "Choose how much of your videos may be used.";
  return "";
}

export class Consent {
  constructor(tools) {
    Object.assign(this, { tools, form: null, problem: "", busy: false });
  }

  /** Open the form of a purpose. A first consent has nothing chosen; a change begins with what holds. */
  begin(one) {
    this.form = { purpose: one.key, media: one.held?.media ?? "", until: one.held?.until ?? "", study: "" };
    this.problem = "";
    this.tools.focus(`#md-${one.key} form input`);
  }

  leave(one) {
    this.form = null;
    this.tools.focus(`#md-${one.key} button`);
  }

  set(name, value) {
    this.form = { ...this.form, [name]: value };
    this.problem = "";
    this.tools.redraw();
  }

  async save(one) {
    this.problem = missing(this.form, one.levels);
    if (this.problem || this.busy) return this.tools.redraw();
    this.busy = true;
    const done = await this.tools.attempt(this.tools.ask("give", this.form));
    this.busy = false;
    if (done) {
      this.tools.say(`${one.title}: your consent is written down.`);
      this.leave(one);
    }
    return this.tools.redraw();
  }

  async withdraw(one, study = "") {
    const sure = await confirm({
      title: `Withdraw ${study ? `from ${study}` : `“${one.title}”`}?`,
      words: "It ends now and for everything that is given out from now on. Your lessons, your takes and your teachers' replies stay as they are.",
      yes: "Withdraw", no: "Keep it", danger: false,
    }, this.tools.el.parentElement);
    if (!sure) return;
    const held = await this.tools.attempt(this.tools.ask("withdraw", { purpose: one.key, study }));
    if (!held) return;
    this.out = held;
    this.tools.say(`${one.title}: your consent is withdrawn.${held.length ? ` ${count(held.length, "data set")} given out before held you.` : ""}`);
    this.tools.focus(`#md-${one.key} button`);
  }

  draw(view) {
    return html`<section class="sec" aria-labelledby="md-consent"><header><h2 id="md-consent">What you agreed to</h2></header>
      <p class="muted" style="max-inline-size:44rem">Learning here needs no consent. Anything beyond it does, and it is your free choice: if you say nothing, or no, nothing else changes for you.</p>
      ${this.out?.length ? html`<div class="note">${icon("info")}<div>These data sets were given out while you consented. Who holds them is to be asked to delete what is yours: ${this.out.map((one) => `${one.study} (${day(one.at)})`).join(", ")}.</div></div>` : nothing}
      <div class="stack" style="margin-block-start:var(--pk-4)">${view.purposes.map((one) => this.purpose(one, view.wording))}</div>
      ${view.history.length ? history(view.history) : nothing}</section>`;
  }

  purpose(one, wording) {
    const open = this.form?.purpose === one.key;
    return html`<article class="card stack tight" id="md-${one.key}" aria-label=${one.title}><div class="row wrap"><h3>${one.title}</h3>
        <span class="badge push ${one.held ? "is-good" : ""}">${icon(one.held ? "circle-check" : "minus")}${one.held ? "You agreed" : "You have not agreed"}</span></div>
      <p>${one.sentence}</p>
      ${one.held ? html`<p class="muted">Since ${day(one.held.since)}, ${untilWords(one.held.until)}: ${one.held.level}.</p>` : nothing}
      ${one.studies.filter((each) => each.held || one.held).map((each) => html`<p class="row wrap muted"><span>Study ${each.study}: ${each.held ? (one.held ? "included" : `you agreed, ${untilWords(each.held.until)}`) : "you are left out"}</span>
        ${each.held ? html`<button class="btn sm" @click=${() => this.withdraw(one, each.study)}>Withdraw from ${each.study}</button>` : nothing}</p>`)}
      ${open ? this.asked(one) : html`<p class="row wrap"><button class="btn ${one.held ? "" : "soft"}" @click=${() => this.begin(one)}>${one.held ? "Limit or change it" : "Agree…"}</button>
        ${one.held ? html`<button class="btn" @click=${() => this.withdraw(one)}>Withdraw</button>` : nothing}
        <span class="meta push">Wording ${one.held?.wording ?? wording}</span></p>`}</article>`;
  }

  asked(one) {
    const { form } = this;
    const id = `md-until-${one.key}`;
    return html`<form class="stack" aria-label="${one.title}: what you agree to" @submit=${(event) => {
      event.preventDefault();
      this.save(one);
    }}><fieldset class="stack tight"><legend class="strong" style="padding:0">How much of your videos?</legend>
        ${one.levels.map((level) => html`<label class="row" style="min-block-size:var(--pk-target)"><input type="radio" name="md-media-${one.key}" value=${level.key} style="inline-size:1.25rem;block-size:1.25rem;accent-color:var(--pk-accent)" .checked=${form.media === level.key} @change=${() => this.set("media", level.key)}><span>${level.words}</span></label>`)}</fieldset>
      <div class="field"><label for=${id}>Until, with that day (optional)</label><input class="in" id=${id} type="date" style="inline-size:12rem;max-inline-size:100%" .value=${form.until} @change=${(event) => this.set("until", event.target.value)}><p class="hint">Leave it empty for no end. You can withdraw at any time.</p></div>
      ${one.key === "research" ? html`<div class="field"><label for="md-study">Only for one study (optional)</label><input class="in" id="md-study" maxlength="80" autocomplete="off" .value=${form.study} @input=${(event) => this.set("study", event.target.value)}><p class="hint">Its name as on the sheet you were given. Empty means every study.</p></div>` : nothing}
      ${this.problem ? html`<p class="row" role="alert" style="color:var(--pk-bad)">${icon("triangle-alert")}${this.problem}</p>` : nothing}
      <p class="row wrap"><button class="btn primary" ?disabled=${this.busy}>I agree</button><button class="btn quiet" type="button" @click=${() => this.leave(one)}>${one.held ? "Leave it as it is" : "Not now"}</button></p></form>`;
  }
}

const history = (rows) => html`<details class="card" style="margin-block-start:var(--pk-4)"><summary>History: ${count(rows.length, "entry", "entries")}</summary>
  <ol class="stack tight" style="margin-block-start:var(--pk-3)">${rows.map((one) => html`<li><p><span class="strong">${one.what}:</span> ${one.title}${one.what === "Given" ? `, ${one.level}, ${untilWords(one.until)}` : ""}</p>
    <p class="muted">“${one.sentence}”</p><p class="meta">${when(one.at)}, wording ${one.wording}${one.by ? `, written down by ${one.by}` : ""}${one.note ? `. ${one.note}` : ""}</p></li>`)}</ol></details>`;
