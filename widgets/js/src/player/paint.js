// What moves while a video plays is painted straight onto a few nodes, sixty times a second
// at most; everything else is drawn by the widget when something changes.
//   [data-now="a|b"]     the time as text          [data-head="a|b"]   the play head
//   [data-played="a|b"]  the strong waveform       [data-slider]       the time, for readers
//   [data-link]          the line between heads
import { clock as clockText } from "../lib/format.js";

/** Paint `root` from `clock` until `stop()`; `each(time)` is called after every change. */
export function painter(root, clock, each = () => {}) {
  let frame = 0;
  let last = -1;
  const round = () => {
    frame = requestAnimationFrame(round);
    if (clock.time !== last) paint();
  };
  const paint = () => {
    last = clock.time;
    paintNow(root, clock, last);
    each(last);
  };
  frame = requestAnimationFrame(round);
  return { paint, stop: () => cancelAnimationFrame(frame) };
}

function paintNow(root, clock, time) {
  const span = spanOf(clock);
  const at = { a: clock.a ? clock.a.target(time) : time, b: clock.timeB };
  const shown = { a: clock.b ? at.a : time, b: at.b };
  const share = (side) => (span > 0 ? Math.min(1, at[side] / span) : 0);
  for (const node of root.querySelectorAll("[data-now]")) {
    setText(node, clockText(node.dataset.now === "clock" ? time : shown[node.dataset.now], { tenths: true }));
  }
  for (const node of root.querySelectorAll("[data-head]")) {
    node.style.left = `${share(node.dataset.head) * 100}%`;
  }
  for (const node of root.querySelectorAll("[data-played]")) paintPlayed(node, clock, at);
  for (const node of root.querySelectorAll("[data-link]")) {
    const [a, b] = [share("a") * 1000, share("b") * 1000];
    const [from, to] = (node.dataset.bends || "490 510").split(" ");
    node.setAttribute("points", `${a},0 ${a},${from} ${b},${to} ${b},1000`);
  }
  for (const node of root.querySelectorAll("[data-slider]")) paintSlider(node, clock, time);
}

/** How many seconds the whole line stands for: the longer of the two videos. */
export function spanOf(clock) {
  return Math.max(0, ...clock.sides.map((side) => side.duration));
}

function paintPlayed(node, clock, at) {
  const side = node.dataset.played;
  const whole = clock[side]?.duration || 1;
  node.style.clipPath = `inset(-4px ${100 - Math.min(1, at[side] / whole) * 100}% -4px -4px)`;
}

function paintSlider(node, clock, time) {
  const now = time.toFixed(1);
  if (node.getAttribute("aria-valuenow") === now) return;
  node.setAttribute("aria-valuenow", now);
  node.setAttribute("aria-valuetext", `${clockText(time)} of ${clockText(clock.duration)}`);
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
