// Takes only the student sees: watch, write a note, submit or withdraw.
import { html, live, nothing, repeat } from "../lib/dom.js";
import { clock, percent } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { url } from "../lib/base.js";
import { moveTake } from "../moving/dialog.js";
import { confirm } from "../upload/dialog.js";
import { bar } from "../upload/rows.js";

const SAVE_AFTER_MS = 700;

/** "Submit to Ada Okafor", "Submit to Ada and Ben", "Submit to your teachers". */
export function submitWords(names = []) {
  if (names.length === 1) return `Submit to ${names[0]}`;
  if (names.length === 2) return `Submit to ${names.map((name) => name.split(" ")[0]).join(" and ")}`;
  return names.length ? "Submit to your teachers" : "Submit";
}

export class Drafts {
  constructor(tools) {
    Object.assign(this, { tools, typed: new Map(), timers: new Map(), saved: new Map(), sending: new Set(), watching: "" });
    tools.onCleanup(() => [...this.typed.keys()].forEach((id) => this.save(id)));
  }

  type(take, text) {
    this.typed.set(take.id, text);
    this.saved.delete(take.id);
    clearTimeout(this.timers.get(take.id));
    this.timers.set(take.id, setTimeout(() => this.save(take.id), SAVE_AFTER_MS));
  }

  /** Save what was typed; what is typed meanwhile stays. Resolves to whether it is safe now. */
  async save(id) {
    clearTimeout(this.timers.get(id));
    if (!this.typed.has(id)) return true;
    const text = this.typed.get(id);
    const done = await this.tools.attempt(this.tools.ask("note", { take: id, text }));
    if (!done) return false;
    if (this.typed.get(id) === text) this.typed.delete(id);
    this.saved.set(id, true);
    this.tools.redraw();
    return true;
  }

  async submit(take) {
    this.sending.add(take.id);
    this.tools.redraw();
    if (await this.save(take.id)) {
      const done = await this.tools.attempt(this.tools.ask("submit", { take: take.id }));
      if (done) this.tools.say(`${take.exercise.title}, take ${take.number} is submitted.`);
    }
    this.sending.delete(take.id);
    this.tools.redraw();
  }

  /** What is typed goes along: it is saved first. */
  async move(take) {
    if (await this.save(take.id)) await moveTake(this.tools, take.id);
  }

  async withdraw(take) {
    const sure = await confirm(
      { title: `Withdraw take ${take.number}?`, words: `This draft of ${take.exercise.title} goes into the trash, on the page My stacks. Your teacher has not seen it.`, yes: `Withdraw take ${take.number}` },
      this.tools.el.parentElement,
    );
    if (!sure) return;
    this.typed.delete(take.id);
    const done = await this.tools.attempt(this.tools.ask("withdraw", { take: take.id }));
    if (done) this.tools.say("The draft is in the trash.");
  }

  /** All drafts; `first` draws the first submit button as the page's one filled button. */
  draw(view, first) {
    const ready = view.drafts.find((take) => take.video.state === "ready");
    return repeat(view.drafts, (take) => take.id, (take) => this.one(take, view, first && take === ready));
  }

  one(take, view, main) {
    const title = `${take.exercise.title}, take ${take.number}`;
    return html`${take === view.drafts[0] ? nothing : html`<hr style="margin:0">`}<section class="stack tight" aria-label="Draft: ${title}">
      <div class="row" style="align-items:start;gap:var(--pk-3)">
        ${this.watching === take.id ? nothing : this.thumb(take)}
        <div style="min-inline-size:0"><h3 style="font-size:var(--pk-text);letter-spacing:0">${title}</h3>
          <span class="badge" style="margin-block-start:.25rem">${icon("circle-dashed")}Draft, only you see it</span></div></div>
      ${this.watching === take.id ? this.player(take) : nothing}
      ${this.state(take)}
      ${take.video.state === "failed" ? nothing : this.note(take)}
      <div class="row wrap">${take.video.state === "failed" ? nothing : this.button(take, view, main)}
        <button class="btn quiet icon push" aria-label="Move the draft of ${title} to another exercise" title="Move to another exercise" @click=${() => this.move(take)}>${icon("move-up-right")}</button>
        <button class="btn quiet icon" aria-label="Withdraw the draft of ${title}" title="Withdraw" @click=${() => this.withdraw(take)}>${icon("trash-2")}</button></div></section>`;
  }

  thumb(take) {
    const { video } = take;
    const picture = video.poster ? html`<img src=${url(video.poster)} alt="" width="640" height="360">` : nothing;
    if (!video.ready) return html`<span class="video thumb" aria-hidden="true">${picture}</span>`;
    return html`<button class="video thumb" style="padding:0;border:0;position:relative" aria-label="${clock(video.seconds)}: watch ${take.exercise.title}, take ${take.number}"
      @click=${() => ((this.watching = take.id), this.tools.redraw())}>${picture}<span class="cap">${clock(video.seconds)}</span></button>`;
  }

  player(take) {
    return html`<div class="stage"><div class="video" style="border-radius:0"><video style="inline-size:100%;block-size:100%;object-fit:contain" controls autoplay playsinline
      src=${url(take.video.src)} poster=${url(take.video.poster)} aria-label="${take.exercise.title}, take ${take.number}"></video></div></div>`;
  }

  state(take) {
    const { video } = take;
    if (video.state === "failed") return html`<div class="note bad">${icon("triangle-alert")}<div>${video.problem || "This video could not be prepared. Withdraw it and upload it again."}</div></div>`;
    if (video.state !== "preparing") return nothing;
    const words = video.step === "waiting" ? "Received. It is next in line to be prepared." : `Preparing…, ${percent(video.progress)}`;
    return html`<div class="up">${bar(video.progress, `Preparing take ${take.number}`)}<p class="nums"><span>${words}</span></p></div>`;
  }

  note(take) {
    const text = this.typed.get(take.id) ?? take.note ?? "";
    const id = `note-${take.id}`;
    return html`<div class="field"><label for=${id}>Note for your teacher</label>
      <textarea class="in" id=${id} rows="2" style="min-block-size:4rem" maxlength="2000" placeholder="What did you try? Where do you want help?"
        .value=${live(text)} @input=${(event) => this.type(take, event.target.value)} @blur=${() => this.save(take.id)}></textarea>
      <p class="hint">${this.typed.has(take.id) ? "Saved as you type" : this.saved.has(take.id) ? "Saved" : "Optional"}</p></div>`;
  }

  button(take, view, main) {
    const ready = take.video.state === "ready" && !this.sending.has(take.id);
    const words = submitWords(view.teachers?.[take.exercise.course_id]);
    return html`<button class="btn ${main ? "primary" : "soft"}" ?disabled=${!ready} @click=${() => this.submit(take)}>${icon("send")}${words}</button>`;
  }
}
