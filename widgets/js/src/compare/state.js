// What a comparison's address says, and what of it is said again. Pure.
import { leadInFrom, number } from "../player/address.js";

export const VIEWS = ["side", "stack", "overlay", "wipe"];
export const WAYS = ["content", "offset", "free"];
export const QUALITIES = ["web", "original"];
export const NAMES = ["t", "view", "rate", "off", "snd", "mix", "swap", "sync", "loop", "pre", "q", "tempo", "meter"];

/** Settings from address values; anything odd falls back to what everybody sees first. */
export function fromAddress(given) {
  return {
    t: number(given.t, 0, 86400, 0),
    view: VIEWS.includes(given.view) ? given.view : "",
    rate: number(given.rate, 0.25, 2, 1),
    off: number(given.off, -3600, 3600, 0),
    snd: ["a", "b", "none"].includes(given.snd) ? given.snd : "",
    mix: Math.round(number(given.mix, 0, 100, 50)),
    swap: given.swap === "1",
    sync: WAYS.includes(given.sync) ? given.sync : "",
    loop: loopFrom(given.loop),
    pre: leadInFrom(given.pre),
    q: QUALITIES.includes(given.q) ? given.q : "",
    tempo: given.tempo !== "0",
    meter: given.meter === "1",
  };
}

/** "3.2-5" -> {start, end}; anything else -> null. */
function loopFrom(text) {
  const [start, end] = String(text ?? "").split("-").map((part) => number(part, 0, 86400, NaN));
  return end > start ? { start, end } : null;
}

/** Address values for settings; what is as everybody sees it first is left out. */
export function toAddress(settings, time) {
  const overlaid = settings.view === "overlay" || settings.view === "wipe";
  return {
    t: time > 0.05 ? short(time) : null,
    view: settings.view || null,
    rate: settings.rate === 1 ? null : settings.rate,
    off: Math.abs(settings.off) < 5e-4 ? null : Number(settings.off.toFixed(4)),
    snd: settings.snd || null,
    mix: overlaid && settings.mix !== 50 ? settings.mix : null,
    swap: settings.swap ? 1 : null,
    sync: settings.sync || null,
    loop: settings.loop ? `${short(settings.loop.start)}-${short(settings.loop.end)}` : null,
    pre: settings.pre || null,
    q: settings.q && settings.q !== QUALITIES[0] ? settings.q : null,
    tempo: settings.tempo ? null : 0,
    meter: settings.meter ? 1 : null,
  };
}

const short = (seconds) => seconds.toFixed(2).replace(/\.?0+$/, "");

/** The view to begin with: phones stack, unless both videos stand upright. */
export function firstView(narrow, ratios) {
  return narrow && !ratios.every((ratio) => ratio < 1) ? "stack" : "side";
}

/** Whose sound is heard first: A's, or B's when A has none. */
export function firstSound(a, b) {
  return a && a.sound === false && b?.sound ? "b" : "a";
}

/** The next in the round A, B, nobody, of those that have sound. */
export function nextSound(now, a, b) {
  const round = [a?.sound !== false && "a", b && b.sound !== false && "b", "none"].filter(Boolean);
  return round[(round.indexOf(now) + 1) % round.length];
}

/** A whole number of frames for an offset in seconds, and back. */
export const toFrames = (seconds, frame) => Math.round(seconds / frame);

/** The comment the clock stands on: the latest whose range, or 3 s from its moment, holds `time`. */
export function currentReply(replies, time) {
  const on = replies.filter((reply) => {
    if (reply.start === null) return false;
    return time >= reply.start - 0.05 && time < Math.max(reply.end ?? 0, reply.start + 3);
  });
  return on.sort((x, y) => y.start - x.start)[0]?.id ?? null;
}
