// How fast bytes go and how long the rest takes, from the last few seconds. Pure.

const WINDOW_MS = 8000;

export class Meter {
  constructor() {
    this.samples = []; // [time in ms, bytes sent so far]
  }

  /** Note how much has gone by now. Going backwards (a resumed upload) starts afresh. */
  push(sent, now) {
    const last = this.samples.at(-1);
    if (last && sent < last[1]) this.samples = [];
    this.samples.push([now, sent]);
    while (this.samples.length > 2 && now - this.samples[0][0] > WINDOW_MS) this.samples.shift();
  }

  /** Forget the past, for instance after a pause. */
  reset() {
    this.samples = [];
  }

  /** Bytes a second; NaN until there is half a second to judge from. */
  speed() {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (!first || last[0] - first[0] < 500) return NaN;
    return ((last[1] - first[1]) / (last[0] - first[0])) * 1000;
  }

  /** Seconds until `total` is reached; NaN when it cannot be said. */
  left(total) {
    const speed = this.speed();
    if (!(speed > 0)) return NaN;
    return Math.max(0, total - this.samples.at(-1)[1]) / speed;
  }
}
