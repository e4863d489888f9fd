// A moment of one take in another, along the points Python sends. Pure.

/** Seconds on the earlier take at `time` of this one; the same time when there are no points. */
export function before(points, time) {
  return read((points ?? []).map(([then, now]) => [now, then]), time);
}

function read(pairs, at) {
  if (pairs.length < 2) return at;
  if (at <= pairs[0][0]) return Math.max(0, pairs[0][1] + at - pairs[0][0]);
  const next = pairs.findIndex(([x]) => x > at);
  if (next < 0) return pairs.at(-1)[1] + at - pairs.at(-1)[0];
  const [[x0, y0], [x1, y1]] = [pairs[next - 1], pairs[next]];
  return y0 + ((at - x0) * (y1 - y0)) / (x1 - x0);
}

/** The address of this take beside the earlier one, at the moment of a comment: the same map that
 * carried the comment brings the earlier take there. Where one of them has no video (`bare`), the
 * earlier one alone. */
export const bothAt = (takeId, item) =>
  item.take.bare ? `?take=${item.take.id}` : `?take=${takeId}&with=take:${item.take.id}&t=${Number((item.at ?? 0).toFixed(2))}`;

/** The carried comment the clock stands on: the latest whose range, or 3 s from its moment, holds it. */
export function carriedAt(items, time) {
  const on = items.filter((item) => {
    if (item.why || item.at === null) return false;
    return time >= item.at - 0.05 && time < Math.max(item.until ?? 0, item.at + 3);
  });
  return on.sort((x, y) => y.at - x.at)[0]?.id ?? null;
}
