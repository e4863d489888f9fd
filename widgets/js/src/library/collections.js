// Collections: lists of exercises, takes and comments; what a person may not see is not in them.
import { html, nothing, ref, repeat } from "../lib/dom.js";
import { url } from "../lib/base.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { mover } from "../lib/mover.js";
import { shownOnce } from "../lib/once.js";
import { placed } from "../lib/order.js";

const AUDIENCES = [
  ["own", "Only I"],
  ["staff", "The teachers of the course"],
  ["class", "The whole course"],
];
const PICTURES = { exercise: "music", take: "video", exemplar: "video", reply: "message-square" };

export class Collections {
  constructor(tools) {
    Object.assign(this, { tools, form: null, making: false, name: "", course: "", show: shownOnce() });
  }

  draw(view, teaches) {
    if (!teaches && !view.collections.length) return nothing;
    const open = view.collections.filter((one) => !one.archived);
    const shelved = view.collections.filter((one) => one.archived);
    return html`<section class="sec" aria-labelledby="lb-co"><header><h2 id="lb-co">Collections</h2>
        ${teaches ? html`<button class="btn sm soft" type="button" @click=${() => this.begin(view)}>${icon("plus")}Make a collection</button>` : nothing}</header>
      ${this.making ? this.made(view) : nothing}
      ${open.length ? html`<div class="stack">${repeat(open, (one) => one.id, (one) => this.card(one, view))}</div>` : this.empty(view, teaches)}
      ${shelved.length ? html`<details class="card" style="margin-block-start:var(--pk-4)"><summary>${count(shelved.length, "archived collection")}</summary><ul class="entries">${shelved.map((one) => html`<li class="row wrap"><span>${one.name} <span class="meta">${count(one.items.length, "thing")}</span></span>
        ${one.can.manage ? html`<button class="btn sm push" type="button" aria-label="Bring back ${one.name}" @click=${() => this.archive(one, false)}>${icon("undo-2")}Bring back</button>` : nothing}</li>`)}</ul></details>` : nothing}</section>`;
  }

  empty(view, teaches) {
    if (view.tag) return html`<p class="muted">Nothing here bears the tag ${view.tag}.</p>`;
    return html`<div class="empty">${icon("rows-2")}<h3>No collection yet</h3><p>${teaches ? "Keep what you come back to: takes worth showing, comments worth saying again, exercises that belong together. Put things in from the reply desk and from the list of exercises." : "Your teachers have shared no list yet."}</p></div>`;
  }

  begin(view) {
    Object.assign(this, { making: true, name: "", course: view.courses[0].id });
    this.tools.focus("#lb-new");
  }

  made(view) {
    return html`<form class="card row wrap" style="align-items:end;margin-block-end:var(--pk-4)" @submit=${(event) => (event.preventDefault(), this.make())}>
      <div class="field" style="flex:1 1 14rem"><label for="lb-new">Name of the collection</label><input class="in" id="lb-new" maxlength=${view.limits.name} required autocomplete="off" .value=${this.name} @input=${(event) => (this.name = event.target.value)}></div>
      ${view.courses.length > 1 ? html`<div class="field"><label for="lb-in">In the course</label><select class="in" id="lb-in" @change=${(event) => (this.course = event.target.value)}>${view.courses.map((one) => html`<option value=${one.id}>${one.title}</option>`)}</select></div>` : nothing}
      <p class="row"><button class="btn primary">Make it</button><button class="btn quiet" type="button" @click=${() => ((this.making = false), this.tools.redraw())}>Not now</button></p></form>`;
  }

  async make() {
    const id = await this.tools.attempt(this.tools.ask("make", { course: this.course, name: this.name }));
    if (!id) return;
    this.making = false;
    this.tools.say(`${this.name.trim()} is made; only you see it`);
    this.tools.focus(`[data-collection="${id}"] h3`);
  }

  card(one, view) {
    const facts = [one.course.title, one.can.edit ? seenBy(one) : "", count(one.items.length, "thing")].filter(Boolean);
    const here = one.id === view.collection;
    return html`<article class="card stack tight" data-collection=${one.id} aria-label="Collection ${one.name}" style=${here ? "border-color:var(--pk-accent)" : nothing} ${ref((el) => here && this.show(el, one.id))}><div class="row wrap" style="align-items:start"><div style="min-inline-size:0;flex:1 1 14rem"><h3 tabindex="-1" style="overflow-wrap:anywhere">${one.name}</h3><p class="meta">${facts.join(" · ")}</p></div>
        ${one.can.manage && this.form?.id !== one.id ? html`<span class="row" style="gap:0"><button class="btn icon quiet" type="button" aria-label="Change ${one.name}" title="Change" @click=${() => this.open(one)}>${icon("pencil")}</button><button class="btn sm quiet" type="button" aria-label="Archive ${one.name}" @click=${() => this.archive(one, true)}>Archive</button></span>` : nothing}</div>
      ${this.form?.id === one.id ? this.changing(view) : one.note ? html`<p class="muted">${one.note}</p>` : nothing}
      ${one.items.length ? html`<ol class="entries" style="list-style:none;padding:0">${repeat(one.items, (item) => item.id, (item, at) => this.item(one, item, at, view))}</ol>` : html`<p class="muted">${one.can.edit ? "Nothing in it yet. Look for “Add to a collection” on the reply desk and beside exercises." : "Nothing in it for you yet."}</p>`}</article>`;
  }

  item(one, item, at, view) {
    const step = (way) => this.move(one, item, at, way);
    const still = !one.can.edit || Boolean(view.tag);
    return html`<li class="row wrap" data-item=${item.id} style="padding-block:var(--pk-2);align-items:center;gap:0 var(--pk-2)"><a class="row" href=${item.link} data-go style="flex:1 1 16rem;min-inline-size:0;color:inherit;text-decoration:none">
        <span class="video" style="flex:none;inline-size:6rem;display:grid;place-items:center;color:var(--pk-stage-ink)" aria-hidden="true">${item.poster ? html`<img src=${url(item.poster)} alt="" width="640" height="360" loading="lazy">` : icon(PICTURES[item.kind] ?? "info")}</span>
        <span style="min-inline-size:0;overflow-wrap:anywhere"><span class="strong">${item.title}</span><br><span class="meta">${item.line}</span></span></a>
      ${one.can.edit ? html`<span class="row push" style="gap:0;flex:none">${still ? nothing : html`${mover("up", `Move ${item.title} up`, at === 0, () => step(-1))}${mover("down", `Move ${item.title} down`, at === one.items.length - 1, () => step(1))}`}
        <button class="btn icon quiet" type="button" aria-label="Take ${item.title} out of ${one.name}" title="Take out" @click=${() => this.drop(one, item)}>${icon("x")}</button></span>` : nothing}</li>`;
  }

  async move(one, item, at, way) {
    const order = placed(one.items.map((each) => each.id), item.id, at + way);
    if (!(await this.tools.attempt(this.tools.ask("arrange", { collection: one.id, order })))) return;
    this.tools.say(`${item.title} is ${at + way + 1} of ${order.length}`);
    const end = at + way === 0 || at + way === order.length - 1;
    this.tools.focus(`[data-item="${item.id}"] .${(way < 0) === !end ? "up" : "down"}`);
  }

  async drop(one, item) {
    if (await this.tools.attempt(this.tools.ask("drop", { collection: one.id, item: item.id }))) this.tools.say(`${item.title} is out of ${one.name}; it is still there itself`);
    this.tools.focus(`[data-collection="${one.id}"] h3`);
  }

  async archive(one, archived) {
    if (await this.tools.attempt(this.tools.ask("archive", { collection: one.id, archived }))) this.tools.say(archived ? `${one.name} is archived; students do not see it` : `${one.name} is back`);
  }

  open(one) {
    this.form = { id: one.id, name: one.name, note: one.note, audience: one.audience };
    this.tools.focus("#lb-name");
  }

  changing(view) {
    const { form } = this;
    const type = (what) => (event) => (form[what] = event.target.value);
    return html`<form class="stack" @submit=${(event) => (event.preventDefault(), this.save())}>
      <div class="field"><label for="lb-name">Name</label><input class="in" id="lb-name" maxlength=${view.limits.name} required autocomplete="off" .value=${form.name} @input=${type("name")}></div>
      <div class="field"><label for="lb-note">What it is for (optional)</label><input class="in" id="lb-note" maxlength=${view.limits.note} autocomplete="off" .value=${form.note} @input=${type("note")}></div>
      <div class="field"><label for="lb-aud">Who sees it</label><select class="in" id="lb-aud" .value=${form.audience} @change=${type("audience")}>${AUDIENCES.map(([key, words]) => html`<option value=${key} ?selected=${key === form.audience}>${words}</option>`)}</select>
        <p class="hint">Everybody finds in it only what they may see anyway. Takes of others stand there for students once their student said yes.</p></div>
      <p class="row wrap"><button class="btn primary">Save</button><button class="btn quiet" type="button" @click=${() => this.leave()}>Leave it as it is</button></p></form>`;
  }

  leave() {
    const { id } = this.form;
    this.form = null;
    this.tools.focus(`[data-collection="${id}"] h3`);
  }

  async save() {
    const { id, ...rest } = this.form;
    if (!(await this.tools.attempt(this.tools.ask("change", { collection: id, ...rest })))) return;
    this.tools.say("Saved");
    this.leave();
  }
}

/** Who sees a collection, in a word. Pure. */
export function seenBy(one) {
  if (one.audience === "class") return `the course sees it, by ${one.owner}`;
  return one.audience === "staff" ? `shared among the teachers, by ${one.owner}` : "only you see it";
}
