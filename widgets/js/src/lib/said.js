// A comment's words. Python has made safe HTML of its Markdown (services/markdown.py); the times
// in it are buttons that go there.
import { html, unsafeHTML } from "./dom.js";
import { words } from "../player/words.js";

/** Show what `one` says; `go(seconds)` is called with the time somebody presses. */
export const said = (one, go) =>
  one.html ? html`<div class="said" @click=${(event) => pressed(event, go)}>${unsafeHTML(one.html)}</div>` : words(one.text ?? "");

function pressed(event, go) {
  const seconds = Number(event.target.closest?.("[data-seek]")?.dataset.seek ?? "none");
  if (Number.isFinite(seconds)) go(seconds);
}
