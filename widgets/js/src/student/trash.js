// What somebody threw away: until when it can be put back, and the button for it.
import { html, nothing } from "../lib/dom.js";
import { day } from "../lib/format.js";
import { icon } from "../lib/icons.js";

const WHAT = { draft: "Draft", submitted: "Submitted", released: "Released" };

/** The section "Trash" of replies, and of takes with a way `back`; nothing while nothing lies there. */
export function trash(view, tools, takes = []) {
  const replies = (view.thrown ?? []).map((one) => ({ ...one, back: () => tools.ask("put_back", { reply: one.id }) }));
  const all = [...takes, ...replies].sort((x, y) => y.thrown.localeCompare(x.thrown));
  if (!all.length) return nothing;
  const restore = async (one) => {
    if (!(await tools.attempt(one.back()))) return;
    tools.say(`${one.title} is back.`);
    tools.focus("h1");
  };
  return html`<section class="sec" id="trash" style="margin-block-start:var(--pk-6)" aria-labelledby="tr-h"><header><h2 id="tr-h">Trash</h2></header>
    <p class="muted" style="margin-block-end:var(--pk-3)">Only you see this. When its day has come a thing is removed for good.</p>
    <div class="card flush"><ul class="entries" style="padding:0 min(var(--pk-gutter), var(--pk-5))" aria-label="In the trash">${all.map((one) => html`<li class="row wrap" style="padding-block:var(--pk-2)">
      <div style="flex:1;min-inline-size:min(100%, 14rem);overflow-wrap:anywhere"><p class="strong">${one.title}</p>${one.quote ? html`<p>“${one.quote}”</p>` : nothing}<p class="meta">${WHAT[one.state] ?? ""} · thrown away ${day(one.thrown)} · removed ${day(one.expires)}</p></div>
      <button class="btn sm push" aria-label="Put back ${one.title}" @click=${() => restore(one)}>${icon("rotate-ccw")}Put back</button></li>`)}</ul></div></section>`;
}
