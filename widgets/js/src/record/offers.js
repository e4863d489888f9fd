// "A recording of 0:42 was kept": what a crash left behind, offered where it was made.
import { html, nothing } from "../lib/dom.js";
import { bytes, clock, when } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { oneFree } from "./holding.js";
import { leftBehind } from "./kept.js";

const TAKEN = "Another of your pages has this recording now.";
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

  /**
   * Look for what belongs here, and again whenever a page that has some in hand lets go (one that
   * was just closed may take a while to), this page is turned to, or what is recorded elsewhere may
   * have ended. Those already wanted carry on
   * without a question.
   */
  async look(where) {
    this.close();
    const { signal } = (this.looking = new AbortController());
    for (let before = []; !signal.aborted; before = this.all) {
      const { found, waits, again } = await leftBehind(where);
      if (signal.aborted) return; // another take was opened meanwhile
      waits.push(...(await this.show(before, found)));
      await news(waits, again, signal);
    }
  }

  /** Returns the keys of those that another page was quicker to carry on with. */
  async show(before, found) {
    const known = new Set(before.map((one) => one.key));
    const more = found.filter((one) => !one.wanted && !known.has(one.key));
    this.all = [...before, ...more];
    if (more.length) this.tools.say(more.length > 1 ? "Recordings were kept" : title(more[0]));
    this.tools.redraw();
    const missed = [];
    for (const one of found.filter((one) => one.wanted)) {
      if (await one.hold()) this.carryOn(await one.use(), one);
      else missed.push(one.key);
    }
    return missed;
  }

  /** The page or the take is left. */
  close() {
    this.looking?.abort();
    this.letGo();
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
      if (await one.hold()) await this.take(one);
      else this.problem = TAKEN;
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

/** Until one of the keys is free, the page is turned to, or so many seconds have gone; or nobody
 *  wants to know any more. */
async function news(keys, seconds, signal) {
  const over = new AbortController();
  const end = () => over.abort();
  signal.addEventListener("abort", end);
  const turnedTo = new Promise((resolve, reject) => {
    const look = () => document.visibilityState === "visible" && resolve();
    document.addEventListener("visibilitychange", look, { signal: over.signal });
    over.signal.addEventListener("abort", reject);
  });
  let timer = 0;
  const later = new Promise((resolve) => {
    if (seconds < Infinity) timer = setTimeout(resolve, seconds * 1000);
  });
  await Promise.any([turnedTo, later, ...(keys.length ? [oneFree(keys, over.signal)] : [])]).catch(() => {});
  signal.removeEventListener("abort", end);
  clearTimeout(timer);
  end();
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
