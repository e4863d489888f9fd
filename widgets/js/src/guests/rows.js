// Links for guests as they are listed: whom a take is shown to, until when, who opened it.
import { html, nothing } from "../lib/dom.js";
import { count, day, when } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { LETTERS } from "../lib/letters.js";

const TONES = { open: "is-good", expired: "", revoked: "" };
const NAMES = { open: "Open", expired: "Run out", revoked: "Ended" };

const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** Whom a link is for, as people call it. Pure. */
export const whom = (link) => link.guest || (link.opened.length ? link.opened.map((one) => one.name).join(", ") : "a guest");

/** "Opened by Ana K. (today, 14:05) and 2 more", or that nobody has. Pure, but for what "today" is. */
export function opening(link) {
  if (!link.opened.length) return "Nobody has opened it";
  const named = link.opened.slice(0, 3).map((one) => `${one.name} (${when(one.at)})`).join(", ");
  const more = link.opened.length - 3;
  return `Opened by ${named}${more > 0 ? ` and ${more} more` : ""}`;
}

/** What a guest may do by it. Pure. */
export const may = (link) =>
  [link.comments ? "may comment" : "may only look", link.replies && "sees released comments", link.phrase && "with a pass phrase"].filter(Boolean).join(", ");

/** What became of the e-mail with it, or nothing where it was copied. Pure. */
export const posted = (link) => (link.letter ? ` · ${LETTERS[link.letter]}` : "");

/** One link in a list. `end` ends it after it was asked for twice; `asked` is the one that is asked about.
 *  `allow` is the student's alone: to be shown to guests again. */
export function linkRow(link, { asked, ask, end, allow = null, head = nothing }) {
  const name = `Link for ${whom(link)}`;
  return html`<li class="row wrap" data-link=${link.id} style="padding:var(--pk-3) 0;align-items:start;gap:var(--pk-2)"><div style="flex:1;min-inline-size:12rem;overflow-wrap:anywhere">
      ${head}<p class="row wrap" style="gap:var(--pk-1) var(--pk-2)"><span class="strong">${capital(whom(link))}</span><span class="badge ${TONES[link.state]}">${NAMES[link.state]}</span></p>
      <p class="meta">${link.state === "open" ? `Until ${day(link.until)}` : `Made ${day(link.made)}`} by ${link.by}, ${may(link)}</p>
      <p class="meta">${opening(link)}${posted(link)}${link.written ? ` · ${count(link.written, "comment")}` : ""}</p>
      ${link.refused ? html`<p class="row wrap meta">${allow ? "You ended it: no new link to this take is made." : "The student ended it: no new link to this take can be made."}${allow
        ? html`<button class="btn sm" type="button" @click=${() => allow(link)}>Allow it again</button>` : nothing}</p>` : nothing}</div>
    ${link.state !== "open" ? nothing : asked === link.id
      ? html`<span class="row"><button class="btn sm danger" type="button" data-sure @click=${() => end(link)}>End it now</button><button class="btn sm quiet" type="button" @click=${() => ask("")}>Keep</button></span>`
      : html`<button class="btn sm quiet" type="button" aria-label="End: ${name}" @click=${() => ask(link.id)}>${icon("x")}End</button>`}</li>`;
}
