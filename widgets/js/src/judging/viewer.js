// One video to rate, or two to choose from: together, or one of them alone.
import { Bench } from "../player/bench.js";
import { Clock } from "../player/clock.js";

/** Which of `a` and `b` take part; a video that stands alone is always in it. Pure. */
export const partOf = (who, two) => (two ? { a: who !== "b", b: who !== "a" } : { a: true, b: false });

/** Whose sound is heard: the one that is alone, else the one chosen. Pure. */
export const soundOf = (who, sound) => (who === "both" ? sound : sound === "none" ? "none" : who);

export class Viewer {
  constructor(changed) {
    this.changed = changed;
    this.clock = new Clock();
    this.bench = new Bench(() => changed());
    this.who = "both";
    this.sound = "a";
    this.stop = this.clock.onChange(changed);
  }

  close() {
    this.stop();
    this.clock.close();
    this.bench.close();
  }

  /** Other videos begin at their beginning, both in play. */
  show(a, b = null) {
    const name = `${a?.src ?? ""} ${b?.src ?? ""}`;
    if (name !== this.name) {
      if (this.name !== undefined) this.clock.pause();
      this.name = name;
      this.who = "both";
      this.clock.at = 0;
      this.attached = "";
    }
    this.videos = { a, b };
    this.bench.keep([a, b]);
    this.elements = { a: this.bench.of(a, b ? "Video A" : "The take"), b: b ? this.bench.of(b, "Video B") : null };
    this.attach();
  }

  attach() {
    const part = partOf(this.who, Boolean(this.videos.b));
    const of = (letter) => {
      const [media, video] = [this.elements[letter], this.videos[letter]];
      return part[letter] && media ? { media, seconds: video.seconds, frameRate: video.frame_rate } : null;
    };
    const [a, b] = [of("a"), of("b")];
    const now = `${this.who} ${a ? this.videos.a.src : ""} ${b ? this.videos.b.src : ""}`;
    if (now === this.attached) return;
    this.attached = now;
    for (const element of Object.values(this.elements)) if (element) element.muted = true;
    // A video that plays alone leads, whichever it is.
    this.clock.sound = this.heard(a);
    this.clock.attach(a ?? b, a ? b : null);
  }

  /** In the clock's letters: B alone stands in A's place. */
  heard(a) {
    const sound = soundOf(this.who, this.sound);
    return sound === "b" && !a ? "a" : sound;
  }

  /** Both, A alone or B alone; from the beginning, so that nothing of it is missed. */
  setWho(who) {
    if (who === this.who) return;
    this.clock.pause();
    this.who = who;
    this.clock.at = 0;
    this.attach();
    this.changed();
  }

  setSound(sound) {
    this.sound = sound;
    this.clock.setSound(this.heard(partOf(this.who, Boolean(this.videos.b)).a));
  }

  /** Both, A, B, nobody; with one video on and off. */
  nextSound() {
    const order = this.videos.b && this.who === "both" ? ["a", "b", "none"] : [this.who === "b" ? "b" : "a", "none"];
    this.setSound(order[(order.indexOf(soundOf(this.who, this.sound)) + 1) % order.length]);
  }
}

/** What the keys of a judge do, beside those of the desk itself. */
export const playing = (viewer) => {
  const { clock } = viewer;
  return {
    toggle: () => clock.toggle(),
    back10: () => clock.by(-10), on10: () => clock.by(10),
    back5: () => clock.by(-5), on5: () => clock.by(5),
    back1: () => clock.by(-1), on1: () => clock.by(1),
    frameBack: () => clock.step(-1), frameOn: () => clock.step(1),
    slower: () => clock.shift(-1), faster: () => clock.shift(1),
    sound: () => viewer.nextSound(),
  };
};
