// How a moment of A finds its moment of B. A map has three functions, so that a fixed
// offset and a bent line (alignment by content) fit the same clock:
//   toB(t)   seconds on A -> seconds on B
//   toA(t)   the way back
//   slope(t) how fast B runs when A runs at 1

/** B shows A's moment plus a fixed number of seconds. */
export function offsetMap(seconds = 0) {
  const offset = Number.isFinite(seconds) ? seconds : 0;
  return { offset, toB: (t) => t + offset, toA: (t) => t - offset, slope: () => 1 };
}

/** Seconds ahead over which a bent map's tempo is taken: what comes until a change of rate tells. */
const AHEAD = 0.1;

/**
 * B follows A through `points` [[a, b], ...], rising on both sides and straight between them;
 * beyond the ends one second a second, and everything moved by `shift` seconds of B.
 */
export function bentMap(points, shift = 0) {
  if (points.length < 2) return offsetMap((points.length ? points[0][1] - points[0][0] : 0) + shift);
  const [a, b] = [points.map((one) => one[0]), points.map((one) => one[1])];
  const toB = (t) => read(a, b, t) + shift;
  return {
    bent: true,
    offset: shift,
    toB,
    toA: (t) => read(b, a, t - shift),
    slope: (t) => (toB(t + AHEAD) - toB(t)) / AHEAD,
  };
}

function read(from, to, at) {
  const last = from.length - 1;
  if (at <= from[0]) return to[0] + at - from[0];
  if (at >= from[last]) return to[last] + at - from[last];
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle] <= at) low = middle;
    else high = middle;
  }
  return to[low] + ((at - from[low]) * (to[high] - to[low])) / (from[high] - from[low]);
}

/** The same map seen from B, for when the two change places. */
export function reversed(map) {
  return {
    bent: map.bent,
    offset: -(map.offset ?? 0),
    toB: map.toA,
    toA: map.toB,
    slope: (t) => 1 / map.slope(map.toA(t)),
  };
}
