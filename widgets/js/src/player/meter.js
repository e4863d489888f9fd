// How far the two pictures are apart, measured from what the browser says it has shown:
// each time A shows a new picture, the picture of B that stands on the screen then.

const KEPT = 600;

/** Numbers of a list of errors in seconds. Pure. */
export function figures(errors, frame) {
  if (!errors.length) return { n: 0, median: 0, p95: 0, max: 0, frame };
  const sizes = errors.map(Math.abs).sort((x, y) => x - y);
  const at = (share) => sizes[Math.min(sizes.length - 1, Math.floor(share * sizes.length))];
  return { n: sizes.length, median: at(0.5), p95: at(0.95), max: sizes.at(-1), frame };
}

/** B's picture on the screen at `display` (ms), of `[{display, media}]` in order. Pure. */
export function onScreen(shown, display) {
  let found = null;
  for (const one of shown) if (one.display <= display + 1) found = one;
  return found;
}

export class SyncMeter {
  constructor(clock) {
    this.clock = clock;
    this.stops = [];
    this.reset();
  }

  reset() {
    this.errors = [];
    this.seeks = 0;
    this.waiting = null;
    this.shown = [];
  }

  /** Measure what these two elements show; another pair starts anew. */
  watch(a, b) {
    if (this.a === a && this.b === b) return;
    this.unwatch();
    Object.assign(this, { a, b });
    this.reset();
    if (!a?.requestVideoFrameCallback || !b) return;
    this.each(a, (frame) => this.sawA(frame));
    this.each(b, (frame) => {
      this.shown.push(frame);
      if (this.shown.length > 12) this.shown.shift();
    });
    for (const media of [a, b]) {
      const jumped = () => this.jumped();
      media.addEventListener("seeking", jumped);
      this.stops.push(() => media.removeEventListener("seeking", jumped));
    }
  }

  each(media, saw) {
    let id = 0;
    const next = (_, meta) => {
      saw({ display: meta.expectedDisplayTime, media: meta.mediaTime });
      id = media.requestVideoFrameCallback(next);
    };
    id = media.requestVideoFrameCallback(next);
    this.stops.push(() => media.cancelVideoFrameCallback(id));
  }

  /** B's picture of the same moment may be told a little later: the picture before is judged now. */
  sawA(frame) {
    const before = this.waiting;
    this.waiting = frame;
    if (!before || !this.clock.playing || this.clock.waiting) return;
    const b = onScreen(this.shown, before.display);
    if (!b) return;
    this.errors.push(b.media - this.clock.b.target(this.clock.a.toClock(before.media)));
    if (this.errors.length > KEPT) this.errors.shift();
  }

  jumped() {
    if (this.clock.playing && !this.clock.waiting && this.clock.seeking === null) this.seeks += 1;
    this.waiting = null;
  }

  get figures() {
    return { ...figures(this.errors, this.clock.b?.frame ?? 1 / 30), seeks: this.seeks };
  }

  unwatch() {
    this.stops.splice(0).forEach((stop) => stop());
    this.a = this.b = null;
  }
}

/** "median 0.4 frames (16 ms), 95 % within 0.9, at most 1.2, no jumps". Pure. */
export function spelledOut({ n, median, p95, max, frame, seeks }) {
  if (!n) return "Play to measure how far the pictures are apart.";
  const frames = (value) => (value / frame).toFixed(1);
  const jumps = seeks ? `${seeks} jump${seeks > 1 ? "s" : ""}` : "no jumps";
  return `Pictures apart: median ${frames(median)} frames (${Math.round(median * 1000)} ms), 95 % within ${frames(p95)}, at most ${frames(max)}; ${jumps}; ${n} pictures`;
}
