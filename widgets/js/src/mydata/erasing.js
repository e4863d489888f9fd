// Taking videos back: what exactly goes is shown first, then asked; receipts can be kept.
import { html, nothing } from "../lib/dom.js";
import { count, percent, when } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { confirm } from "../upload/dialog.js";
import { bar } from "../upload/rows.js";
import { saveFile } from "../lib/save.js";

const NAMES = { take: "One video", takes: "All videos", person: "Everything" };

/** What a receipt is saved as: a text to read, or JSON for a program. */
export function fileOf(receipt, kind) {
  const { text, ...rest } = receipt;
  const name = `practika-receipt-${receipt.id}.${kind === "json" ? "json" : "txt"}`;
  return kind === "json" ? { name, type: "application/json", body: `${JSON.stringify(rest, null, 2)}\n` } : { name, type: "text/plain;charset=utf-8", body: text };
}

export class Erasing {
  constructor(tools) {
    Object.assign(this, { tools, busy: false });
  }

  /** Whether something is still being removed. */
  open(view) {
    return Boolean(view?.receipts?.some((one) => !one.finished));
  }

  async ask(take) {
    if (this.busy) return;
    this.busy = true;
    const plan = await this.tools.attempt(this.tools.ask("plan", { take }));
    this.busy = false;
    if (!plan || !(await sure(plan, take, this.tools.el.parentElement))) return;
    const asked = await this.tools.attempt(this.tools.ask("erase", { take, takes: plan.takes.length }));
    if (!asked) return;
    this.tools.say("Nobody sees it any more. It is being removed; the receipt comes below.");
    this.tools.focus("#md-receipts");
  }

  async save(one, kind) {
    const receipt = await this.tools.attempt(this.tools.ask("receipt", { receipt: one.id }));
    if (!receipt) return;
    const { name, type, body } = fileOf(receipt, kind);
    saveFile(name, body, type);
  }

  receipts(rows) {
    if (!rows.length) return nothing;
    return html`<section class="sec" aria-labelledby="md-receipts"><header><h2 id="md-receipts" tabindex="-1">Taken back</h2></header>
      <div class="stack">${rows.map((one) => this.receipt(one))}</div></section>`;
  }

  receipt(one) {
    const what = one.takes.length === 1 ? one.takes[0] : `${NAMES[one.scope]}${one.takes.length ? ` (${one.takes.length})` : ""}`;
    return html`<article class="card stack tight" aria-label="Receipt: ${what}"><div class="row wrap"><h3>${what}</h3>
        <span class="badge push ${one.finished ? "is-good" : ""}">${icon(one.finished ? "circle-check" : "clock")}${one.finished ? "Removed" : "Being removed"}</span></div>
      ${one.finished
        ? html`<p class="muted">${when(one.finished)}. ${count(one.files.length, "file")}, ${one.size}.</p>
          ${one.exports.length ? html`<p>Given out before, and to be asked for: ${one.exports.map((each) => `${each.study} (${when(each.at)})`).join(", ")}.</p>` : nothing}
          <details><summary>What stays, and why</summary><ul class="stack tight" style="margin-block-start:var(--pk-2)">${one.stays.map((line) => html`<li>${line}</li>`)}</ul></details>
          <p class="row wrap"><button class="btn sm" @click=${() => this.save(one, "text")}>${icon("download")}Receipt as text</button><button class="btn sm quiet" @click=${() => this.save(one, "json")}>as JSON</button></p>`
        : html`<div class="up">${bar(one.progress, `Removing ${what}`)}<p class="nums"><span>${one.problem || `Nobody sees it any more. Removing…, ${percent(one.progress)}`}</span></p></div>`}</article>`;
  }
}

/** Say exactly what goes and what stays; resolves to whether the person wants it. */
function sure(plan, take, where) {
  const all = plan.takes.length === 1 ? "your video" : "all your videos";
  const title = `Take back ${take ? (plan.takes[0] ?? "this video") : all}?`;
  const list = (lines) => html`<ul style="padding-inline-start:1.25rem;display:grid;gap:.25rem">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
  const body = html`<div class="stack"><p>This cannot be undone.</p><p class="strong">What goes</p>${list(plan.goes)}<p class="strong">What stays</p><div class="muted">${list(plan.stays)}</div></div>`;
  return confirm({ title, body, yes: "Remove for good", no: take ? "Keep it" : "Keep them" }, where);
}
