// Which takes of one's courses are shown to guests: the list of links, and ending them.
import { widget } from "./lib/base.js";
import { html, nothing } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { onChange } from "./lib/live.js";
import { linkRow } from "./guests/rows.js";

export default widget("guests", (tools) => {
  const state = { asked: "" };
  const ask = (id) => {
    state.asked = id;
    tools.redraw();
    if (id) tools.focus(`[data-link="${id}"] [data-sure]`);
  };
  const end = async (link) => {
    ask("");
    if (await tools.attempt(tools.ask("end", { link: link.id }))) tools.say("The link has ended.");
  };
  tools.onCleanup(onChange(() => tools.ask("refresh").catch(() => {})));
  return (view) => html`<div class="head"><div><h1 tabindex="-1">Guests</h1><p>Takes of your courses that somebody without an account can look at by a link.</p></div></div>
    <section class="card" aria-label="Links for guests">${view.rows.length
      ? html`<ul id="gs-list" style="list-style:none;margin:0;padding:0">${view.rows.map((one) => linkRow(one, { asked: state.asked, ask, end, head: about(one) }))}</ul>`
      : html`<div class="empty">${icon("link")}<h3>No take is shown to a guest</h3><p>A teacher makes a link where the take is answered: “Show to a guest”.</p></div>`}</section>`;
}, { back: "?" });

const about = (one) => html`<p class="meta">${one.title} · ${one.student}${one.course ? ` · ${one.course}` : nothing}</p>`;
