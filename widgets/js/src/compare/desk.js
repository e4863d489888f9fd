// One comparison: its settings, its clock, and what each control does. Draws nothing.
import { onOurPage } from "../lib/base.js";
import { putState, readState } from "../player/address.js";
import { Bench } from "../player/bench.js";
import { asChosen, captionsOn, quality, setCaptions, setQuality, showCaptions } from "../player/quality.js";
import { Clock } from "../player/clock.js";
import { SyncMeter } from "../player/meter.js";
import { framesOf } from "../player/frames.js";
import { ratioOf } from "../player/stage.js";
import { baseOf, mapFor, sayingAt, seen, trust, wayOf } from "./sync.js";
import { currentReply, firstSound, firstView, fromAddress, NAMES, nextSound, toAddress, toFrames } from "./state.js";

const FRAME = 1 / 30;

export class CompareDesk {
  /** `changed()` asks for a redraw. */
  constructor(changed) {
    this.changed = changed;
    this.settings = fromAddress(onOurPage() ? readState(location.search, NAMES) : {});
    this.clock = new Clock();
    this.bench = new Bench(() => changed());
    this.meter = new SyncMeter(this.clock);
    this.measured = this.meter.figures;
    this.captions = captionsOn();
    this.clock.rate = this.settings.rate;
    this.clock.at = this.settings.t;
    this.clock.loop = this.settings.loop;
    this.clock.preroll = this.settings.pre;
    this.settings.q ||= quality();
    this.hear(null, false);
    this.current = null;
    this.here = "";
    this.mapped = "";
    this.attached = "";
    this.clock.onChange(() => {
      this.settings.rate = this.clock.rate;
      this.settings.loop = this.clock.loop;
      this.settings.pre = this.clock.preroll;
      this.remember();
      changed();
    });
  }

  close() {
    clearTimeout(this.later);
    this.meter.unwatch();
    this.clock.close();
    this.bench.close();
  }

  /** Take a view from Python: which videos stand where, and what was said. */
  show(view) {
    this.view = view;
    const [first, second] = [view.a, view.b].map((one) => (one ? { ...one, video: asChosen(one.video, this.settings.q) } : null));
    [this.a, this.b] = this.settings.swap && second ? [second, first] : [first, second];
    this.hear(view.sync, this.settings.swap && Boolean(second));
    this.bench.keep([first?.video, second?.video]);
    this.videoA = this.bench.of(this.a?.video, `A: ${this.a?.label}`);
    this.videoB = this.bench.of(this.b?.video, `B: ${this.b?.label}`, this.a?.video.src === this.b?.video.src);
    this.attach();
    showCaptions(this.videoA, this.captions);
    showCaptions(this.videoB, false);
    if (this.settings.meter) this.meter.watch(this.videoA, this.videoB);
    else this.meter.unwatch();
    this.clock.frames = this.videoA ? framesOf(this.a.video, this.changed) : null;
  }

  /** Read how B follows A, once for each answer of Python's: a map may have thousands of points. */
  hear(given, swapped) {
    if (given === this.given && swapped === this.turned) return;
    Object.assign(this, { given, turned: swapped, sync: seen(given, swapped) });
    this.pointsText = JSON.stringify(this.sync.points);
  }

  attach() {
    const key = [this.videoA?.src, this.videoB?.src].join(" ");
    if (key === this.attached) return this.remap();
    this.attached = key;
    const side = (one, media) =>
      media && { media, seconds: one.video.seconds, frameRate: one.video.frame_rate };
    this.clock.sound = this.sound;
    this.clock.attach(side(this.a, this.videoA), side(this.b, this.videoB), this.map());
    this.clock.setRate(this.settings.rate);
  }

  /** How B follows now; remembered, so that an unchanged view never moves anything. */
  map() {
    const { swap, off } = this.settings;
    this.mapped = JSON.stringify([this.way, off, swap, this.pointsText, baseOf(this.sync)]);
    return mapFor(this.way, this.sync, off, swap);
  }

  /** A new map has come, an anchor was set or the way was changed: A stays, B goes where it belongs. */
  remap() {
    const before = this.mapped;
    const map = this.map();
    if (before !== this.mapped) this.clock.setMap(map);
  }

  get way() {
    return wayOf(this.settings.sync, this.sync);
  }

  /** What the badge says about how they are kept together. */
  get trust() {
    return trust(this.way, this.sync);
  }

  /** Another way of keeping them together; nothing moves when they are let go of. */
  setWay(way) {
    const apart = this.clock.timeB - this.clock.time;
    const was = this.way;
    this.settings.sync = way;
    if (way === "free") this.settings.off = apart;
    else if (was === "free") this.settings.off = way === "offset" ? apart - baseOf(this.sync) : 0;
    this.remap();
    this.touched();
  }

  /** Dragging on A's line: both go there; let go of each other, A goes alone. */
  seekA(t) {
    if (this.way === "free") this.letApart(t, this.clock.timeB);
    this.clock.seek(t);
  }

  /** Dragging on B's line, in B's own seconds. */
  seekB(t) {
    if (this.way !== "free") return this.clock.seek(this.clock.map.toA(t));
    this.letApart(this.clock.time, t);
    return this.touched();
  }

  letApart(a, b) {
    this.settings.off = b - a;
    this.clock.at = a;
    this.clock.seeking = null;
    this.remap();
  }

  /** What an anchor set now would say: seconds of the take and of what stands beside it. */
  get moment() {
    const [a, b] = [this.clock.time, this.clock.timeB].map((at) => Math.round(at * 1000) / 1000);
    return this.settings.swap ? { a: b, b: a } : { a, b };
  }

  /** An anchor was set: from now on content keeps them together, without what was moved by hand. */
  anchored() {
    this.settings.sync = "";
    this.settings.off = 0;
    this.remap();
    this.touched();
  }

  setTempo(on) {
    this.settings.tempo = on;
    this.touched();
  }

  /** Measure how far the pictures are apart, or stop; told about twice a second. */
  setMeter(on) {
    this.settings.meter = on;
    this.meter.reset();
    this.measure();
    this.touched();
  }

  measure() {
    this.measured = this.meter.figures;
    if (this.settings.meter) this.changed();
  }

  /** Whether there is anything to be shown as captions. */
  get captioned() {
    return Boolean(this.a?.video.captions && (this.view.replies ?? []).some((reply) => reply.start !== null));
  }

  toggleCaptions() {
    this.captions = !this.captions;
    setCaptions(this.captions);
    this.changed();
  }

  /** Another file of both videos: in the link from now on, and this browser's choice. */
  setQuality(key) {
    this.settings.q = key;
    setQuality(key);
    this.touched();
  }

  get narrow() {
    return matchMedia("(max-width: 47.99rem)").matches;
  }

  get ratios() {
    return [[this.a, this.videoA], [this.b, this.videoB]]
      .filter(([one]) => one)
      .map(([one, element]) => ratioOf(one.video, element));
  }

  get shownView() {
    if (!this.b) return "stack";
    return this.settings.view || firstView(this.narrow, this.ratios);
  }

  /** Whose sound is heard: what was chosen, else the first that has any. */
  get sound() {
    return this.settings.snd || firstSound(this.a?.video, this.b?.video);
  }

  /** The side the comments belong to. */
  get takeSide() {
    return this.settings.swap && this.view.b ? "b" : "a";
  }

  get frameB() {
    return this.b?.video.frame_rate ? 1 / this.b.video.frame_rate : FRAME;
  }

  get frames() {
    return toFrames(this.settings.off, this.frameB);
  }

  /** Seconds on the take at clock time t, and the way back. */
  onTake(t) {
    return this.takeSide === "a" ? t : this.clock.map.toB(t);
  }

  /** How long the take is that the comments belong to. */
  get takeSeconds() {
    return this.clock[this.takeSide]?.duration ?? this.view.a?.video.seconds ?? 0;
  }

  /** Clock time of a moment of the take. */
  onClock(seconds) {
    return this.takeSide === "a" ? seconds : this.clock.map.toA(seconds);
  }

  goTo(seconds) {
    this.clock.seek(this.onClock(seconds));
  }

  /** Called as time passes: the comment that is being shown. */
  passes(time) {
    const current = currentReply(this.view.replies ?? [], this.onTake(time));
    const here = this.way === "content" ? sayingAt(this.sync, time) : "";
    if (current !== this.current || here !== this.here) {
      this.current = current;
      this.here = here;
      this.changed();
    }
  }

  setView(view) {
    this.settings.view = view;
    this.touched();
  }

  toggleOverlay() {
    this.setView(this.shownView === "overlay" ? firstView(this.narrow, this.ratios) : "overlay");
  }

  setMix(percent) {
    this.settings.mix = Math.max(0, Math.min(100, Math.round(Number(percent) || 0)));
    this.touched();
  }

  setSound(who) {
    this.settings.snd = who;
    this.clock.setSound(who);
  }

  nextSound() {
    this.setSound(nextSound(this.sound, this.a?.video, this.b?.video));
  }

  setOffset(seconds) {
    const most = Math.max(this.a?.video.seconds || 3600, this.b?.video.seconds || 3600);
    this.settings.off = Math.max(-most, Math.min(most, Number(seconds) || 0));
    this.remap();
    this.touched();
  }

  nudge(frames) {
    if (this.b) this.setOffset((this.frames + frames) * this.frameB);
  }

  swap() {
    if (!this.b) return;
    const time = this.clock.timeB;
    const playing = this.clock.playing;
    this.clock.pause();
    this.settings.snd = { a: "b", b: "a" }[this.sound] ?? "none";
    this.settings.swap = !this.settings.swap;
    this.settings.off = -this.settings.off;
    const { loop, map } = this.clock;
    this.clock.setLoop(loop && { start: Math.max(0, map.toB(loop.start)), end: map.toB(loop.end) });
    this.clock.at = time;
    this.clock.seeking = null;
    this.show(this.view);
    if (playing) this.clock.play();
    this.touched();
  }

  /** The loop button: off when on, else the comment shown, else everything. */
  toggleLoop() {
    if (this.clock.loop) return this.clock.setLoop(null);
    const reply = (this.view.replies ?? []).find((one) => one.id === this.current && one.end);
    const [start, end] = reply ? [reply.start, reply.end] : [0, this.clock.duration];
    const back = (at) => (this.takeSide === "a" || !reply ? at : this.clock.map.toA(at));
    this.clock.setLoop({ start: back(start), end: back(end) });
  }

  loopFrom() {
    const end = this.clock.loop?.end ?? this.clock.duration;
    this.clock.setLoop({ start: this.clock.time, end: end > this.clock.time ? end : this.clock.duration });
  }

  loopTo() {
    const start = this.clock.loop?.start ?? 0;
    this.clock.setLoop({ start: start < this.clock.time ? start : 0, end: this.clock.time });
  }

  touched() {
    this.remember();
    this.changed();
  }

  /** Into the address, a little later: dragging must not write it a hundred times. */
  remember() {
    if (!onOurPage()) return;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.putAddress(), 250);
  }

  putAddress() {
    putState(toAddress(this.settings, this.clock.time));
  }
}
