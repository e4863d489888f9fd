// One clock for one or two videos. Its time is A's time; B follows through a time map.
// It owns play, pause, seek, speed and whose sound is heard; nobody else touches the media.
// Pure of the page: anything that behaves like a <video> will do, so node can test it.
import { correction, following } from "./drift.js";
import { Side } from "./side.js";
import { offsetMap } from "./timemap.js";

export const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];
/** Speeds of a loop: every 5 % from 40 % to 100 %, and the others. */
export const LOOP_RATES = [...new Set([...RATES, ...Array.from({ length: 13 }, (_, n) => (40 + 5 * n) / 100)])].sort((x, y) => x - y);
const TICK = 50;
/** Standing closer than this part of a frame shows the right picture. */
const QUARTER = 0.25;
/** Further than this behind a loop, somebody went there on purpose. */
const PAST = 1;
/** A jump in the map takes about so long; aiming so far ahead lands near the moment. */
const LANDING = 0.06;
const SAME = (t) => t;

function repeat(work, every) {
  const id = setInterval(work, every);
  return () => clearInterval(id);
}

export class Clock {
  /** `every(work, ms)` repeats work and gives the way to stop it. */
  constructor({ every = repeat } = {}) {
    this.every = every;
    this.a = null;
    this.b = null;
    this.map = offsetMap(0);
    this.rate = 1;
    this.sound = "a";
    this.loop = null;
    this.preroll = 0;
    this.laps = 0;
    this.frames = null;
    this.playing = false;
    this.waiting = false;
    this.refused = "";
    this.seeking = null;
    this.at = 0;
    this.stop = null;
    this.listeners = new Set();
  }

  /** Call `heard()` after every change but the passing of time; gives the way to end it. */
  onChange(heard) {
    this.listeners.add(heard);
    return () => this.listeners.delete(heard);
  }

  /** Take over `a` and `b` (or null): `{media, seconds, frameRate}` each. Time is kept. */
  attach(a, b, map = this.map) {
    this.sides.forEach((side) => side.halt());
    this.map = map;
    const part = (one, lines) => (one ? new Side(one.media, { ...one, ...lines }) : null);
    this.a = part(a, { toLocal: SAME, toClock: SAME, slope: () => 1 });
    this.b = part(b, {
      toLocal: (t) => this.map.toB(t),
      toClock: (t) => this.map.toA(t),
      slope: (t) => this.map.slope(t),
    });
    for (const side of this.sides) side.media.preservesPitch = true;
    this.stop ??= this.every(() => this.tick(), TICK);
    this.applySound();
    this.seek(this.at);
  }

  /** Let go of everything; the clock is finished. */
  close() {
    this.stop?.();
    this.stop = null;
    this.playing = false;
    this.sides.forEach((side) => side.halt());
    this.listeners.clear();
  }

  get sides() {
    return [this.a, this.b].filter(Boolean);
  }

  /** Seconds from 0 to the end of whichever video ends last. */
  get duration() {
    return Math.max(0, ...this.sides.map((side) => side.toClock(side.duration)));
  }

  get frame() {
    return this.a?.frame ?? this.b?.frame ?? 1 / 30;
  }

  /** Where the clock stands, in seconds of A. */
  get time() {
    if (this.seeking !== null) return this.seeking;
    const lead = this.playing && !this.waiting ? this.leader(this.at) : null;
    return lead ? lead.toClock(lead.media.currentTime) : this.at;
  }

  /** Where B stands, in its own seconds. */
  get timeB() {
    return this.b ? this.b.target(this.time) : 0;
  }

  /** The video whose time counts: the one that is heard, so that its tempo never bends. */
  leader(t) {
    const order = this.sound === "b" ? [this.b, this.a] : [this.a, this.b];
    return order.find((side) => side?.takesPart(t)) ?? null;
  }

  play() {
    if (!this.sides.length) return;
    this.refused = "";
    if (this.time >= this.duration - 0.05) this.seek(this.loop?.start ?? 0);
    this.playing = true;
    this.waiting = true;
    this.warm();
    this.tick();
    this.changed();
  }

  /** A phone loads nothing before play() was called in answer to a press: do it now. */
  warm() {
    for (const side of this.sides) {
      if (side.cold && side.takesPart(this.at)) this.begin(side);
    }
  }

  pause() {
    if (this.playing) this.at = this.time;
    this.playing = false;
    this.waiting = false;
    this.sides.forEach((side) => side.halt());
    this.settle();
    this.changed();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Go to `t`. While a jump is under way only the newest wish is kept. */
  seek(t) {
    const end = this.duration || t;
    this.at = Math.max(0, Math.min(end, Number.isFinite(t) ? t : 0));
    this.seeking = this.at;
    if (this.playing) this.hold();
    if (!this.sides.some((side) => side.media.seeking)) this.place();
    this.changed();
  }

  by(seconds) {
    this.seek(this.time + seconds);
  }

  /** One picture on (1) or back (-1): to the middle of it, where no rounding can miss it. */
  step(frames) {
    if (this.playing) this.pause();
    if (this.frames) return this.seek(this.frames.stepped(this.time, frames));
    const now = Math.floor(this.time / this.frame + 1e-6);
    const last = Math.max(0, Math.ceil(this.duration / this.frame - 1e-6) - 1);
    this.seek((Math.max(0, Math.min(last, now + frames)) + 0.5) * this.frame);
  }

  setRate(rate) {
    this.rate = Math.max(RATES[0], Math.min(RATES.at(-1), Number(rate) || 1));
    for (const side of this.sides) {
      side.bending = false;
      side.run(this.feed(side));
    }
    this.changed();
  }

  /** How fast a side plays where the clock stands: the one that leads at the rate asked for. */
  feed(side) {
    const lead = this.leader(this.at);
    const own = side.slope(this.at);
    if (!lead || lead === side) return this.rate * (lead ? 1 : own);
    return (this.rate * own) / Math.max(0.05, lead.slope(this.at));
  }

  /** The next slower (-1) or faster (1) of RATES; in a loop in steps of 5 % from 40 % on. */
  shift(way) {
    const further = (this.loop ? LOOP_RATES : RATES).filter((one) => (way > 0 ? one > this.rate : one < this.rate));
    const next = way > 0 ? further[0] : further.at(-1);
    if (next) this.setRate(next);
  }

  setMap(map) {
    this.at = this.time;
    this.map = map;
    if (this.b) this.seek(this.at);
    else this.changed();
  }

  /** "a", "b" or "none"; never both. */
  setSound(sound) {
    this.at = this.time;
    this.sound = sound;
    this.applySound();
    this.changed();
  }

  applySound() {
    if (this.a) this.a.media.muted = this.sound !== "a";
    if (this.b) this.b.media.muted = this.sound !== "b";
  }

  /** `{start, end}` in seconds, or null; a loop shorter than a frame is none. */
  setLoop(loop) {
    this.loop = loop && loop.end - loop.start > this.frame ? loop : null;
    this.changed();
  }

  setPreroll(seconds) {
    this.preroll = Math.max(0, Number(seconds) || 0);
    this.changed();
  }

  changed() {
    for (const heard of this.listeners) heard();
  }

  // --- the 50 ms round ---------------------------------------------------------

  tick() {
    if (this.seeking !== null && !this.arrive()) return;
    if (!this.playing) return this.settle();
    if (!this.waiting) this.at = this.time;
    if (this.loop && this.at >= this.loop.end && this.at < this.loop.end + PAST) return this.again();
    const on = this.sides.filter((side) => side.takesPart(this.at));
    if (on.length === 0 || on.every((side) => side.reached)) return this.finish();
    if (on.some((side) => !side.settled && !side.reached && !side.landing)) return this.hold();
    if (this.waiting) return this.start(on);
    this.keep(on);
  }

  /** A loop's end: once more from its start, with the lead-in that was asked for. */
  again() {
    this.laps += 1;
    this.seek(Math.max(0, this.loop.start - this.preroll));
  }

  /** Whether the jump asked for last is done on every video. */
  arrive() {
    if (this.sides.some((side) => side.media.seeking)) return false;
    if (this.sides.some((side) => side.media.readyState < 1 && !side.media.error)) return false;
    if (this.seeking !== null) this.place();
    if (this.sides.some((side) => side.media.seeking)) return false;
    this.seeking = null;
    return true;
  }

  place() {
    this.sides.forEach((side) => side.put(this.at));
  }

  /** Standing still, both show exactly the same moment. */
  settle() {
    for (const side of this.sides) {
      if (side.media.seeking || side.media.error) continue;
      if (Math.abs(side.errorAt(this.at)) > QUARTER * side.frame) side.put(this.at);
    }
  }

  /** One of them has no more data: both wait, so that neither runs ahead. */
  hold() {
    if (!this.waiting) {
      if (this.seeking === null) this.at = this.time;
      this.waiting = true;
      this.changed();
    }
    for (const side of this.sides) if (!side.cold) side.halt();
  }

  start(on) {
    const off = on.filter((side) => Math.abs(side.errorAt(this.at)) > side.frame / 2);
    if (off.length) {
      on.forEach((side) => side.halt());
      return off.forEach((side) => side.put(this.at));
    }
    this.waiting = false;
    on.forEach((side) => this.run(side));
    this.changed();
  }

  run(side) {
    side.bending = side.landing = side.still = false;
    side.run(this.feed(side));
    this.begin(side);
  }

  begin(side) {
    side.media.play()?.catch?.((reason) => this.unable(reason));
  }

  /** A browser that wants a press first says so; a play cut short by a pause is no news. */
  unable(reason) {
    if (reason?.name === "AbortError" || !this.playing) return;
    this.refused = reason?.name ?? "Error";
    this.pause();
  }

  keep(on) {
    const lead = this.leader(this.at);
    for (const side of this.sides) {
      if (!on.includes(side)) side.halt();
      else if (side !== lead && this.map.bent) this.follow(side);
      else if (side.media.paused) this.join(side);
      else if (side !== lead) this.correct(side);
      else side.run(this.feed(side));
    }
  }

  /** A video whose part begins later joins in when its moment comes. */
  join(side) {
    if (Math.abs(side.errorAt(this.at)) > side.frame) side.put(this.at);
    this.run(side);
  }

  correct(side) {
    const { act, factor } = correction(side.errorAt(this.at), side.frame, side.bending);
    side.bending = act === "bend";
    if (act === "jump") side.put(this.at);
    else side.run(this.feed(side) * factor);
  }

  /** Under a bent map: as fast as the map says here; a jump only where the map itself jumps. */
  follow(side) {
    if (side.landing && !side.settled) return;
    side.landing = false;
    const { act, rate } = following(side.errorAt(this.at), this.feed(side));
    if (act === "still") {
      side.still = true;
      return side.halt();
    }
    if (act === "jump") {
      side.landing = true;
      side.put(this.at + LANDING * this.rate);
    }
    side.run(rate);
    if (side.media.paused) this.begin(side);
    side.still = false;
  }

  finish() {
    if (this.loop) return this.again();
    this.playing = false;
    this.waiting = false;
    this.at = this.duration;
    this.sides.forEach((side) => side.halt());
    this.changed();
  }
}

