// The search box: one question over everything the person may see. A combobox whose list is
// always there; arrows choose, Enter opens, Escape closes.
import { html, nothing, render } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { Asking, fromServer } from "./search/asking.js";
import { choices, list, spoken } from "./search/drawn.js";
import { CSS } from "./search/style.js";

let box = null;

class Box {
  constructor(base) {
    this.base = base;
    this.active = "";
    this.dialog = document.createElement("dialog");
    this.dialog.className = "pk-find";
    this.dialog.setAttribute("aria-label", "Search");
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => this.asking.forget());
    document.body.append(this.dialog);
    this.asking = new Asking((question, kind, signal) => fromServer(base, question, kind, signal), () => this.changed());
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }

  open() {
    const { question } = this.asking.state;
    this.asking.ask(question, "", { now: true });
    if (!this.dialog.open) this.dialog.showModal();
    this.field.select();
  }

  get field() {
    return this.dialog.querySelector("input");
  }

  changed() {
    const there = choices(this.asking.state);
    if (!there.some((one) => one.id === this.active)) this.active = there[0]?.id ?? "";
    this.draw();
  }

  draw() {
    const { state } = this.asking;
    const some = choices(state).length > 0;
    render(
      html`<div class="pk-find-box">${icon("search")}<input type="search" role="combobox" aria-label="Search" aria-autocomplete="list" aria-haspopup="listbox"
          aria-expanded=${some} aria-controls="pk-find-list" aria-activedescendant=${some ? this.active : nothing} placeholder="Search"
          maxlength="200" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="go" autofocus
          .value=${state.question} @input=${(event) => this.asking.ask(event.target.value)} @keydown=${(event) => this.key(event)}>
          <button type="button" class="btn quiet sm" @click=${() => this.dialog.close()}>Close</button></div>
        <div class="pk-find-list" aria-busy=${state.busy}>${list(state, this.active, {
          choose: (event) => this.choose(event),
          all: (kind) => (this.asking.ask(state.question, kind, { now: true }), this.field.focus()),
          ask: (question) => (this.asking.ask(question, "", { now: true }), this.field.focus()),
          base: this.base,
        })}</div>
        <div class="pk-find-keys" aria-hidden="true"><span><kbd>↑</kbd> <kbd>↓</kbd> choose</span><span><kbd>Enter</kbd> open</span><span><kbd>Esc</kbd> close</span></div>
        <div class="vh" role="status" aria-live="polite">${spoken(state)}</div>`,
      this.dialog,
    );
  }

  key(event) {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      this.step(steps[event.key]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      // Words typed a moment ago are not answered yet: nobody wants what stood there before.
      if (!this.asking.state.busy) this.dialog.querySelector(`#${CSS_ID(this.active)}`)?.click();
    }
  }

  step(by) {
    const ids = choices(this.asking.state).map((one) => one.id);
    if (!ids.length) return;
    this.active = ids[(ids.indexOf(this.active) + by + ids.length) % ids.length];
    this.draw();
    this.dialog.querySelector(`#${CSS_ID(this.active)}`)?.scrollIntoView({ block: "nearest" });
  }

  /** A link was taken: the page's router, or the browser, goes there. */
  choose(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    this.dialog.close();
  }
}

const CSS_ID = (id) => globalThis.CSS.escape(id || "none");

/** Open the box; the last question stands in it, chosen, so that typing begins a new one. */
export function openSearch(base) {
  box ??= new Box(base);
  box.open();
}
