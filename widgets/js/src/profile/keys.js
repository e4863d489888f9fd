// The keys of the player, to be changed: press a button, then the key. Each change is stored at once.
import { html, live, nothing, render } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { note } from "../lib/base.js";
import { say } from "../lib/live.js";
import { keyRing } from "../player/keyring.js";
import { nameOf } from "../player/keys.js";

const MODIFIERS = new Set(["Shift", "Alt", "Control", "Meta", "AltGraph", "CapsLock", "Dead", "Process", ""]);

/** What a key event says to somebody who chooses: "leave", "wait", or the key. Pure. */
export function pressed(event) {
  if (event.key === "Escape" || event.key === "Tab") return "leave";
  if (event.ctrlKey || event.metaKey || MODIFIERS.has(event.key)) return "wait";
  return nameOf(event);
}

class Keys {
  constructor(place, ring) {
    Object.assign(this, { place, ring, view: null, asked: "", problem: "", open: false });
    ring.addEventListener("changed", () => this.view && this.draw());
  }

  async load() {
    try {
      this.view = await this.ring.ask();
      this.open = this.view.actions.some((one) => one.changed);
    } catch (error) {
      this.problem = error.message;
    }
    this.draw();
  }

  async put(wanted, word) {
    try {
      this.view = await this.ring.put(wanted);
      Object.assign(this, { problem: "", asked: "" });
      say(word);
    } catch (error) {
      Object.assign(this, { problem: error.message, asked: "" });
    }
    this.draw();
  }

  ask(id) {
    Object.assign(this, { asked: this.asked === id ? "" : id, problem: "" });
    this.draw();
  }

  /** A key while one is waited for. */
  hear(event) {
    if (!this.asked) return;
    const found = pressed(event);
    if (found === "wait") return;
    if (found === "leave") {
      if (event.key === "Escape") event.preventDefault();
      this.ask(this.asked);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.put({ key: [this.asked, found] }, "Saved");
  }

  draw() {
    render(this.view ? this.body() : this.problem ? note("bad", this.problem) : html`<p class="muted">Looking…</p>`, this.place);
  }

  body() {
    const { single, pro, actions } = this.view;
    const changed = actions.some((one) => one.changed);
    return html`<div class="stack">
      <label class="check"><input type="checkbox" name="single" .checked=${live(single)} @change=${(event) => this.put({ single: event.target.checked }, "Saved")}><span>Single-letter keys on</span></label>
      <label class="check"><input type="checkbox" name="pro" .checked=${live(pro)} @change=${(event) => this.put({ pro: event.target.checked }, "Saved")}><span>Pro keys (J K L shuttle, I O range)</span></label>
      ${this.problem ? note("bad", this.problem) : nothing}
      <details class="pk-keyring" ?open=${this.open} @toggle=${(event) => (this.open = event.target.open)}><summary>Choose your own keys</summary>
        <p class="hint">Press a button, then the key it is to be. Esc leaves it as it is.</p>
        <ul @keydown=${(event) => this.hear(event)} @focusout=${(event) => this.left(event)}>${actions.map((one) => this.row(one))}</ul>
        <p><button class="btn" type="button" ?disabled=${!changed} @click=${() => this.put({ keys: {} }, "All keys are as usual")}>${icon("rotate-ccw")}All as usual</button></p></details>
      <p class="muted">The same wherever you sign in. Press ? beside a video for the list of keys.</p></div>`;
  }

  row({ id, says, keys, changed }) {
    const waits = this.asked === id;
    const shown = keys.length ? keys.join(" or ") : "no key";
    return html`<li><span>${says}</span>
      <button class="btn sm" type="button" data-key=${id} aria-pressed=${waits ? "true" : "false"} aria-label="${says}: ${waits ? "press the new key" : shown}"
        @click=${() => this.ask(id)}>${waits ? "Press a key" : keys.length ? keys.map((key, n) => html`${n ? " " : nothing}<kbd>${key}</kbd>`) : "no key"}</button>
      ${changed ? html`<button class="btn quiet icon sm" type="button" data-usual=${id} aria-label="${says}: the usual key again" title="The usual key again" @click=${() => this.put({ key: [id, ""] }, "Saved")}>${icon("undo-2")}</button>` : html`<span></span>`}</li>`;
  }

  left(event) {
    if (this.asked && event.target.dataset?.key === this.asked && !event.currentTarget.contains(event.relatedTarget)) this.ask(this.asked);
  }
}

/** Show them; the part of the page is hidden until this runs, for it does nothing without. */
export function showKeys(section) {
  if (!section) return;
  section.hidden = false;
  new Keys(section.querySelector("[data-keys]"), keyRing()).load();
}
