// The bytes of a recording in the order they were made, and how many of them the server holds.

export class Pieces {
  /** `held` bytes are on the server already; what comes first here begins at byte `start`. */
  constructor(start = 0, held = start) {
    Object.assign(this, { start, held });
    this.all = []; // {index, from, blob}
  }

  /** Bytes there are in all. */
  get total() {
    const last = this.all.at(-1);
    return Math.max(this.held, last ? last.from + last.blob.size : this.start);
  }

  /** Bytes the server does not have yet. */
  get behind() {
    return Math.max(0, this.total - this.held);
  }

  push(blob, index = (this.all.at(-1)?.index ?? -1) + 1) {
    const last = this.all.at(-1);
    const piece = { index, from: last ? last.from + last.blob.size : this.start, blob };
    this.all.push(piece);
    return piece;
  }

  /** The next bytes to send, at most `most`; null when the server has them all. */
  next(most) {
    if (!this.behind) return null;
    const later = this.all.filter((one) => one.from + one.blob.size > this.held);
    if (later[0].from > this.held) throw new RangeError("bytes are missing between here and the server");
    const whole = new Blob(later.map((one) => one.blob));
    const skip = this.held - later[0].from;
    return whole.slice(skip, skip + most);
  }

  /** The server holds so many bytes; returns the index before which no piece is needed there. */
  acknowledge(held) {
    this.held = held;
    const first = this.all.find((one) => one.from + one.blob.size > held);
    return first ? first.index : (this.all.at(-1)?.index ?? -1) + 1;
  }
}
