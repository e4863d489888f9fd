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

/** The same map seen from B, for when the two change places. */
export function reversed(map) {
  return {
    offset: -(map.offset ?? 0),
    toB: map.toA,
    toA: map.toB,
    slope: (t) => 1 / map.slope(map.toA(t)),
  };
}
