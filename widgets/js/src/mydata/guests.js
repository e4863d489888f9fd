// On "My data": to which guests takes of one's own are shown, and ending that.
import { html, nothing } from "../lib/dom.js";
import { linkRow } from "../guests/rows.js";

export class Shown {
  constructor(tools) {
    Object.assign(this, { tools, asked: "" });
  }

  ask(id) {
    this.asked = id;
    this.tools.redraw();
    if (id) this.tools.focus(`[data-link="${id}"] [data-sure]`);
  }

  async end(link) {
    this.ask("");
    if (await this.tools.attempt(this.tools.ask("end_guest", { link: link.id }))) this.tools.say("The link has ended.");
  }

  async allow(link) {
    if (await this.tools.attempt(this.tools.ask("allow_guests", { take: link.take }))) this.tools.say("Teachers may show this take to guests again.");
  }

  draw(links) {
    if (!links?.length) return nothing;
    return html`<section class="card" aria-labelledby="md-guests"><header><h2 id="md-guests" style="font-size:var(--pk-text-l)">Shown to guests</h2></header>
      <p class="muted">A teacher showed these takes to somebody without an account, by a link. You can end each at any time; nobody can open it from then on, and no teacher makes another to that take unless you allow it again.</p>
      <ul style="list-style:none;margin:0;padding:0">${links.map((one) => linkRow(one, { asked: this.asked, ask: (id) => this.ask(id), end: (link) => this.end(link), allow: (link) => this.allow(link), head: html`<p class="meta">${one.title}</p>` }))}</ul></section>`;
  }
}
