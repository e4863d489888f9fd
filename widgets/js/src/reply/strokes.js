// What the hand does, as shapes. Pure: shares of the picture in, shapes out.

const MOST_PEN = 160; // points of one stroke: nobody sees more of them

const near = (value) => Math.round(Math.max(0, Math.min(1, value)) * 1e4) / 1e4;

export const flat = (points) => points.flatMap(([x, y]) => [near(x), near(y)]);

/** Fewer points that lie within `off` of the line that was drawn (Ramer, Douglas, Peucker). */
export function simplify(points, off = 0.0015) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points.at(-1)];
  let [far, at] = [0, 0];
  for (let n = 1; n < points.length - 1; n += 1) {
    const away = distance(points[n], first, last);
    if (away > far) [far, at] = [away, n];
  }
  if (far <= off) return [first, last];
  return [...simplify(points.slice(0, at + 1), off).slice(0, -1), ...simplify(points.slice(at), off)];
}

function distance([x, y], [a, b], [c, d]) {
  const length = Math.hypot(c - a, d - b);
  if (length < 1e-9) return Math.hypot(x - a, y - b);
  return Math.abs((c - a) * (b - y) - (a - x) * (d - b)) / length;
}

/** A finished shape of the points of one stroke; null when it is only a slip of the hand. */
export function finished(tool, colour, points) {
  if (tool === "pen") {
    let [off, kept] = [0.0015, simplify(points)];
    while (kept.length > MOST_PEN) kept = simplify(points, (off *= 1.6));
    if (kept.length < 2) return null;
    return { tool, colour, points: flat(kept) };
  }
  const [first, last] = [points[0], points.at(-1)];
  if (Math.hypot(last[0] - first[0], last[1] - first[1]) < 0.01) return null;
  return { tool, colour, points: flat([first, last]) };
}

/** A shape in the middle of the picture, for those who place by keys or numbers. */
export function inTheMiddle(tool, colour, text = "") {
  const points = {
    pen: [0.4, 0.5, 0.5, 0.45, 0.6, 0.5],
    line: [0.4, 0.5, 0.6, 0.5],
    arrow: [0.4, 0.6, 0.55, 0.45],
    angle: [0.4, 0.4, 0.4, 0.6, 0.6, 0.6],
    text: [0.45, 0.5],
  }[tool];
  return tool === "text" ? { tool, colour, points, text } : { tool, colour, points };
}

/** The whole shape moved by shares of the picture, as far as the picture goes. */
export function moved(shape, dx, dy) {
  const xs = shape.points.filter((_, n) => n % 2 === 0);
  const ys = shape.points.filter((_, n) => n % 2 === 1);
  const within = (d, all) => Math.max(-Math.min(...all), Math.min(1 - Math.max(...all), d));
  const [x, y] = [within(dx, xs), within(dy, ys)];
  return { ...shape, points: shape.points.map((one, n) => near(one + (n % 2 ? y : x))) };
}

/** One coordinate set to a share of the picture. */
export const placed = (shape, n, share) => ({ ...shape, points: shape.points.map((one, m) => (m === n ? near(share) : one)) });
