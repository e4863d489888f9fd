// "A recording of 0:42 was kept": what a crash left behind, offered where it was made.
import { html, nothing } from "../lib/dom.js";
import { bytes, clock, when } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { leftBehind } from "./kept.js";

const LOST = "The recording cannot be fetched now. It stays where it is; try again later.";

/**
 * The offers of one widget. `take(kept)` is called when the person wants one, `carryOn(growing,
 * kept)` when one that was wanted before goes on by itself; `after()` puts the focus somewhere
 * when an offer that had it is gone.
 */
export class Offers {
  constructor({ tools, take, carryOn, after }) {
    Object.assign(this, { tools, take, carryOn, after, all: [], problem: "" });
  }

  /** Look for what belongs here. Those already wanted carry on without a question. */
  async look(where) {
    this.letGo();
    const asked = (this.asked = Symbol("look"));
    const found = await leftBehind(where);
    if (this.asked !== asked) return; // another take was opened meanwhile
    const wanted = found.filter((one) => one.wanted);
    this.all = found.filter((one) => !one.wanted);
    if (this.all.length) this.tools.say(this.all.length > 1 ? "Recordings were kept" : title(this.all[0]));
    this.tools.redraw();
    for (const one of wanted) this.carryOn(await one.use(), one);
  }

  async play(one) {
    this.problem = "";
    try {
      this.address = URL.createObjectURL(await one.fetched());
      this.playing = one;
    } catch (error) {
      console.info("practika:", error);
      this.problem = LOST;
    }
    this.tools.redraw();
    this.focus("[data-offer-media]");
  }

  /** Ask before it is thrown away, or not any more. */
  ask(one) {
    this.sure = one;
    this.tools.redraw();
    this.focus(one ? "[data-offer-sure]" : "[data-offer-ask]");
  }

  /** What had the focus was drawn anew. */
  focus(what) {
    this.tools.focus(what);
  }

  async use(one) {
    this.problem = "";
    try {
      one.hold();
      await this.take(one);
      this.remove(one);
    } catch (error) {
      console.info("practika:", error);
      one.letGo();
      this.problem = LOST;
      this.tools.redraw();
    }
  }

  async throwAway(one) {
    this.remove(one);
    await one.throwAway();
    this.tools.say("Recording thrown away");
  }

  remove(one) {
    if (this.playing === one) this.letGo();
    this.all = this.all.filter((other) => other !== one);
    this.sure = null;
    this.tools.redraw();
    queueMicrotask(() => this.after());
  }

  letGo() {
    if (this.address) URL.revokeObjectURL(this.address);
    Object.assign(this, { address: "", playing: null });
  }

  draw({ use }) {
    if (!this.all.length && !this.problem) return nothing;
    return html`<div class="stack tight">${this.all.map((one) => row(this, one, use))}
      ${this.problem ? html`<div class="note bad" role="alert">${icon("triangle-alert")}<div>${this.problem}</div></div>` : nothing}</div>`;
  }
}

const title = (one) => `A recording of ${one.seconds > 0 ? clock(one.seconds) : bytes(one.bytes)} was kept`;

function row(offers, one, use) {
  const asking = offers.sure === one;
  return html`<div class="note">${icon(one.voice ? "mic" : "video")}<div class="stack tight" style="min-inline-size:0">
    <p><span class="strong">${title(one)}</span>${one.at ? html`<span class="meta"> ${when(new Date(one.at).toISOString())}</span>` : nothing}</p>
    ${offers.playing === one ? player(one, offers.address) : nothing}
    ${asking
      ? html`<p class="row wrap"><span>Throw it away for good?</span>
          <button class="btn sm danger" type="button" data-offer-sure @click=${() => offers.throwAway(one)}>Throw away</button>
          <button class="btn sm" type="button" @click=${() => offers.ask(null)}>Keep it</button></p>`
      : html`<p class="row wrap"><button class="btn sm soft" type="button" @click=${() => offers.use(one)}>${icon("send")}${use}</button>
          ${offers.playing === one ? nothing : html`<button class="btn sm" type="button" @click=${() => offers.play(one)}>${icon("play")}Play</button>`}
          <button class="btn sm quiet" type="button" data-offer-ask @click=${() => offers.ask(one)}>${icon("trash-2")}Throw away</button></p>`}
  </div></div>`;
}

const player = (one, address) =>
  one.voice
    ? html`<audio controls autoplay data-offer-media src=${address} aria-label="The kept recording" style="inline-size:min(100%,26rem)"></audio>`
    : html`<div class="video" style="max-inline-size:26rem"><video controls autoplay playsinline data-offer-media src=${address} aria-label="The kept recording" style="inline-size:100%;block-size:100%;object-fit:contain"></video></div>`;
