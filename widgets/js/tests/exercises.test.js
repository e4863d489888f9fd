import assert from "node:assert/strict";
import { test } from "node:test";
import { offered, tagsOf } from "../src/exercises/editor.js";
import { told } from "../src/exercises/list.js";
import { placed } from "../src/lib/order.js";

test("tags are read between commas, and known ones offered behind what is typed", () => {
  assert.deepEqual(tagsOf(" left hand,Scales, ,"), ["left hand", "Scales"]);
  assert.deepEqual(offered("scales, le", ["left hand", "Scales", "legato"]), ["scales, left hand", "scales, legato"]);
  assert.deepEqual(offered("", ["tempo"]), ["tempo"]);
});

test("an exercise goes to another place, counted without it", () => {
  assert.deepEqual(placed(["a", "b", "c"], "c", 0), ["c", "a", "b"]);
  assert.deepEqual(placed(["a", "b", "c"], "a", 1), ["b", "a", "c"]);
});

test("a due date is told by the institution's clock, whatever the reader's is", () => {
  assert.equal(told("2026-10-02T08:05"), "2 Oct 2026, 8:05");
});
