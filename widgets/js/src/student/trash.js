// What the student threw away: until when it can be put back, and the button for it.
import { html, nothing } from "../lib/dom.js";
import { day } from "../lib/format.js";
import { icon } from "../lib/icons.js";

/** The section "Trash"; nothing while nothing lies there. */
export function trash(view, tools) {
  if (!view.trash?.length) return nothing;
  const restore = async (one) => {
    if (!(await tools.attempt(tools.ask("restore", { take: one.id })))) return;
    tools.say(`${one.title} is back.`);
    tools.focus("h1");
  };
  return html`<section class="sec" id="trash" style="margin-block-start:var(--pk-6)" aria-labelledby="tr-h"><header><h2 id="tr-h">Trash</h2></header>
    <p class="muted" style="margin-block-end:var(--pk-3)">Only you see this. When its day has come a take is removed for good.</p>
    <div class="card flush"><ul class="entries" style="padding:0 min(var(--pk-gutter), var(--pk-5))" aria-label="Takes in the trash">${view.trash.map((one) => html`<li class="row wrap" style="padding-block:var(--pk-2)">
      <div style="min-inline-size:0"><p class="strong">${one.title}</p><p class="meta">${one.state === "draft" ? "Draft" : "Submitted"} · thrown away ${day(one.thrown)} · removed ${day(one.expires)}</p></div>
      <button class="btn sm push" aria-label="Put back ${one.title}" @click=${() => restore(one)}>${icon("rotate-ccw")}Put back</button></li>`)}</ul></div></section>`;
}
