// A recording on its way to the server while it is being made: tus 1.0 with a length that is
// named last (creation-defer-length). It looks like a Transfer to whoever shows it.
import { Meter } from "../lib/meter.js";
import { passes, sentenceFrom, xsrf } from "../lib/transfer.js";
import { Pieces } from "./pieces.js";

const MOST = 8 * 1024 * 1024;
const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000, 30000];
const BYTES = "application/offset+octet-stream";
const STOPPED = "The recording could not be sent. It is kept in this browser; try again.";
const GONE = "The server no longer has the beginning of this recording. Throw it away and record again.";

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** What `Upload-Metadata` says; empty values are left out. */
export const metadataHeader = (metadata) =>
  Object.entries(metadata).filter(([, value]) => value).map(([name, value]) => `${name} ${base64(value)}`).join(",");

/** What the server is told of a recording: its name and kind, and what it is for. */
export const metadataOf = ({ name, type, purpose, place }) =>
  ({ filename: name, filetype: type, purpose, [purpose === "reply" ? "take" : "exercise"]: place });

class Refusal extends Error {
  constructor(status, sentence) {
    super(sentence || `HTTP ${status}`);
    Object.assign(this, { status, sentence });
  }
}

const later = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

export class Growing {
  /**
   * `root` is the address our server's paths begin with; `id` the upload's name there, "" until
   * it has one. `wait(ms, signal)` and `fetch` can be given to test.
   */
  constructor({ metadata, root = "/", id = "", pieces = new Pieces(), fetch = (...what) => globalThis.fetch(...what), wait = later }) {
    Object.assign(this, { metadata, root, id, pieces, fetch, wait });
    Object.assign(this, { state: "sending", problem: "", refused: false, retryAt: 0, wanted: false, reply: "" });
    this.meter = new Meter();
    this.listeners = new Set();
    this.onHeld = () => {}; // (index): pieces before it are on the server
    this.known = !id; // one that was begun before is asked how far it is
  }

  get total() {
    return this.pieces.total;
  }

  get sent() {
    return Math.min(this.pieces.held, this.total);
  }

  get moving() {
    return this.state === "sending" || this.state === "waiting";
  }

  get over() {
    return this.state === "done" || this.state === "cancelled";
  }

  onChange(fn) {
    this.listeners.add(fn);
    return () => this.listeners.delete(fn);
  }

  push(blob) {
    const piece = this.pieces.push(blob);
    if (this.state === "failed" && !this.refused) this.turn("sending"); // signed in again, say
    this.start();
    return piece;
  }

  /** The person wants it: send what is left, say how long it is and, for a reply, whose it is. */
  use(reply = "") {
    Object.assign(this, { wanted: true, reply });
    if (this.state === "paused" || this.state === "failed") this.turn("sending");
    this.start();
    return this;
  }

  async pause() {
    if (!this.moving) return;
    this.turn("paused");
    this.abort?.abort();
    await this.work;
  }

  resume() {
    if (this.state !== "paused" && this.state !== "failed") return;
    this.meter.reset();
    this.turn("sending");
    this.start();
  }

  /** The connection is back: do not wait for the next try. */
  hurry() {
    if (this.state === "waiting") this.nap?.abort();
  }

  /** Throw it away, here and on the server. A server out of reach lets it expire. */
  async cancel() {
    if (this.over) return;
    this.turn("cancelled");
    this.abort?.abort();
    this.nap?.abort();
    await this.work;
    if (this.id) await this.request("DELETE", `files/${this.id}`).catch(() => {});
  }

  start() {
    this.work ??= this.run().finally(() => {
      this.work = null;
      // Something came while the last answer was on its way.
      if (this.state === "sending" && this.more) this.start();
    });
  }

  get more() {
    return this.pieces.behind > 0 || this.wanted;
  }

  async run() {
    for (let tries = 0; this.moving && this.more; ) {
      try {
        if (await this.advance()) tries = 0;
      } catch (error) {
        if (!this.moving) return;
        if (!(await this.again(error, tries))) return;
        tries += 1;
      }
    }
  }

  /** One step towards having everything there; true when bytes or news arrived. */
  async advance() {
    if (!this.id) await this.create();
    else if (!this.known) await this.look();
    else if (this.pieces.behind) await this.send();
    else await this.end();
    if (this.state === "waiting") this.turn("sending");
    return true;
  }

  async create() {
    const answer = await this.request("POST", "files", {
      "Upload-Defer-Length": "1",
      "Upload-Metadata": metadataHeader(this.metadata),
    });
    this.id = answer.headers.get("Location").split("/").filter(Boolean).at(-1);
    this.known = true;
    this.held(0);
  }

  async look() {
    const answer = await this.request("HEAD", `files/${this.id}`);
    this.known = true;
    this.held(Number(answer.headers.get("Upload-Offset")));
    if (answer.headers.get("Upload-Length") === String(this.total)) this.turn("done");
  }

  async send() {
    const piece = this.pieces.next(MOST);
    const answer = await this.request("PATCH", `files/${this.id}`, { "Content-Type": BYTES, "Upload-Offset": String(this.pieces.held) }, piece);
    this.held(Number(answer.headers.get("Upload-Offset")));
  }

  async end() {
    const { total } = this;
    if (this.reply) await this.request("POST", `api/recordings/${this.id}/reply/${this.reply}`);
    await this.request("PATCH", `files/${this.id}`, { "Content-Type": BYTES, "Upload-Offset": String(total), "Upload-Length": String(total) });
    this.turn("done");
  }

  held(bytes) {
    this.onHeld(this.pieces.acknowledge(bytes));
    this.meter.push(bytes, Date.now());
    this.tell();
  }

  async request(verb, path, headers = {}, body = undefined) {
    this.abort = new AbortController();
    const token = xsrf();
    const answer = await this.fetch(this.root + path, {
      method: verb,
      body,
      signal: this.state === "cancelled" ? undefined : this.abort.signal,
      headers: { "Tus-Resumable": "1.0.0", ...(token ? { "X-XSRFToken": token } : {}), ...headers },
    });
    if (!answer.ok) throw new Refusal(answer.status, sentenceFrom(await answer.text().catch(() => "")));
    return answer;
  }

  /** Whether to try once more after this error, and not before it makes sense. */
  async again(error, tries) {
    const status = error.status ?? 0;
    if (error instanceof RangeError) return this.fail(GONE, true);
    if (status === 404 || status === 410) {
      if (this.pieces.start > 0) return this.fail(GONE, true);
      Object.assign(this, { id: "", known: true }); // expired: everything is here, so once more
      this.pieces.acknowledge(0);
      if (tries < 3) return true;
    }
    if (status === 401) return this.fail("You were signed out. Sign in again in another tab, then try again; the recording is kept.");
    if (!passes(status)) return this.fail(error.sentence || STOPPED, true);
    this.known = !this.id;
    const ms = status === 409 && tries === 0 ? 0 : RETRY_MS[Math.min(tries, RETRY_MS.length - 1)];
    if (!ms) return true;
    this.retryAt = Date.now() + ms;
    this.meter.reset();
    this.turn("waiting");
    this.nap = new AbortController();
    await this.wait(ms, this.nap.signal);
    return this.moving;
  }

  fail(sentence, refused = false) {
    Object.assign(this, { problem: sentence, refused });
    this.turn("failed");
    return false;
  }

  turn(state) {
    if (this.state === "cancelled") return;
    this.state = state;
    if (state !== "failed") this.problem = "";
    this.tell();
  }

  tell() {
    this.listeners.forEach((fn) => fn(this));
  }
}
