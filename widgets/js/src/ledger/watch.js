// What this page saw of its person: stretches of the take that were really played, and how long
// the words of comments stood in view. Python decides what that makes of a comment.

const TICK = 250;
const REPORT = 5000;
/** What no comment waits for is told less often; it only counts how much was watched. */
const VIEWS = 30000;
/** A tick that comes later than this was a page that slept; nobody watched. */
const ASLEEP = 2000;
const SHOWN = 0.6;
/** While time maps are being made, the view is read again this often. */
const LOOK_AGAIN = 2000;

/** Stretches from the ticks of a player. Pure: give it times. */
export class Played {
  constructor() {
    this.spans = [];
    this.stop();
  }

  /** It stands still or has jumped: the next moment begins a new stretch. */
  stop() {
    this.last = null;
  }

  /** The player is at `time` seconds; `passed` milliseconds ago it was asked last, at `rate`. */
  at(time, passed, rate = 1) {
    const most = (passed / 1000) * rate * 1.5 + 0.1;
    const gone = this.last === null ? -1 : time - this.last;
    if (gone > 0 && gone <= most) this.add(this.last, time);
    this.last = time;
  }

  add(from, to) {
    const open = this.spans.at(-1);
    if (open && open[1] === from) open[1] = to;
    else this.spans.push([from, to]);
  }

  /** What was played since the last time this was asked, to the millisecond. */
  take() {
    const spans = this.spans.map((span) => span.map((at) => Math.round(at * 1000) / 1000));
    this.spans = [];
    return spans.filter(([from, to]) => to > from);
  }
}

/** Ids of comments and answers the acting person has still to see. Pure. */
export function unseenOf(replies) {
  return (replies ?? [])
    .flatMap((reply) => [reply, ...(reply.thread ?? [])])
    .filter((reply) => !reply.seen && !reply.mine && reply.state === "released")
    .map((reply) => reply.id);
}

/** What is still to be seen of a comparison: comments, answers, and the marks as one. Pure. */
export const toSee = (view) =>
  view.ledger?.mine ? [...unseenOf(view.replies), ...((view.rubric ?? []).some((line) => line.new) ? ["marks"] : [])] : [];

/** Whether it is time to tell, `passed` milliseconds after the last time. Pure. */
export function isDue(unseen, passed) {
  return passed >= (unseen.length ? REPORT : VIEWS) - TICK;
}

/** Ids of the replies of others to the acting person's take: what is played of these is told. Pure. */
export const repliesOf = (view) =>
  (view.replies ?? []).flatMap((reply) => [reply, ...(reply.thread ?? [])]).filter((reply) => !reply.mine && reply.state === "released" && reply.video).map((reply) => reply.id);

/** What was played of video replies, beside the take or in their own small players: one may stand
 * still while the other plays, so each is followed for itself. */
export class RepliesPlayed {
  constructor() {
    this.each = { beside: new Map(), small: new Map() };
    this.asked = new Map();
  }

  of(id, where) {
    const known = this.each[where];
    if (!known.has(id)) known.set(id, new Played());
    return known.get(id);
  }

  /** The one that stands beside the take, a quarter of a second later. */
  beside(desk, passed) {
    const other = desk.view?.b;
    if (other?.kind !== "reply") return;
    const { clock } = desk;
    const [time, side] = desk.takeSide === "a" ? [clock.timeB, clock.b] : [clock.time, clock.a];
    const runs = clock.playing && !clock.waiting && time < (side?.duration || Infinity);
    const played = this.of(other.id, "beside");
    if (runs) played.at(time, passed, clock.rate);
    else played.stop();
  }

  /** A small player tells of itself some four times a second. */
  small({ target, type }) {
    const id = target.hasAttribute?.("controls") && target.closest("[data-life]")?.dataset.life;
    if (!id) return;
    const now = Date.now();
    const passed = now - (this.asked.get(id) ?? now);
    this.asked.set(id, now);
    const played = this.of(id, "small");
    if (type !== "timeupdate" || target.seeking || passed > ASLEEP) played.stop();
    played.at(target.currentTime, passed, target.playbackRate);
  }

  stop() {
    Object.values(this.each).forEach((known) => known.forEach((one) => one.stop()));
  }

  /** By reply, what may be told; empty for nothing. */
  take(allowed) {
    const told = new Map();
    for (const known of Object.values(this.each)) {
      for (const [id, one] of known) told.set(id, [...(told.get(id) ?? []), ...one.take()].slice(0, 100));
    }
    return Object.fromEntries([...told].filter(([id, spans]) => spans.length && allowed.includes(id)).slice(0, 4));
  }
}

const SMALL = ["timeupdate", "seeking", "pause"];

/**
 * Watch the player and the elements with `data-life` (a comment's id) of a comparison.
 * Gives `{look, stop}`: `look()` after each drawing.
 */
export function watch(tools, desk) {
  const played = new Played();
  const read = new Map();
  const inView = new Set();
  const eye = new IntersectionObserver((news) => news.forEach((one) => note(inView, one)), {
    threshold: [0, 0.2, 0.4, SHOWN, 0.8, 1],
  });
  let ticked = Date.now();
  let sent = Date.now();
  let mine = false;
  let unseen = [];
  let waiting = false;
  const replies = new RepliesPlayed();
  const heard = (event) => mine && replies.small(event);
  SMALL.forEach((name) => tools.el.addEventListener(name, heard, true));
  const tick = () => {
    const passed = Date.now() - ticked;
    ticked = Date.now();
    if (!mine || document.visibilityState === "hidden" || passed > ASLEEP) return played.stop(), replies.stop();
    const { clock } = desk;
    if (clock.playing && !clock.waiting) played.at(desk.onTake(clock.time), passed, clock.rate);
    else played.stop();
    replies.beside(desk, passed);
    for (const id of unseen) if (inView.has(id)) read.set(id, (read.get(id) ?? 0) + passed / 1000);
  };
  const send = () => {
    const length = desk.takeSeconds || Infinity;
    const spans = played.take().map(([from, to]) => [Math.max(0, from), Math.min(to, length)]);
    const told = { played: spans.filter(([from, to]) => to > from).slice(0, 100), read: Object.fromEntries(read) };
    read.clear();
    sent = Date.now();
    const videos = replies.take(repliesOf(desk.view ?? {}));
    if (Object.keys(videos).length) told.replies = videos;
    if (told.played.length || told.replies || Object.keys(told.read).length) tools.ask("watched", told).then(() => (told.played.length || told.replies) && desk.heat?.grew(), () => {});
  };
  const due = () => isDue(unseen, Date.now() - sent) && send();
  const leaving = () => document.visibilityState === "hidden" && send();
  document.addEventListener("visibilitychange", leaving);
  const timers = [setInterval(tick, TICK), setInterval(due, REPORT), setInterval(() => waiting && tools.ask("refresh").catch(() => {}), LOOK_AGAIN)];
  return {
    look: (view) => {
      waiting = Boolean(view.ledger?.waiting);
      mine = Boolean(view.ledger?.mine);
      const before = unseen.length;
      unseen = toSee(view);
      // Who watched before the first comment came does not know what was said: not told late.
      if (!before && unseen.length) played.take();
      tools.el.querySelectorAll("[data-life]").forEach((element) => eye.observe(element));
    },
    stop: () => {
      timers.forEach(clearInterval);
      document.removeEventListener("visibilitychange", leaving);
      SMALL.forEach((name) => tools.el.removeEventListener(name, heard, true));
      eye.disconnect();
      send();
    },
  };
}

/** In view is most of a comment, or half the window where a comment is taller. */
function note(inView, { target, isIntersecting, intersectionRatio, intersectionRect, rootBounds }) {
  const tall = intersectionRect.height > (rootBounds?.height ?? Infinity) / 2;
  if (isIntersecting && (intersectionRatio >= SHOWN || tall)) inView.add(target.dataset.life);
  else inView.delete(target.dataset.life);
}
