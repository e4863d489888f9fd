// Recordings a crash left behind, put together from what the server and this browser hold.
import { onOurPage, url } from "../lib/base.js";
import { Growing, metadataOf } from "./growing.js";
import { grasp, inHand, isOurs, isRecordingOf } from "./holding.js";
import { Pieces } from "./pieces.js";
import { dropPieces, forgetRecording, notes, piecesOf, putNote } from "./store.js";

const QUIET = 20; // seconds without a byte after which nobody is recording it on another machine

/**
 * What is offered: the browser's notes, each with the server's part, and what the server alone
 * has. Pure. With `answers` only those made to answer a comment, or only the others. `there` is the server's list, null when it cannot be reached.
 */
export function offered(here, there, where, held) {
  const byId = new Map((there ?? []).map((one) => [one.id, one]));
  const mine = here
    .filter((note) => !held.has(note.key) && (!note.upload || !there || byId.has(note.upload)))
    .map((note) => ({ ...note, server: byId.get(note.upload) ?? null }));
  return [...mine, ...foreign(here, there).filter((one) => one.server.quiet > QUIET)].filter((one) => fits(one, where) && (one.seconds > 0 || one.server?.offset > 0));
}

/** What the server alone has: recorded elsewhere, perhaps still. */
function foreign(here, there) {
  const known = new Set(here.map((note) => note.upload));
  return (there ?? []).filter((one) => !known.has(one.id)).map((one) => ({
    key: one.id, upload: one.id, purpose: one.purpose, place: (one.purpose === "reply" ? one.take_id : one.exercise_id) ?? "",
    name: one.name, type: "", seconds: 0, wanted: Boolean(one.reply_id), reply: one.reply_id ?? "", server: one,
  }));
}

/** Seconds until the next of them may be quiet; Infinity where there is none. */
export const nextQuiet = (here, there, where) =>
  Math.min(...foreign(here, there).filter((one) => fits(one, where) && one.server.quiet <= QUIET).map((one) => QUIET + 1 - one.server.quiet));

const thread = (one, answers) => answers === undefined || Boolean(one.parent) === answers;

const fits = (one, { purpose, place, answers }) => one.purpose === purpose && (!place || one.place === place) && thread(one, answers);

/** Keys of those that belong here and that another page has in hand; it may be closed any time. */
export const elsewhere = (here, where, held, isOurs) =>
  here.filter((note) => fits(note, where) && held.has(note.key) && !isOurs(note.key)).map((note) => note.key);

/** Notes about recordings the server has ended, so nothing is left to offer. */
export const over = (here, there, held) =>
  there ? here.filter((note) => note.upload && !held.has(note.key) && !there.some((one) => one.id === note.upload)) : [];

async function onServer() {
  if (!onOurPage()) return null; // a cell of a notebook
  const answer = await fetch(url("api/recordings"), { headers: { Accept: "application/json" } }).catch(() => null);
  return answer?.ok ? answer.json().then(({ recordings }) => recordings ?? null, () => null) : null;
}

/** Recordings left behind for this purpose and place, the keys of those that still may be, and in
 *  how many seconds to look again. */
export async function leftBehind(where) {
  const [here, there, held] = await Promise.all([notes(), onServer(), inHand()]);
  await Promise.all(over(here, there, held).map((note) => forgetRecording(note.key)));
  return { found: offered(here, there, where, held).map((one) => new Kept(one)), waits: elsewhere(here, where, held, isOurs), again: nextQuiet(here, there, where) };
}

const TYPES = { mp4: "video/mp4", m4a: "audio/mp4" };

/** One of them. It has what a Recording has for those who use it or throw it away. */
export class Kept {
  constructor(found) {
    Object.assign(this, found);
    this.type ||= typeOf(found.name);
  }

  /** Bytes as far as the server knows; the browser's pieces come on top. */
  get bytes() {
    return this.server?.offset ?? 0;
  }

  get voice() {
    return this.type.startsWith("audio/");
  }

  /** Take it in hand, so that it is not offered twice; false when another page has it now. */
  async hold() {
    this.release ??= await grasp(this.key);
    return Boolean(this.release);
  }

  letGo() {
    this.release?.();
    this.release = null;
  }

  /** All there is of it, to look at; the server's bytes are fetched once. */
  async fetched() {
    if (this.file) return this.file;
    const head = this.bytes ? await this.head() : new Blob([]);
    const pieces = await this.pieces(head.size);
    const rest = pieces.next(Infinity) ?? new Blob([]);
    this.file = isRecordingOf(new File([head, rest], this.name, { type: this.type }), this);
    return this.file;
  }

  async head() {
    const answer = await fetch(url(`api/recordings/${this.upload}/bytes`));
    if (!answer.ok) throw new Error("the server did not give the recording back");
    return answer.blob();
  }

  /** What this browser holds of it; what came before is on the server. */
  async pieces(held) {
    const rows = await piecesOf(this.key);
    const pieces = new Pieces(rows[0]?.from ?? held, held);
    rows.forEach(({ index, blob }) => pieces.push(blob, index));
    return pieces;
  }

  /** Carry on with it; it comes to its end by itself. */
  async use(reply = this.reply) {
    await this.hold();
    if (this.at) await putNote({ ...this.note, wanted: true, reply });
    this.growing = new Growing({ root: url(""), id: this.upload, metadata: this.metadata, pieces: await this.pieces(this.bytes) });
    this.growing.onHeld = (index) => dropPieces(this.key, index);
    this.growing.onChange(() => this.growing.over && this.end());
    return this.growing.use(reply);
  }

  get metadata() {
    return metadataOf(this);
  }

  get note() {
    const { key, upload, purpose, place, parent, name, type, seconds, at } = this;
    return { key, upload, purpose, place, parent, name, type, seconds, at };
  }

  async throwAway() {
    const growing = this.growing ?? new Growing({ root: url(""), id: this.upload, metadata: {} });
    await growing.cancel();
    await this.end();
  }

  async end() {
    this.letGo();
    await forgetRecording(this.key);
  }
}

const typeOf = (name) => {
  if (/\.mp4$/.test(name)) return "video/mp4";
  if (/\.(m4a|ogg|weba)$/.test(name)) return "audio/mp4";
  return name.includes("voice") ? "audio/webm" : "video/webm";
};
