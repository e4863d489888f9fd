// A clip of the take, or how far it is.
import { html } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { small } from "../player/stage.js";
import { stretch } from "../player/words.js";

export function clip(one, quiet) {
  const label = `Clip ${stretch(one.start, one.end)}`;
  if (one.state === "ready") {
    return html`<p class="row meta">${icon("scissors")}${label}</p>${small({ ready: true, src: one.src, poster: one.poster }, label, quiet)}`;
  }
  const failed = one.state === "failed";
  return html`<p class="row meta">${icon(failed ? "triangle-alert" : "scissors")}${failed ? one.problem : `${label} is being cut`}</p>`;
}
