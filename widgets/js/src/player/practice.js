// A practice loop: one stretch again and again, from slow to full speed, counted. Pure of the
// page; the clock plays, this decides how fast and when it is enough.

export const FIRST = { from: 50, to: 100, step: 10, times: 3 };
const LIMITS = { from: [25, 100], to: [25, 150], step: [5, 50], times: [1, 50] };
/** Seconds after which what was practised is told, so that a closed page loses little. */
const TELL_AFTER = 60;

/** Settings in percent and repetitions, whole and within what a player can do. Pure. */
export function sane(given) {
  const found = {};
  for (const [name, [low, high]] of Object.entries(LIMITS)) {
    const value = Math.round(Number(given?.[name]));
    found[name] = Number.isFinite(value) && given?.[name] !== "" ? Math.max(low, Math.min(high, value)) : FIRST[name];
  }
  return { ...found, to: Math.max(found.from, found.to) };
}

export class Practice {
  /** `tell({id, seconds, repetitions, rate})` hears of what was practised; `changed()` redraws. */
  constructor(clock, { tell = () => {}, changed = () => {}, settings = FIRST } = {}) {
    this.clock = clock;
    this.tell = tell;
    this.changed = changed;
    this.settings = sane(settings);
    this.id = null;
    this.stop = clock.onChange(() => this.heard());
  }

  get on() {
    return this.id !== null;
  }

  /** Percent of speed now, and after the next step; null when there is none. */
  get level() {
    return Math.round(this.clock.rate * 100);
  }

  get next() {
    return this.level >= this.settings.to ? null : Math.min(this.settings.to, this.level + this.settings.step);
  }

  /** Make `start` to `end` (clock seconds) the loop, slow first. `id` is the comment's. */
  begin(id, start, end) {
    this.end();
    this.before = { rate: this.clock.rate, preroll: this.clock.preroll };
    this.clock.setLoop({ start, end });
    if (!this.clock.loop) return undefined;
    const { loop, laps } = this.clock;
    Object.assign(this, { id, loop, laps, done: 0, total: 0, untold: 0, seconds: 0, finished: false });
    this.clock.setRate(this.settings.from / 100);
    this.clock.seek(Math.max(0, start - this.clock.preroll));
    return this.clock.play();
  }

  heard() {
    if (!this.on) return;
    if (this.clock.loop !== this.loop) return this.end();
    if (this.clock.laps === this.laps) return;
    this.laps = this.clock.laps;
    this.done += 1;
    this.total += 1;
    this.untold += 1;
    if (this.done >= this.settings.times) this.climb();
    this.changed();
  }

  climb() {
    const { next } = this;
    if (next === null) {
      this.finished = true;
      this.clock.pause();
      return this.say();
    }
    this.done = 0;
    return this.clock.setRate(next / 100);
  }

  /** Called about twice a second with the seconds since the last call. */
  passed(seconds) {
    if (!this.on || !this.clock.playing || this.clock.waiting) return;
    if (this.finished) Object.assign(this, { finished: false, done: 0 });
    this.seconds += Math.min(2, seconds);
    if (this.seconds >= TELL_AFTER) this.say();
  }

  say() {
    if (this.seconds < 1) return;
    this.tell({ id: this.id, seconds: Math.round(this.seconds * 10) / 10, repetitions: this.untold, rate: this.clock.rate });
    this.seconds = this.untold = 0;
  }

  /** Enough: what was practised is told, and speed is again what it was. */
  end() {
    if (!this.on) return;
    this.say();
    this.clear();
    this.clock.setRate(this.before.rate);
  }

  clear() {
    if (this.clock.loop === this.loop && this.loop) {
      this.id = null;
      this.clock.setLoop(null);
    }
    this.id = null;
    this.changed();
  }

  set(changes) {
    this.settings = sane({ ...this.settings, ...changes });
    this.changed();
  }
}
