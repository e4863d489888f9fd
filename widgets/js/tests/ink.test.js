import assert from "node:assert/strict";
import test from "node:test";
import { arrowHead, degrees, inWords, penPath } from "../src/lib/ink.js";
import { finished, inTheMiddle, moved, placed, simplify } from "../src/reply/strokes.js";
import { Drawer } from "../src/reply/drawer.js";
import { found } from "../src/reply/bank.js";

test("an angle is measured on the picture as it looks, not on its shares", () => {
  assert.equal(degrees([0.2, 0.8, 0.5, 0.8, 0.5, 0.2], 16 / 9), 90);
  assert.equal(degrees([1, 0.5, 0.5, 0.5, 1, 0], 1), 45);
  assert.equal(degrees([1, 0.5, 0.5, 0.5, 1, 0], 2), 27);
  assert.equal(degrees([0.1, 0.5, 0.5, 0.5, 0.9, 0.5], 1.5), 180);
  assert.equal(degrees([0.4, 0.5, 0.5, 0.5, 0.4, 0.5], 1.5), 0);
});

test("a stroke keeps its shape and loses its needless points", () => {
  const straight = Array.from({ length: 200 }, (_, n) => [n / 200, 0.5]);
  assert.deepEqual(simplify(straight), [straight[0], straight.at(-1)]);
  const corner = [...straight.slice(0, 100), ...Array.from({ length: 100 }, (_, n) => [0.495, 0.5 + n / 250])];
  assert.equal(simplify(corner).length, 3);
});

test("however long somebody scribbles, a stroke fits the record", () => {
  const scribble = Array.from({ length: 20000 }, (_, n) => [0.5 + 0.4 * Math.sin(n * 1.7), 0.5 + 0.4 * Math.cos(n * 2.3)]);
  const shape = finished("pen", "violet", scribble);
  assert.ok(shape.points.length <= 320 && shape.points.length >= 4);
  assert.ok(shape.points.every((one) => one >= 0 && one <= 1));
});

test("a slip of the hand is no shape", () => {
  assert.equal(finished("line", "blue", [[0.5, 0.5], [0.504, 0.5]]), null);
  assert.equal(finished("pen", "blue", [[0.5, 0.5]]), null);
  assert.deepEqual(finished("arrow", "blue", [[0.1, 0.2], [2, -1]]).points, [0.1, 0.2, 1, 0]);
});

test("a shape moves as far as the picture goes and keeps its form", () => {
  const line = { tool: "line", colour: "blue", points: [0.8, 0.1, 0.95, 0.3] };
  assert.deepEqual(moved(line, 0.2, -0.2).points, [0.85, 0, 1, 0.2]);
  assert.deepEqual(placed(line, 2, 7).points, [0.8, 0.1, 1, 0.3]);
  for (const tool of ["pen", "line", "arrow", "angle", "text"]) assert.equal(inTheMiddle(tool, "white", "x").tool, tool);
});

test("those who do not see a drawing hear what it is", () => {
  assert.equal(inWords([inTheMiddle("arrow", "blue"), inTheMiddle("text", "blue", "wrist")]), "Drawing: an arrow, “wrist”");
  assert.match(penPath([[0, 0], [10, 10], [20, 0]]), /^M0 0L5 5Q10 10 15 5L20 0$/);
  assert.match(arrowHead([0, 0], [100, 0]), /L100 0L/);
});

test("the bank is found by any of its words, filled in or not", () => {
  const bank = [{ text: "{name}, count", filled: "Mira, count" }, { text: "Lighter left hand", filled: "Lighter left hand" }];
  assert.deepEqual(found(bank, " HAND left").map((one) => one.text), ["Lighter left hand"]);
  assert.equal(found(bank, "mira").length, 1);
  assert.equal(found(bank, "").length, 2);
});

test("a full drawing stays as it is and says so", () => {
  const heard = [];
  const composer = { drawing: [], setDrawing: (shapes) => (composer.drawing = shapes) };
  const drawer = new Drawer({ composer, clock: {}, changed: () => {}, say: (words) => heard.push(words), find: () => null });
  drawer.limits = { shapes: 3, points: 6 };
  drawer.tool = "arrow";
  for (let n = 0; n < 4; n += 1) drawer.addInTheMiddle();
  assert.equal(composer.drawing.length, 3);
  drawer.undo();
  drawer.choose("angle");
  drawer.addInTheMiddle();
  assert.equal(composer.drawing.length, 2, "seven points are one too many");
  assert.equal(heard.length, 2);
});

test("an angle takes three taps, and undo takes an unfinished one away", () => {
  const composer = { drawing: [], setDrawing: (shapes) => (composer.drawing = shapes) };
  const drawer = new Drawer({ composer, clock: {}, changed: () => {}, say: () => {}, find: () => null });
  drawer.choose("angle");
  drawer.corner([0.1, 0.1]);
  drawer.undo();
  for (const at of [[0, 0], [0.5, 0], [0.5, 0.5]]) drawer.corner(at);
  assert.deepEqual(composer.drawing, [{ tool: "angle", colour: "violet", points: [0, 0, 0.5, 0, 0.5, 0.5] }]);
});
