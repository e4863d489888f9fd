// Questions about exemplars: what a student is asked and answered; how it stands for teachers.
import { html, nothing } from "../lib/dom.js";
import { onOurPage, url } from "../lib/base.js";
import { count, when } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { told } from "./exemplars.js";

const STATES = {
  asked: ["is-wait", "clock", "Asked"],
  shown: ["is-good", "circle-check", "The class sees it"],
  refused: ["", "minus", "No"],
  "taken back": ["", "undo-2", "Taken back"],
};

export const stateBadge = (state) => html`<span class="badge ${STATES[state]?.[0] ?? ""}">${icon(STATES[state]?.[1] ?? "info")}${STATES[state]?.[2] ?? state}</span>`;

export class Questions {
  constructor(tools) {
    Object.assign(this, { tools, named: new Map(), busy: false });
  }

  draw(view) {
    if (!view.questions.length) return nothing;
    const mine = view.questions.filter((one) => one.mine);
    const others = view.questions.filter((one) => !one.mine && one.state !== "shown");
    return html`${mine.length ? this.own(mine) : nothing}${others.length ? this.asked(others) : nothing}`;
  }

  own(list) {
    const open = list.filter((one) => one.state === "asked");
    const rest = list.filter((one) => one.state !== "asked");
    return html`<section class="sec" aria-labelledby="lb-q"><header><h2 id="lb-q">${open.length ? "May the class see it?" : "What you were asked"}</h2></header>
      <div class="stack">${open.map((one) => this.question(one))}
      ${rest.length ? html`<div class="card flush"><ul class="entries" style="padding:0 min(var(--pk-gutter), var(--pk-5))">${rest.map((one) => this.answered(one))}</ul></div>` : nothing}</div></section>`;
  }

  /** Nothing is chosen beforehand but the careful thing: without the name. */
  question(one) {
    const id = `lb-name-${one.id}`;
    return html`<article class="card stack tight" data-question=${one.id} aria-label="${one.asked_by} asks about ${one.exercise.title}, take ${one.number}">
      <h3>${one.asked_by} asks: may the class see ${one.part ? "a part of " : ""}your take ${one.number} of ${one.exercise.title}?</h3>
      <p>“${one.sentence}”</p>
      ${this.goesWith(one)}
      <p class="muted">It is your free choice. If you say no, or nothing, nothing changes for you, and nobody asks about this take again after a no.</p>
      <label class="check" for=${id}><input id=${id} type="checkbox" .checked=${this.named.get(one.id) ?? false} @change=${(event) => (this.named.set(one.id, event.target.checked), this.tools.redraw())}><span>Show my name with it</span></label>
      <p class="row wrap"><button class="btn soft" ?disabled=${this.busy} @click=${() => this.answer(one, true)}>Yes, the class may see it</button><button class="btn" ?disabled=${this.busy} @click=${() => this.answer(one, false)}>No</button>
        ${onOurPage() ? html`<a class="btn quiet" href="?take=${one.take_id}" data-go>${icon("eye")}Look at the take</a>` : nothing}</p></article>`;
  }

  goesWith(one) {
    const with_ = [one.words ? "what is written below" : "", one.reply ? "the comment below" : "", one.with_marks ? "your marks on it" : ""].filter(Boolean);
    return html`${one.part && one.video.ready ? html`<video style="inline-size:100%;max-inline-size:26rem;border-radius:var(--pk-radius)" controls playsinline preload="none" src=${url(one.video.src)} aria-label="The part that would be seen"></video>` : nothing}
      ${with_.length ? html`<p class="meta">Others would also read ${with_.join(" and ")}.</p>` : html`<p class="meta">Comments and marks are not shown with it.</p>`}${told(one)}`;
  }

  answered(one) {
    const title = `${one.exercise.title}, take ${one.number}`;
    return html`<li class="row wrap" data-question=${one.id} style="padding-block:var(--pk-3)"><div style="min-inline-size:0;flex:1 1 14rem"><p class="row wrap strong" style="gap:0 var(--pk-2)">${title}${stateBadge(one.state)}</p>
        <p class="meta">${one.asked_by} asked ${when(one.asked)}${one.state === "shown" ? (one.named ? " · with your name" : " · without your name") : " · nobody sees it"}${one.moved ? " · the take is at another exercise now, so it is not shown" : ""}</p></div>
      <span class="row wrap">${one.state === "shown"
        ? html`<button class="btn sm quiet" aria-label="${one.named ? "Hide" : "Show"} my name: ${title}" @click=${() => this.answer(one, true, !one.named)}>${one.named ? "Hide my name" : "Show my name"}</button><button class="btn sm" aria-label="Take it back: ${title}" @click=${() => this.takeBack(one, title)}>${icon("undo-2")}Take it back</button>`
        : html`<button class="btn sm quiet" aria-label="Let the class see it after all: ${title}" @click=${() => this.answer(one, true, false)}>Let the class see it after all</button>`}</span></li>`;
  }

  async answer(one, yes, named = this.named.get(one.id) ?? false) {
    if (this.busy) return;
    this.busy = true;
    const done = await this.tools.attempt(this.tools.ask("answer", { exemplar: one.id, yes, named: yes && named }));
    this.busy = false;
    if (done) this.tools.say(yes ? "The class may see it. You can take it back here at any time." : "Nobody sees it.");
    this.tools.focus(`[data-question="${one.id}"] button`);
  }

  async takeBack(one, title) {
    if (!(await this.tools.attempt(this.tools.ask("take_back", { exemplar: one.id })))) return;
    this.tools.say(`${title} is not shown any more.`);
    this.tools.focus(`[data-question="${one.id}"] button`);
  }

  /** For teachers: what they asked, and what came of it; a no is only told, never argued with. */
  asked(list) {
    const title = (one) => `${one.student}, ${one.exercise.title}, take ${one.number}`;
    return html`<details class="card" ?open=${list.some((one) => one.state === "asked")}><summary>${count(list.length, "question")} to students</summary><ul class="entries">${list.map((one) => html`<li class="row wrap" style="padding-block:var(--pk-2)"><div style="min-inline-size:0;flex:1 1 14rem"><p class="row wrap" style="gap:0 var(--pk-2)"><a href="?take=${one.take_id}" data-go>${title(one)}</a>${stateBadge(one.state)}</p><p class="meta">${one.asked_by} asked ${when(one.asked)}</p></div>
      ${one.state === "asked" ? html`<button class="btn sm quiet" aria-label="Ask no more: ${title(one)}" @click=${() => this.stop(one)}>${icon("x")}Ask no more</button>` : nothing}</li>`)}</ul></details>`;
  }

  async stop(one) {
    if (await this.tools.attempt(this.tools.ask("stop", { exemplar: one.id }))) this.tools.say("The question is withdrawn");
  }
}
