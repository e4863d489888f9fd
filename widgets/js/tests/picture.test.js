import assert from "node:assert/strict";
import { test } from "node:test";
import { dragged, square } from "../src/profile/picture.js";

const WIDE = { width: 400, height: 200 };

test("the largest square there is, in the middle, until somebody moves it", () => {
  assert.deepEqual(square(WIDE, { zoom: 1, x: 0.5, y: 0.5 }), { left: 100, top: 0, side: 200 });
  assert.deepEqual(square(WIDE, { zoom: 2, x: 1, y: 0 }), { left: 300, top: 0, side: 100 });
});

test("never outside the photo, and never closer than fourfold", () => {
  assert.deepEqual(square(WIDE, { zoom: 99, x: 2, y: -1 }), { left: 350, top: 0, side: 50 });
});

test("dragging moves the photo under the square, and stops at its edges", () => {
  const at = { zoom: 1, x: 0.5, y: 0.5 };
  assert.deepEqual(dragged(WIDE, at, 0.25, 0.5), { zoom: 1, x: 0.25, y: 0.5 });
  assert.equal(dragged(WIDE, at, -9, 0).x, 1);
});
