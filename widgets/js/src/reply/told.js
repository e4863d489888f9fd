// What stands with a comment wherever it is shown: its tag, its drawing, what it said before.
import { html, nothing } from "../lib/dom.js";
import { count, when } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { said } from "../lib/said.js";
import { stretch } from "../player/words.js";

/** A tag with its letter; the colour only helps. */
export const tagMark = (tag) => html`<span class="tagged c-${tag.colour}"><b class="sign" aria-hidden="true">${tag.sign}</b>${tag.name}</span>`;

export const tagged = (reply) => (reply.tag ? tagMark(reply.tag) : nothing);

export const drawnLine = (reply) =>
  reply.drawing ? html`<p class="row meta">${icon("pencil")}${count(reply.drawing.length, "shape")} drawn on the picture</p>` : nothing;

/** "edited", and behind it what was said before. `versions` is undefined while it is closed. */
export function history(reply, versions, toggle) {
  if (!reply.edited) return nothing;
  return html`<div class="before"><button class="btn sm quiet" type="button" aria-expanded=${Boolean(versions)} @click=${toggle}>${icon("clock")}edited ${when(reply.edited)}</button>
    ${versions ? html`<ol>${versions.map(version)}</ol>` : nothing}</div>`;
}

const version = (one) => html`<li><p class="meta">${when(one.at)}${one.start === null ? "" : `, on ${stretch(one.start, one.end)}`}${one.drawn ? ", with a drawing" : ""}</p>
  ${one.html ? said(one, () => {}) : html`<p class="meta">without words</p>`}</li>`;
