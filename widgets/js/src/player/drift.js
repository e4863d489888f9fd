// Whether and how the second video is brought back to the first. Two players left alone stay
// within 8 ms of each other, so inside that nothing is touched: every change of rate is a
// chance to stutter. A little off, the rate bends; far off, only a jump helps.

/** Seconds inside which two videos count as together. */
export const QUIET = 0.01;
/** Seconds beyond which bending the rate would take too long to be worth watching. */
export const JUMP = 0.35;
/** The most a rate bends: a quarter is seen by nobody when the picture is nearly right. */
const BEND = 0.25;
/** The same under a bent map, where the tempo changes anyway. */
const BEND_MORE = 0.5;
/** B hardly moves while A goes on (a pause in A): slower than this no browser plays well. */
const STILL = 0.12;
/** Faster than this a player stutters; what needs more ends in a jump. */
const FASTEST = 4;
/** Rate per second of error; 1.5 brought 24 ms median in measurements, without a jump. */
const GAIN = 1.5;

/**
 * What to do about an error of `error` seconds (positive: the follower is ahead).
 * `frame` is the follower's frame in seconds; `bending` says that it is being corrected
 * already, in which case it goes on until the two are together, not merely half a frame apart.
 * Gives `{act: "leave" | "bend" | "jump", factor}`; `factor` multiplies the rate.
 */
export function correction(error, frame, bending) {
  const size = Math.abs(error);
  if (size > JUMP) return { act: "jump", factor: 1 };
  const allowed = bending ? QUIET : Math.max(QUIET, Math.min(frame / 2, 0.02));
  if (size <= allowed) return { act: "leave", factor: 1 };
  const bend = Math.max(-BEND, Math.min(BEND, GAIN * error));
  return { act: "bend", factor: 1 - bend };
}

/**
 * The same for a bent map: run at the tempo the map has here (`feed`, the follower's own rate
 * of playing), less 1.5 for each second it is ahead; nothing inside +-10 ms.
 * Gives `{act: "run" | "still" | "jump", rate}`.
 */
export function following(error, feed) {
  if (Math.abs(error) > JUMP && !(feed < STILL && error > 0)) return { act: "jump", rate: clamped(feed) };
  const back = Math.abs(error) <= QUIET ? 0 : Math.max(-BEND_MORE, Math.min(BEND_MORE, GAIN * error));
  if (feed < STILL && error > -QUIET) return { act: "still", rate: 0 };
  return { act: "run", rate: clamped(feed - back) };
}

const clamped = (rate) => Math.max(STILL, Math.min(FASTEST, rate));
