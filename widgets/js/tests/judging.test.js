import assert from "node:assert/strict";
import test from "node:test";
import { Choosing, shareOf } from "../src/judging/pair.js";
import { apart, missing } from "../src/judging/rating.js";
import { at, ends } from "../src/judging/standing.js";
import { partOf, soundOf } from "../src/judging/viewer.js";

test("both videos, or one of them alone; a single one always plays", () => {
  assert.deepEqual(partOf("both", true), { a: true, b: true });
  assert.deepEqual(partOf("a", true), { a: true, b: false });
  assert.deepEqual(partOf("b", true), { a: false, b: true });
  assert.deepEqual(partOf("b", false), { a: true, b: false });
});

test("never two sounds; who plays alone is heard, unless nobody is to be", () => {
  assert.equal(soundOf("both", "b"), "b");
  assert.equal(soundOf("b", "a"), "b");
  assert.equal(soundOf("a", "none"), "none");
});

test("how far a judging is never passes its end", () => {
  assert.equal(shareOf({ said: 7, wanted: 28 }), 25);
  assert.equal(shareOf({ said: 30, wanted: 28 }), 100);
  assert.equal(shareOf({ said: 0, wanted: 0 }), 0);
});

test("a rating says which criteria have no level, and how far both lie apart", () => {
  const lines = [{ title: "Pulse", active: true, level: 2 }, { title: "Tone", active: true, level: null }, { title: "Old", active: false, level: null }];
  assert.deepEqual(missing(lines, (line) => line.level), ["Tone"]);
  assert.equal(apart(2, { level: 2 }), "the same");
  assert.equal(apart(4, { level: 3 }), "1 level apart");
  assert.equal(apart(1, { level: 3 }), "2 levels apart");
  assert.equal(apart(1, null), "");
});

test("the scale holds every interval, and a place lies on it", () => {
  const takes = [{ place: 1.2, low: 0.3, high: 2.1 }, { place: -1.2, low: -2.4, high: 0 }, { place: null, low: null, high: null }];
  assert.deepEqual(ends(takes), [-3, 3]);
  assert.equal(at(0, [-3, 3]), 50);
  assert.equal(at(9, [-3, 3]), 100);
  assert.deepEqual(ends([]), [-1, 1]);
});

/** Tools of a widget that answer when they are told to. */
function told(view) {
  const asked = [];
  return {
    asked,
    model: { get: () => view },
    redraw() {},
    say() {},
    attempt: (promise) => promise.catch(() => undefined),
    ask: (verb, args) => new Promise((done, fail) => asked.push({ verb, args, done, fail })),
  };
}

test("two presses on a pair are one judgement; after a failure it can be pressed again", async () => {
  const tools = told({ pair: { id: "p1" } });
  const choosing = new Choosing(tools);
  const first = choosing.say("left");
  choosing.say("right");
  assert.deepEqual(tools.asked.map(({ verb, args }) => [verb, args]), [["judge", { pair: "p1", better: "left" }]]);
  tools.asked[0].fail(new Error("gone"));
  await first;
  choosing.say("right");
  assert.equal(tools.asked.length, 2);
});

test("a pair is asked for once", async () => {
  const tools = told({ more: true });
  const choosing = new Choosing(tools);
  const once = choosing.bring();
  choosing.bring();
  assert.deepEqual(tools.asked.map(({ verb }) => verb), ["next"]);
  tools.asked[0].done(true);
  await once;
});
