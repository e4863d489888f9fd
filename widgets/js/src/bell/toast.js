// One message at a time in the corner, until it is dismissed or answered. It is said once, and
// it waits while it would lie over a field in which somebody types.
import { html, nothing, render } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { say } from "../lib/live.js";
import { overlap, spoken } from "./news.js";

const FIELD = "input:not([type=checkbox]):not([type=radio]):not([type=range]):not([type=button]), textarea, [contenteditable=true]";

export class Toast {
  /** `open(line, event)` follows a line's link, `more()` shows all of them. */
  constructor({ open, more, address }) {
    Object.assign(this, { open, more, address, lines: [] });
    this.el = document.createElement("div");
    this.el.className = "pk-toast";
    for (const name of ["focusin", "focusout"]) document.addEventListener(name, () => setTimeout(() => this.place()));
  }

  /** Add lines that are news; the one on top is the most urgent. */
  show(lines) {
    this.lines = [...lines, ...this.lines.filter((old) => !lines.some((line) => line.ids.some((id) => old.ids.includes(id))))];
    if (!lines.length) return;
    this.draw();
    say(spoken(lines));
  }

  /** Leave out what was read meanwhile. */
  keep(unread) {
    const left = this.lines.filter((line) => line.ids.some((id) => unread.has(id)));
    if (left.length === this.lines.length) return;
    this.lines = left;
    this.draw();
  }

  clear() {
    this.lines = [];
    this.draw();
  }

  draw() {
    const [line, ...rest] = this.lines;
    if (!line) return void this.el.remove();
    render(
      html`<div class="toast">${icon(line.kind === "video" ? "triangle-alert" : "message-square")}
        <div><a class="strong" lang=${line.lang ?? "en"} href=${this.address(line)} @click=${(event) => this.open(line, event)}>${line.text}</a>
          ${line.quote ? html`<br><span class="meta pk-quote">${line.quote}</span>` : nothing}
          ${rest.length ? html`<br><button class="btn quiet sm" @click=${() => (this.clear(), this.more())}>and ${rest.length} more</button>` : nothing}</div>
        <button class="btn quiet icon sm" aria-label="Dismiss" @click=${() => this.clear()}>${icon("x")}</button></div>`,
      this.el,
    );
    if (!this.el.isConnected) document.body.append(this.el);
    this.place();
  }

  /** Out of the way of who types. */
  place() {
    if (!this.el.isConnected) return;
    const field = document.activeElement?.matches?.(FIELD) ? document.activeElement : null;
    this.el.hidden = false;
    this.el.hidden = Boolean(field && !this.el.contains(field) && overlap(this.el.getBoundingClientRect(), field.getBoundingClientRect()));
  }
}
