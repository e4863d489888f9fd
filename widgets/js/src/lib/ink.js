// Drawings over a picture: shapes in shares of it, as SVG that lies exactly on the picture
// whatever its size, because it keeps its shape the way the video does.
import { html, nothing, svg } from "./dom.js";

export const WIDE = 1000;

/** Each colour has a dash of its own and a name: nobody has to tell them by colour. */
export const COLOURS = {
  violet: { line: "solid", small: "none" },
  orange: { line: "dashed", small: "6 3" },
  blue: { line: "dotted", small: "2 3" },
  white: { line: "dash and dot", small: "8 3 2 3" },
};

const pairs = (points) => points.filter((_, n) => n % 2 === 0).map((x, n) => [x, points[2 * n + 1]]);

/** The angle at the middle of three points, in whole degrees; `ratio` is width / height. */
export function degrees(points, ratio) {
  const [a, b, c] = pairs(points).map(([x, y]) => [x * ratio, y]);
  const turn = Math.atan2(a[1] - b[1], a[0] - b[0]) - Math.atan2(c[1] - b[1], c[0] - b[0]);
  const whole = Math.abs((turn * 180) / Math.PI);
  return Math.round(whole > 180 ? 360 - whole : whole);
}

/** A smooth path through points (in units of the drawing). */
export function penPath(points) {
  if (points.length < 3) return `M${points.map((one) => one.map(round).join(" ")).join("L")}`;
  const middle = ([x, y], [u, v]) => [(x + u) / 2, (y + v) / 2].map(round).join(" ");
  let path = `M${points[0].map(round).join(" ")}L${middle(points[0], points[1])}`;
  for (let n = 1; n < points.length - 1; n += 1) {
    path += `Q${points[n].map(round).join(" ")} ${middle(points[n], points[n + 1])}`;
  }
  return `${path}L${points.at(-1).map(round).join(" ")}`;
}

const round = (value) => Math.round(value * 10) / 10;

/** The two strokes of an arrow's head. */
export function arrowHead([x, y], [u, v], size = 34) {
  const way = Math.atan2(v - y, u - x);
  const end = (turn) => [u - size * Math.cos(way + turn), v - size * Math.sin(way + turn)].map(round);
  return `M${end(0.5).join(" ")}L${[u, v].map(round).join(" ")}L${end(-0.5).join(" ")}`;
}

/** `shapes` over a picture of this `ratio`. `more` are the attributes of a place to draw on. */
export function ink(shapes, ratio, { from = null, to = null, cls = "" } = {}) {
  const shown = from === null ? "" : "display:none";
  return html`<svg class="ink ${cls}" viewBox="0 0 ${WIDE} ${round(WIDE / ratio)}" style=${shown} role="img" aria-label=${inWords(shapes)}
    data-from=${from ?? nothing} data-to=${to ?? nothing}>${drawn(shapes, ratio)}</svg>`;
}

export const drawn = (shapes, ratio, chosen = -1) => shapes.map((shape, n) => svg`<g class="k-${shape.colour} ${n === chosen ? "on" : ""}">${one(shape, ratio)}</g>`);

/** "Drawing: an arrow, a text: Wrist" for those who do not see it. */
export function inWords(shapes) {
  const names = { pen: "a pen line", line: "a line", arrow: "an arrow", angle: "an angle", text: "a text" };
  return `Drawing: ${shapes.map((shape) => (shape.text ? `“${shape.text}”` : names[shape.tool])).join(", ")}`;
}

function one(shape, ratio) {
  const points = pairs(shape.points).map(([x, y]) => [x * WIDE, (y * WIDE) / ratio]);
  if (shape.tool === "text") return words(shape, points[0], ratio);
  if (shape.tool === "angle" && points.length === 3) return corner(shape, points, ratio);
  const path = shape.tool === "pen" ? penPath(points) : `M${points.map((each) => each.map(round).join(" ")).join("L")}`;
  const head = shape.tool === "arrow" && points.length > 1 ? arrowHead(points[0], points[1]) : "";
  return stroke(path, head);
}

const stroke = (path, head = "") => svg`<path class="halo" d=${path + head}></path><path class="line" d=${path}></path>${head ? svg`<path class="line whole" d=${head}></path>` : nothing}`;

function words(shape, [x, y], ratio) {
  const text = shape.text || "…";
  const wide = Math.min(WIDE, text.length * 21 + 28);
  const left = Math.min(Math.max(0, x), WIDE - wide);
  const top = Math.min(Math.max(26, y), WIDE / ratio - 26);
  return svg`<rect class="card" x=${round(left)} y=${round(top - 26)} width=${wide} height="52" rx="10"></rect><text x=${round(left + 14)} y=${round(top + 13)}>${text}</text>`;
}

function corner(shape, [a, b, c], ratio) {
  const far = 70;
  const toward = ([x, y]) => {
    const length = Math.hypot(x - b[0], y - b[1]) || 1;
    return [b[0] + ((x - b[0]) / length) * far, b[1] + ((y - b[1]) / length) * far];
  };
  const [p, q] = [toward(a), toward(c)];
  const sweep = (a[0] - b[0]) * (c[1] - b[1]) - (a[1] - b[1]) * (c[0] - b[0]) > 0 ? 1 : 0;
  const label = toward([(p[0] + q[0]) / 2 || b[0] + 1, (p[1] + q[1]) / 2]);
  const at = [b[0] + (label[0] - b[0]) * 1.7, b[1] + (label[1] - b[1]) * 1.7];
  const inside = [Math.min(WIDE - 60, Math.max(10, at[0] - 30)), Math.min(WIDE / ratio - 10, Math.max(40, at[1] + 13))];
  return svg`${stroke(`M${a.map(round).join(" ")}L${b.map(round).join(" ")}L${c.map(round).join(" ")}`)}
    <path class="line whole" d="M${p.map(round).join(" ")}A${far} ${far} 0 0 ${sweep} ${q.map(round).join(" ")}"></path>
    <text class="bare" x=${round(inside[0])} y=${round(inside[1])}>${degrees(shape.points, ratio)}°</text>`;
}

/** Show every drawing under `root` at its time only; `timeOf(svg)` is the time it goes by. */
export function watchInk(root, timeOf) {
  let frame = 0;
  const round_ = () => {
    frame = requestAnimationFrame(round_);
    for (const node of root.querySelectorAll("svg[data-from]")) {
      const time = timeOf(node);
      const on = time >= Number(node.dataset.from) - 0.02 && time < Number(node.dataset.to);
      const display = on ? "" : "none";
      if (node.style.display !== display) node.style.display = display;
    }
  };
  round_();
  return () => cancelAnimationFrame(frame);
}
