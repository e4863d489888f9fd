// One video as the clock sees it: where it should be, whether it takes part, whether it can.

/** HTMLMediaElement.HAVE_FUTURE_DATA, by number so that this runs without a browser. */
const CAN_GO_ON = 3;
/** HAVE_METADATA: before that a time that is set is forgotten by some browsers. */
const KNOWS_ITSELF = 1;
const CAN_SHOW = 2;
const END = 0.02;

export class Side {
  /** `toLocal` and `toClock` translate between the clock's seconds and this video's. */
  constructor(media, { seconds = 0, frameRate = null, toLocal, toClock, slope }) {
    this.media = media;
    this.seconds = seconds;
    this.frame = 1 / (frameRate || 30);
    this.toLocal = toLocal;
    this.toClock = toClock;
    this.slope = slope;
    this.bending = false;
    this.landing = false;
    this.still = false;
  }

  /** Length in seconds; what the server measured until the browser knows, or when it says Infinity. */
  get duration() {
    const own = this.media.duration;
    return Number.isFinite(own) && own > 0 ? own : this.seconds;
  }

  /** The last moment that still shows a picture. */
  get last() {
    return Math.max(0, this.duration - this.frame / 2);
  }

  /** Where this video must stand at clock time t: held on its first or last picture outside. */
  target(t) {
    return Math.max(0, Math.min(this.last, this.toLocal(t)));
  }

  /** Whether clock time t lies on this video. */
  takesPart(t) {
    const local = this.toLocal(t);
    return local >= -1e-6 && local < this.duration - END && !this.media.error;
  }

  get settled() {
    return !this.media.seeking && this.media.readyState >= CAN_GO_ON;
  }

  /** Nothing to show yet: pausing it now would stop some browsers from loading at all. */
  get cold() {
    return this.media.readyState < CAN_SHOW && !this.media.seeking;
  }

  get reached() {
    return this.media.ended || this.media.currentTime >= this.duration - END;
  }

  errorAt(t) {
    return this.media.currentTime - this.target(t);
  }

  put(t) {
    const at = this.target(t);
    if (this.media.readyState >= KNOWS_ITSELF && Math.abs(this.media.currentTime - at) > 1e-4) {
      this.media.currentTime = at;
    }
  }

  run(rate) {
    const wanted = Math.max(0.0625, Math.min(16, rate));
    if (Math.abs(this.media.playbackRate - wanted) > 1e-3) this.media.playbackRate = wanted;
  }

  halt() {
    if (!this.media.paused) this.media.pause();
  }
}
