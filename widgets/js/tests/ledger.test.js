// What the browser adds to the ledger: stretches from ticks, moments along a map, curves, words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { before, bothAt, carriedAt } from "../src/ledger/carry.js";
import { decision } from "../src/ledger/life.js";
import { curvePath } from "../src/ledger/moments.js";
import { judgedAt } from "../src/ledger/last.js";
import { placeOf, shownOf, todoTitle } from "../src/ledger/todo.js";
import { isDue, Played, toSee, unseenOf } from "../src/ledger/watch.js";

test("ticks of a playing video become one stretch, a jump begins another", () => {
  const played = new Played();
  for (const at of [1, 1.25, 1.5]) played.at(at, 250);
  played.at(8, 250);
  played.at(8.25, 250);
  played.at(3, 250);
  assert.deepEqual(played.take(), [[1, 1.5], [8, 8.25]]);
  assert.deepEqual(played.take(), []);
  played.at(3.2, 250);
  assert.deepEqual(played.take(), [[3, 3.2]]);
});

test("standing still is no playing, and speed widens what a tick may cover", () => {
  const played = new Played();
  played.at(1, 250);
  played.stop();
  played.at(1.2, 250);
  assert.deepEqual(played.take(), []);
  played.at(1.9, 250, 1);
  assert.deepEqual(played.take(), []);
  played.at(2.4, 250, 2);
  assert.deepEqual(played.take(), [[1.9, 2.4]]);
});

test("what is still to be seen: released, not one's own, answers too", () => {
  const one = (id, more) => ({ id, seen: false, mine: false, state: "released", thread: [], ...more });
  const replies = [one("a", { thread: [one("b"), one("c", { mine: true })] }), one("d", { seen: true }), one("e", { state: "draft" })];
  assert.deepEqual(unseenOf(replies), ["a", "b"]);
  assert.deepEqual(unseenOf(undefined), []);
  const rubric = [{ new: false }, { new: true }];
  assert.deepEqual(toSee({ ledger: { mine: true }, replies, rubric }), ["a", "b", "marks"]);
  assert.deepEqual(toSee({ ledger: { mine: true }, replies: [], rubric: [{ new: false }] }), []);
  assert.deepEqual(toSee({ ledger: { mine: false }, replies, rubric }), [], "only the student's own eyes count");
});

test("a moment of this take is found in the earlier one", () => {
  const points = [[0, 1], [10, 21]];
  assert.equal(before(points, 5), 2);
  assert.equal(before(points, 0.25), 0);
  assert.equal(before(points, 23), 12);
  assert.equal(before([], 7), 7);
});

test("both takes open at the comment's moment in each", () => {
  const item = { take: { id: "k" }, start: 28.9, at: 26.2 };
  assert.equal(bothAt("m", item), "?take=m&with=take:k&t=26.2");
  assert.equal(bothAt("m", { ...item, start: null, at: null }), "?take=m&with=take:k&t=0");
});

test("the carried comment the clock stands on, the one that can be judged", () => {
  const items = [
    { id: "a", at: 1, until: 5, why: "", judged: true },
    { id: "b", at: 3, until: null, why: "", judged: true },
    { id: "c", at: 3, until: null, why: "unsure", judged: true },
  ];
  assert.equal(carriedAt(items, 2), "a");
  assert.equal(carriedAt(items, 3.5), "b");
  assert.equal(carriedAt(items, 9), null);
  assert.equal(judgedAt({ last: items }, 3.5).id, "b");
  assert.equal(judgedAt({ last: items }, 9), null);
  assert.equal(judgedAt({ last: items.slice(0, 1) }, 9).id, "a");
  assert.equal(judgedAt(undefined, 1), null);
});

test("a curve is broken where nothing was measured, and stays in its box", () => {
  assert.equal(curvePath([0, null, 100], 10, true), "M50.0 18.0M250.0 1.0");
  assert.equal(curvePath([null], 10, true), "");
});

test("the heading says what the list holds, each thing leads to both takes", () => {
  const fix = { kind: "fix", take: { id: "k", number: 1 }, start: 2, at: 3, later: { id: "m" }, why: "" };
  assert.equal(todoTitle([fix, fix, fix]), "Three things to fix");
  assert.equal(todoTitle([fix]), "One thing to fix");
  assert.equal(todoTitle([fix, { ...fix, kind: "ask" }]), "What to work on");
  assert.equal(todoTitle([fix, fix], true), "Two more things to fix");
  const view = { new: [{ items: [{ id: 1 }] }], todo: { items: [1, 2, 3, 4, 5].map((id) => ({ id })) } };
  assert.deepEqual(shownOf(view).map((item) => item.id), [2, 3, 4]);
  assert.deepEqual(shownOf({ ...view, new: [] }).map((item) => item.id), [1, 2, 3]);
  assert.equal(placeOf(fix), "?take=m&with=take:k&t=3");
  assert.equal(placeOf({ ...fix, later: null }), "?take=k&t=2");
});

test("who said what became of it", () => {
  const said = { verdict: "better", take: 2, by: "You", at: "2020-11-21T10:00:00Z" };
  assert.match(decision(said), /^better in take 2, you say, 21 Nov 2020$/);
  assert.equal(decision(null), "");
});

test("what no comment waits for is told every half minute, the rest every five seconds", () => {
  assert.equal(isDue(["r1"], 5000), true);
  assert.equal(isDue(["r1"], 2000), false);
  assert.equal(isDue([], 5000), false);
  assert.equal(isDue([], 30000), true);
});
