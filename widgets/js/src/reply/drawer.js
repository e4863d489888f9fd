// Drawing on the picture: which tool, which colour, what the hand is doing. Draws nothing.
import { COLOURS, WIDE } from "../lib/ink.js";
import { finished, flat, inTheMiddle, moved, placed } from "./strokes.js";

export const TOOLS = [
  ["pen", "pencil", "Pen"],
  ["line", "slash", "Line"],
  ["arrow", "move-up-right", "Arrow"],
  ["angle", "triangle-right", "Angle"],
  ["text", "type", "Text"],
];

const HINTS = {
  pen: "Draw on the picture.",
  line: "Drag from one end to the other.",
  arrow: "Drag to where the arrow points.",
  angle: "Tap one side, the corner, the other side.",
  text: "Tap where the words stand.",
};

export class Drawer {
  /** `composer` holds the shapes; `changed()` redraws; `find(selector)` looks on the desk. */
  constructor({ composer, clock, changed, say, find }) {
    Object.assign(this, { composer, clock, changed, say, find });
    this.on = false;
    this.limits = { shapes: Infinity, points: Infinity };
    this.tool = "pen";
    this.colour = "violet";
    this.close();
  }

  close() {
    this.on = false;
    this.stroke = null;
    this.corners = [];
    this.pending = null;
    this.chosen = -1;
  }

  /** Key D and the button: stop the video, show the tools; again puts them away. */
  toggle() {
    if (this.on) {
      this.close();
      this.changed();
      return this.meet("[data-draw]");
    }
    this.clock.pause();
    this.on = true;
    if (this.composer.start === null) this.composer.setStart(this.clock.time);
    else if (!this.atMoment) this.clock.seek(this.composer.start);
    this.changed();
    return this.meet("[data-board]");
  }

  /** The focus goes along: to the board, which comes into view, and back to the button. */
  meet(place_) {
    queueMicrotask(() => {
      const found = this.find(place_);
      found?.scrollIntoView({ block: "nearest" });
      found?.focus({ preventScroll: true });
    });
  }

  get atMoment() {
    const { start, end } = this.composer;
    return this.clock.time >= start - 0.02 && this.clock.time < (end ?? start + 2);
  }

  get shapes() {
    return this.composer.drawing;
  }

  get hint() {
    return this.pending ? "Write the words, then press Put." : HINTS[this.tool];
  }

  /** What is shown now: the shapes, and the one being made. */
  get shown() {
    const { tool, colour, stroke, corners, pending } = this;
    if (pending) return [...this.shapes, pending];
    if (corners.length > 1) return [...this.shapes, { tool: corners.length === 3 ? "angle" : "line", colour, points: flat(corners) }];
    if (stroke?.length > 1) return [...this.shapes, { tool, colour, points: flat(tool === "pen" ? stroke : [stroke[0], stroke.at(-1)]) }];
    return this.shapes;
  }

  choose(tool) {
    Object.assign(this, { tool, stroke: null, corners: [], pending: null });
    this.changed();
  }

  nextColour() {
    const names = Object.keys(COLOURS);
    this.colour = names[(names.indexOf(this.colour) + 1) % names.length];
    this.changed();
  }

  put(shapes, chosen = shapes.length - 1) {
    const points = shapes.reduce((sum, shape) => sum + shape.points.length / 2, 0);
    if (shapes.length > this.limits.shapes || points > this.limits.points) return this.full();
    this.chosen = chosen;
    return this.composer.setDrawing(shapes);
  }

  /** Python says how much a drawing holds; what is there stays. */
  full() {
    this.say("This drawing is full. Undo something, or begin another comment.");
    this.changed();
  }

  add(shape) {
    if (shape) this.put([...this.shapes, shape]);
    else this.changed();
  }

  undo() {
    if (this.pending || this.corners.length) Object.assign(this, { pending: null, corners: [] });
    else return this.put(this.shapes.slice(0, -1));
    return this.changed();
  }

  // --- the hand --------------------------------------------------------------

  down(event) {
    if (event.button > 0) return;
    event.preventDefault();
    const at = place(event);
    if (this.tool === "text") this.pending = { tool: "text", colour: this.colour, points: flat([at]), text: "" };
    else if (this.tool === "angle") return this.corner(at);
    else {
      event.currentTarget.setPointerCapture(event.pointerId);
      this.stroke = [at];
    }
    this.changed();
  }

  corner(at) {
    this.corners = [...this.corners, at];
    if (this.corners.length < 3) return this.changed();
    const points = flat(this.corners);
    this.corners = [];
    return this.add({ tool: "angle", colour: this.colour, points });
  }

  move(event) {
    if (!this.stroke) return;
    const all = event.getCoalescedEvents?.() ?? [];
    this.stroke.push(...(all.length ? all : [event]).map((each) => place(each, event.currentTarget)));
    this.changed();
  }

  up() {
    if (!this.stroke) return;
    const { stroke } = this;
    this.stroke = null;
    this.add(finished(this.tool, this.colour, stroke));
  }

  // --- words, keys and numbers -------------------------------------------------

  write(text) {
    this.pending = { ...this.pending, text };
    this.changed();
  }

  putWords() {
    const text = this.pending?.text.trim();
    if (!text) return;
    const shape = { ...this.pending, text };
    this.pending = null;
    this.add(shape);
  }

  addInTheMiddle() {
    if (this.tool === "text") {
      this.pending = inTheMiddle("text", this.colour);
      return this.changed();
    }
    return this.add(inTheMiddle(this.tool, this.colour));
  }

  pick(n) {
    this.chosen = n;
    this.changed();
  }

  change(shape) {
    this.put(this.shapes.map((one, n) => (n === this.chosen ? shape : one)), this.chosen);
  }

  place(n, percent) {
    const share = Number(percent) / 100;
    if (Number.isFinite(share)) this.change(placed(this.shapes[this.chosen], n, share));
  }

  removeChosen() {
    const chosen = this.shapes.length > 1 ? Math.max(0, this.chosen - 1) : -1;
    this.put(this.shapes.filter((_, n) => n !== this.chosen), chosen);
  }

  /** Arrow keys move the chosen shape by a hundredth, with Shift by five. */
  key(event) {
    const step = event.shiftKey ? 0.05 : 0.01;
    const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    const shape = this.shapes[this.chosen];
    if (event.key === "Escape") this.toggle();
    else if ((event.ctrlKey || event.metaKey) && event.key === "z") this.undo();
    else if (event.key === "Delete" && shape) this.removeChosen();
    else if (way && shape) this.change(moved(shape, ...way));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Where on the picture, in shares: the drawing's own coordinates know how it lies. */
function place(event, board = event.currentTarget) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(board.getScreenCTM().inverse());
  const high = board.viewBox.baseVal.height || 1;
  return [Math.max(0, Math.min(1, at.x / WIDE)), Math.max(0, Math.min(1, at.y / high))];
}
