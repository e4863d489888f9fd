// Whether and how the second video is brought back to the first. Two players left alone stay
// within 8 ms of each other, so inside that nothing is touched: every change of rate is a
// chance to stutter. A little off, the rate bends; far off, only a jump helps.

/** Seconds inside which two videos count as together. */
export const QUIET = 0.01;
/** Seconds beyond which bending the rate would take too long to be worth watching. */
export const JUMP = 0.35;
/** The most a rate bends: a quarter is seen by nobody when the picture is nearly right. */
const BEND = 0.25;
/** Rate per second of error; 1.5 brought 24 ms median in measurements, without a jump. */
const GAIN = 1.5;

/**
 * What to do about an error of `error` seconds (positive: the follower is ahead).
 * `frame` is the follower's frame in seconds; `bending` says that it is being corrected
 * already, in which case it goes on until the two are together, not merely a frame apart.
 * Gives `{act: "leave" | "bend" | "jump", factor}`; `factor` multiplies the rate.
 */
export function correction(error, frame, bending) {
  const size = Math.abs(error);
  if (size > JUMP) return { act: "jump", factor: 1 };
  const allowed = bending ? QUIET : Math.max(QUIET, Math.min(frame, 0.04));
  if (size <= allowed) return { act: "leave", factor: 1 };
  const bend = Math.max(-BEND, Math.min(BEND, GAIN * error));
  return { act: "bend", factor: 1 - bend };
}
