// Moving a take to another exercise: one dialog, with the way back in it.
import { html, live, nothing, render, repeat } from "../lib/dom.js";
import { AskError } from "../lib/ask.js";
import { sentenceOf } from "../lib/base.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { found } from "./choice.js";

/** Ask where a take goes, and move it. Resolves once the dialog is closed. */
export async function moveTake(tools, take) {
  const places = await tools.attempt(tools.ask("places", { take }));
  if (!places) return undefined;
  return new Promise((resolve) => new MoveDialog(tools, places, resolve).open());
}

class MoveDialog {
  constructor(tools, places, done) {
    Object.assign(this, { tools, places, done, asked: "", chosen: "", busy: false, moved: null, trouble: "" });
    this.dialog = document.createElement("dialog");
    this.dialog.className = "dlg";
    this.dialog.setAttribute("aria-labelledby", "pk-move-h");
  }

  open() {
    const back = document.activeElement;
    this.draw();
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      if (back?.isConnected) back.focus();
      this.done();
    });
    (this.tools.el.parentElement ?? document.body).append(this.dialog);
    this.dialog.showModal();
  }

  async go(asked) {
    if (this.busy) return;
    Object.assign(this, { busy: true, trouble: "" });
    this.draw();
    try {
      const lies = await asked;
      this.moved = { ...lies, undone: Boolean(this.moved) || this.goesBack };
      this.tools.say(`Moved: it is take ${lies.number} of ${lies.exercise}.`);
    } catch (error) {
      if (!(error instanceof AskError)) this.dialog.close();
      this.trouble = sentenceOf(error);
    }
    this.busy = false;
    this.draw();
    this.dialog.querySelector("[data-then]")?.focus();
  }

  move(event) {
    event.preventDefault();
    this.goesBack = false;
    if (this.chosen) this.go(this.tools.ask("move", { take: this.places.take, exercise: this.chosen }));
  }

  back() {
    this.goesBack = true;
    this.go(this.tools.ask("move_back", { take: this.places.take }));
  }

  draw() {
    render(
      html`<header><h2 id="pk-move-h" style="font-size:var(--pk-text-l)">Move ${this.places.title}</h2>
          <button class="btn quiet icon" type="button" aria-label="Close" @click=${() => this.dialog.close()}>${icon("x")}</button></header>
        ${this.moved ? this.after() : this.choice()}`,
      this.dialog,
    );
  }

  after() {
    const { exercise, number, undone } = this.moved;
    return html`<div class="stack tight"><div class="note good">${icon("circle-check")}<div>It is take ${number} of ${exercise} now. The takes of both exercises are counted anew.</div></div>${this.problem()}</div>
      <footer>${undone ? nothing : html`<button class="btn" type="button" ?disabled=${this.busy} @click=${() => this.back()}>${icon("undo-2")}Move it back</button>`}
        <button class="btn primary" type="button" data-then @click=${() => this.dialog.close()}>Done</button></footer>`;
  }

  choice() {
    const { courses, back } = this.places;
    const some = courses.some((course) => course.exercises.length);
    const shown = found(courses, this.asked);
    return html`<div><form class="stack tight" id="pk-move-f" @submit=${(event) => this.move(event)}>
      <p class="muted">Replies, marks and what was watched go along. The take lies there by when it was recorded.</p>
      ${back ? html`<p><button class="btn" type="button" ?disabled=${this.busy} @click=${() => this.back()}>${icon("undo-2")}Back to ${back.exercise}, take ${back.number}</button></p>` : nothing}
      ${some
        ? html`<div class="field"><label for="pk-move-q">Exercise</label><input class="in" id="pk-move-q" type="search" ?autofocus=${matchMedia("(pointer: fine)").matches} autocomplete="off" placeholder="Part of its name" .value=${live(this.asked)} @input=${(event) => this.search(event.target.value)}></div>
          <fieldset style="border:0;padding:0;margin:0;max-block-size:min(18rem, 40vh);overflow-y:auto" tabindex="-1"><legend class="vh">Move it to</legend>
            ${shown.length ? shown.map((course) => this.course(course, courses.length > 1)) : html`<p class="meta" role="status">No exercise is called so.</p>`}</fieldset>`
        : html`<p class="meta">There is no other exercise in this course.</p>`}
      ${this.problem()}</form></div>
      <footer><button class="btn" type="button" @click=${() => this.dialog.close()}>Leave it here</button>
        ${some ? html`<button class="btn primary" form="pk-move-f" ?disabled=${this.busy || !this.chosen}>Move it</button>` : nothing}</footer>`;
  }

  search(asked) {
    this.asked = asked;
    const left = found(this.places.courses, asked).flatMap((course) => course.exercises);
    if (!left.some((one) => one.id === this.chosen)) this.chosen = left.length === 1 ? left[0].id : "";
    this.draw();
  }

  course(course, named) {
    return html`${named ? html`<p class="meta strong" style="padding-block:var(--pk-2) 0">${course.title}</p>` : nothing}
      ${repeat(course.exercises, (one) => one.id, (one) => html`<label class="check" style="padding-block:var(--pk-1)"><input type="radio" name="pk-move" .checked=${live(this.chosen === one.id)} @change=${() => ((this.chosen = one.id), this.draw())}>
        <span style="overflow-wrap:anywhere">${one.title}<span class="meta"> · ${one.takes ? `${count(one.takes, "take")} there` : "no take yet"}</span></span></label>`)}`;
  }

  problem() {
    return this.trouble ? html`<p class="note bad" role="alert">${icon("triangle-alert")}<span>${this.trouble}</span></p>` : nothing;
  }
}
