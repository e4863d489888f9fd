// One file on its way to the server, by tus 1.0: pause, resume, retry, cancel.
import { Upload } from "tus-js-client";
import { url } from "./base.js";
import { Meter } from "./meter.js";
import { xsrf } from "./xsrf.js";

export { xsrf };

const CHUNK = 32 * 1024 * 1024;
const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000, ...Array(40).fill(30000)];
const SIGNED_OUT = "You were signed out. Sign in again in another tab, then carry on here; what has arrived is safe.";

const OUT_OF_DATE = "This page is out of date. Reload it and carry on; what has arrived is safe.";

/** What tells one file from another when it is chosen again; the place it goes to is part of it. */
export const fingerprint = (file, metadata = {}) =>
  ["practika", file.name, file.type, file.size, file.lastModified,
    metadata.purpose ?? "take", metadata.exercise ?? "", metadata.reply ?? ""].join("|");

/** Worth another try? Refusals (4xx, a full disk) are not, except those that pass by themselves. */
export const passes = (status) => !(status === 507 || (status >= 400 && status < 500)) || [408, 409, 423, 429].includes(status);

/** The server's own sentence out of an error's body (JSON or plain text), or "". */
export function sentenceFrom(body) {
  const text = (body ?? "").trim();
  if (!text || text.startsWith("<")) return "";
  try {
    const read = JSON.parse(text);
    return read.sentence ?? read.message ?? read.error ?? "";
  } catch {
    return text.length < 500 ? text : "";
  }
}

/**
 * States: sending, paused, waiting (for the connection), done, failed, cancelled.
 * `onChange(transfer)` hears of every step; progress at most four times a second.
 */
export class Transfer {
  constructor(file, { metadata = {}, uploadUrl = null, endpoint = url("files"), headers = {}, options = {} } = {}) {
    this.file = file;
    this.metadata = { filename: file.name ?? "recording.webm", filetype: file.type ?? "", ...metadata };
    this.total = file.size;
    this.sent = 0;
    this.state = "paused";
    this.problem = "";
    this.retryAt = 0;
    this.meter = new Meter();
    this.listeners = new Set();
    this.headers = headers;
    this.upload = new Upload(file, this.settings(endpoint, uploadUrl, options));
  }

  settings(endpoint, uploadUrl, options) {
    return {
      endpoint,
      uploadUrl,
      metadata: this.metadata,
      chunkSize: CHUNK,
      retryDelays: RETRY_MS,
      fingerprint: async (file) => fingerprint(file, this.metadata),
      removeFingerprintOnSuccess: true,
      onBeforeRequest: (request) => {
        const token = xsrf();
        if (token) request.setHeader("X-XSRFToken", token);
        Object.entries(this.headers).forEach(([name, value]) => request.setHeader(name, value));
      },
      onUploadUrlAvailable: () => this.tell(),
      onProgress: (sent) => this.progress(sent),
      onShouldRetry: (error, attempt) => this.shouldRetry(error, attempt),
      onError: (error) => this.failed(error),
      onSuccess: () => this.turn("done"),
      ...options,
    };
  }

  /** The server's name for this upload, once it has one. */
  get id() {
    const address = this.upload.url ?? this.upload.options.uploadUrl;
    return address ? address.split("?")[0].split("/").filter(Boolean).at(-1) : "";
  }

  get moving() {
    return this.state === "sending" || this.state === "waiting";
  }

  onChange(fn) {
    this.listeners.add(fn);
    return () => this.listeners.delete(fn);
  }

  /** Begin, or carry on with what an earlier visit left: the fingerprint finds it. */
  async start() {
    this.turn("sending");
    if (!this.upload.url && !this.upload.options.uploadUrl) {
      const earlier = await this.upload.findPreviousUploads().catch(() => []);
      if (earlier.length) this.upload.resumeFromPreviousUpload(earlier.at(-1));
    }
    if (this.state === "sending") this.upload.start();
  }

  async pause() {
    if (!this.moving) return;
    this.turn("paused");
    await this.upload.abort();
  }

  resume() {
    if (this.state !== "paused" && this.state !== "failed") return undefined;
    this.meter.reset();
    return this.start();
  }

  /** The connection is back: do not wait for the next try. */
  async hurry() {
    if (this.state !== "waiting") return;
    await this.upload.abort();
    this.meter.reset();
    this.turn("sending");
    this.upload.start();
  }

  /** Give it up; the server removes what has arrived. */
  async cancel() {
    const finished = this.state === "done";
    this.turn("cancelled");
    if (!finished) await this.upload.abort(Boolean(this.upload.url)).catch(() => {});
  }

  progress(sent) {
    const now = Date.now();
    this.sent = sent;
    this.meter.push(sent, now);
    if (this.state === "waiting") this.state = "sending";
    if (now - (this.told ?? 0) > 250 || sent === this.total) this.tell(now);
  }

  shouldRetry(error, attempt) {
    const status = error.originalResponse?.getStatus?.() ?? 0;
    if (!passes(status) || attempt >= RETRY_MS.length || this.state === "cancelled") return false;
    this.retryAt = Date.now() + RETRY_MS[attempt];
    this.meter.reset();
    this.turn("waiting");
    return true;
  }

  failed(error) {
    if (this.state === "cancelled") return;
    const status = error.originalResponse?.getStatus?.() ?? 0;
    const said = sentenceFrom(error.originalResponse?.getBody?.());
    if (status === 401) this.problem = SIGNED_OUT;
    else if (status === 403) this.problem = said && !said.includes("_xsrf") ? said : OUT_OF_DATE;
    else this.problem = said || "The upload stopped. What has arrived is safe; carry on when the connection is back.";
    this.refused = status >= 400 && status < 500 && status !== 401 && status !== 403;
    this.turn("failed");
  }

  turn(state) {
    this.state = state;
    if (state !== "failed") this.problem = "";
    this.tell();
  }

  tell(now = Date.now()) {
    this.told = now;
    this.listeners.forEach((fn) => fn(this));
  }
}
