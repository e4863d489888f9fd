// Media elements that behave like a browser's, in a world whose time is advanced by hand:
// play() answers later, a seek takes a while and loses the data, the rate may be a little
// off, data may run out.

export class World {
  constructor() {
    this.now = 0;
    this.media = [];
    this.rounds = [];
  }

  /** What Clock takes as `every`. */
  every = (work, ms) => {
    const round = { work, every: ms / 1000, next: this.now + ms / 1000 };
    this.rounds.push(round);
    return () => this.rounds.splice(this.rounds.indexOf(round), 1);
  };

  add(options) {
    const one = new FakeMedia(options);
    this.media.push(one);
    return one;
  }

  /** Let `seconds` pass, a millisecond at a time; `look()` is called after each. */
  async pass(seconds, look = () => {}) {
    const end = this.now + seconds;
    while (this.now < end - 1e-9) {
      this.now += 0.001;
      for (const one of this.media) one.advance(0.001);
      for (const round of [...this.rounds]) {
        if (this.now + 1e-9 < round.next) continue;
        round.next += round.every;
        round.work();
      }
      await null;
      look();
    }
  }
}

class FakeMedia {
  constructor({ duration = 10, pace = 1, seekTakes = 0.04, loads = 0, refuses = false } = {}) {
    this.duration = duration;
    this.pace = pace;
    this.seekTakes = seekTakes;
    this.loads = loads;
    this.refuses = refuses;
    this.readyState = loads > 0 ? 0 : 4;
    this.paused = true;
    this.ended = false;
    this.seeking = false;
    this.muted = false;
    this.playbackRate = 1;
    this.preservesPitch = false;
    this.error = null;
    this.seeks = [];
    this.rates = new Set();
    this.left = 0;
    this.starved = 0;
    this.position = 0;
  }

  get currentTime() {
    return this.position;
  }

  set currentTime(to) {
    this.position = Math.max(0, Math.min(this.duration, to));
    this.seeks.push(this.position);
    this.seeking = true;
    this.ended = false;
    this.left = this.seekTakes;
    this.readyState = 1;
  }

  play() {
    if (this.refuses) {
      const reason = new Error("a press is needed first");
      reason.name = "NotAllowedError";
      return Promise.reject(reason);
    }
    this.paused = false;
    return Promise.resolve();
  }

  pause() {
    this.paused = true;
  }

  /** Have no data for a while, as on a slow line. */
  starve(seconds) {
    this.starved = seconds;
    this.readyState = 2;
  }

  advance(dt) {
    if (this.loads > 0) {
      this.loads -= dt;
      if (this.loads <= 0) this.readyState = 4;
      return;
    }
    if (this.seeking) {
      this.left -= dt;
      if (this.left > 0) return;
      this.seeking = false;
      this.readyState = 4;
    }
    if (this.starved > 0) {
      this.starved -= dt;
      if (this.starved > 0) return;
      this.readyState = 4;
    }
    if (this.paused || this.ended) return;
    this.rates.add(Number(this.playbackRate.toFixed(3)));
    this.position += dt * this.playbackRate * this.pace;
    if (this.position >= this.duration) {
      this.position = this.duration;
      this.ended = true;
      this.paused = true;
    }
  }
}
