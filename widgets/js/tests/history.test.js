import assert from "node:assert/strict";
import test from "node:test";
import { bothAt } from "../src/ledger/carry.js";
import { told } from "../src/player/history.js";
import { neverThere } from "../src/player/stage.js";

const say = (iso) => `on ${iso}`;

test("only what is known of an imported take is said", () => {
  assert.deepEqual(told({ replied: null, score: "", outcome: "", withdrawn: null }, say), ["Nothing else is known of it."]);
  assert.deepEqual(told({ replied: "Monday", score: "14 of 20", outcome: "passed", withdrawn: "Friday" }, say), [
    "Answered on Monday. Imported, text not kept.",
    "Score 14 of 20.",
    "The course ended with: passed.",
    "Withdrew from the course on Friday.",
  ]);
});

test("a video that never was is told apart from one that is not ready", () => {
  assert.equal(neverThere({ state: "none" }), true);
  assert.deepEqual([{ state: "preparing" }, { state: "failed" }, null].map(neverThere), [false, false, false]);
});

test("two takes stand side by side only where both have a video", () => {
  assert.equal(bothAt("new", { take: { id: "old", bare: false }, at: 1.5 }), "?take=new&with=take:old&t=1.5");
  assert.equal(bothAt("new", { take: { id: "old", bare: true }, at: 1.5 }), "?take=old");
});
