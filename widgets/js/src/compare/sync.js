// How B follows A: by content (the map with its anchors), by one offset, or freely. Pure.
// Python measured and pinned the map; here it is turned round when A and B change places.
import { bentMap, offsetMap, reversed } from "../player/timemap.js";

const NOTHING = { state: "none", problem: "", points: [], confidence: 0, offset: null, breaks: [], bands: [], sayings: [], anchors: [], can: {} };

/** The view's `sync` as it is seen with A and B swapped or not. */
export function seen(sync, swapped) {
  const given = sync ?? NOTHING;
  if (!swapped) return given;
  const turn = (change) => 1 / (1 + change) - 1;
  const kinds = { slow: "fast", fast: "slow", same: "same" };
  const onB = (at) => bentMap(given.points).toB(at);
  return {
    ...given,
    points: given.points.map(([a, b]) => [b, a]),
    offset: given.offset === null ? null : -given.offset,
    breaks: given.breaks.map((one) => ({ kind: one.kind, a: one.b, b: one.a })),
    bands: given.bands.map((one) => ({ a: one.b, b: one.a, change: turn(one.change), kind: kinds[one.kind] })),
    sayings: given.sayings.map((one) => ({ a: one.a.map(onB), change: turn(one.change) })),
    anchors: given.anchors.map((one) => ({ id: one.id, a: one.b, b: one.a })),
  };
}

/** The way they are kept together: what was asked for, as far as it can be had. */
export function wayOf(asked, sync) {
  const able = sync.points.length > 0;
  if (asked === "content" || !asked) return able ? "content" : "offset";
  return asked;
}

/** The map of the clock. `off` is what a person moved B by, in seconds of B. */
export function mapFor(way, sync, off, swapped) {
  if (way === "content") {
    const points = swapped ? sync.points.map(([a, b]) => [b, a]) : sync.points;
    // Turned as a whole: so a moment stays the moment it was when A and B change places.
    return swapped ? reversed(bentMap(points, -off)) : bentMap(points, off);
  }
  return offsetMap(off + (way === "offset" ? baseOf(sync) : 0));
}

/** The one shift that suits most of the map, where there is a map. */
export const baseOf = (sync) => (sync.state === "ready" ? (sync.offset ?? 0) : 0);

/** What is said on the ribbon: `[{at, a, words, minor}]`, the longest stretches first. */
export function spoken(sync, span) {
  const tempo = sync.sayings.map((one) => ({ a: one.a, words: inWords(one.change) }));
  const stops = sync.breaks.map((one) => ({ a: one.a, words: stopInWords(one) }));
  const all = [...tempo, ...stops].map((one) => ({ ...one, at: (one.a[0] + one.a[1]) / 2, long: one.a[1] - one.a[0] }));
  return apart(all.sort((x, y) => y.long - x.long), span);
}

/** Words stand apart from each other by a seventh of the line; the shorter stretch gives way. */
function apart(all, span) {
  const kept = [];
  for (const one of all) {
    if (kept.every((other) => Math.abs(other.at - one.at) >= span / 7)) kept.push({ ...one, minor: kept.length > 0 });
  }
  return kept;
}

export const inWords = (change) => `${Math.round(Math.abs(change) * 100)} % ${change < 0 ? "slower" : "faster"}`;

function stopInWords({ kind, a, b }) {
  const [onA, onB] = [a[1] - a[0], b[1] - b[0]];
  const long = `${Math.abs(onA - onB).toFixed(1)} s`;
  if (onA >= onB) return { pause: `waits ${long}`, restart: "starts again" }[kind] ?? `adds ${long}`;
  return { pause: `B waits ${long}`, restart: "B starts again" }[kind] ?? `leaves out ${long}`;
}

/** "12 % slower here" at a moment of A; "" where the tempo is the same. */
export function sayingAt(sync, time) {
  const one = sync.sayings.find(({ a }) => time >= a[0] && time < a[1]);
  return one ? `${inWords(one.change)} here` : "";
}

/** How sure: what stands on the badge. `{words, good}`. */
export function trust(way, sync) {
  const count = sync.anchors.length;
  const anchors = `${count} anchor${count === 1 ? "" : "s"}`;
  if (way === "free") return { words: "Each on its own", good: false };
  if (way === "content" && sync.state !== "ready") return { words: `Kept together by ${anchors}`, good: true };
  if (way === "content") {
    const sure = sync.confidence >= 0.8 ? "sure" : "fairly sure";
    return { words: `Elastic sync, ${sure} (${sync.confidence.toFixed(2)})${count ? ` and ${anchors}` : ""}`, good: true };
  }
  if (sync.state === "pending") return { words: "Listening to both videos", good: false };
  return null;
}
