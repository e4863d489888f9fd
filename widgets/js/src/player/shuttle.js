// J, K and L as editors know them: L forward, again faster; J the same backwards; K stops.
// No browser plays backwards, so going back is a row of jumps, one as soon as the last has landed.

const SPEEDS = [1, 2, 4];
const EVERY = 80;

export class Shuttle {
  /** `every(work, ms)` repeats work and gives the way to stop it. */
  constructor(clock, every) {
    this.clock = clock;
    this.every = every;
    this.speed = 0;
    this.stopped = null;
  }

  /** L: play; pressed again the next faster speed. */
  forward() {
    if (this.speed < 0) return this.still();
    if (!this.clock.playing) this.clock.play();
    else this.clock.shift(1);
    return undefined;
  }

  /** J: back at once, twice, four times the speed. */
  back() {
    if (this.clock.playing) this.clock.pause();
    const next = SPEEDS[SPEEDS.indexOf(-this.speed) + 1] ?? SPEEDS.at(-1);
    this.speed = -next;
    this.stopped ??= this.every(() => this.round(), EVERY);
    this.clock.changed();
  }

  round() {
    if (this.clock.playing || this.clock.time <= 0 || !this.clock.stop) return this.halt();
    if (this.clock.seeking !== null) return undefined;
    return this.clock.seek(this.clock.time + (this.speed * EVERY) / 1000);
  }

  /** K: stand still. */
  still() {
    this.halt();
    this.clock.pause();
  }

  halt() {
    this.stopped?.();
    this.stopped = null;
    this.speed = 0;
  }
}

/** The doings of J, K and L for `listen`; a closed clock ends what still runs. */
export function shuttleKeys(clock) {
  const shuttle = new Shuttle(clock, clock.every);
  return {
    shuttleBack: () => shuttle.back(),
    shuttleStop: () => shuttle.still(),
    shuttleOn: () => shuttle.forward(),
  };
}
