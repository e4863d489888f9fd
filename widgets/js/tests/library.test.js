import assert from "node:assert/strict";
import { test } from "node:test";
import { seenBy } from "../src/library/collections.js";
import { byExercise, whose } from "../src/library/exemplars.js";
import { missing, secondsOf } from "../src/shelf/ask.js";
import { placeOf } from "../src/student/exemplars.js";

test("exemplars stand by their exercise, in the order they come", () => {
  const one = (id, exercise) => ({ id, exercise: { id: exercise } });
  const groups = byExercise([one("a", "x"), one("b", "y"), one("c", "x")]);
  assert.deepEqual(groups.map((group) => [group.exercise.id, group.list.map((each) => each.id)]), [["x", ["a", "c"]], ["y", ["b"]]]);
  assert.deepEqual(byExercise([]), []);
});

test("whose it is stands there as far as the student wants it", () => {
  assert.equal(whose({ who: "Mira", mine: false }), "Mira");
  assert.equal(whose({ who: "", mine: false }), "A student of the course");
  assert.equal(whose({ who: "", mine: true }), "You, without your name");
});

test("an exemplar opens beside one's own take, or by itself where there is none", () => {
  assert.equal(placeOf({ id: "e", own: "t" }), "?take=t&with=exemplar:e");
  assert.equal(placeOf({ id: "e", own: "" }), "?view=library&exemplar=e");
});

test("a part is typed as minutes and seconds", () => {
  assert.deepEqual(["1:05.5", " 65.5 ", "0:00", "", "a", "1:2:3", "-1"].map(secondsOf), [65.5, 65.5, 0, null, null, null, null]);
  assert.equal(missing({ part: false, start: "", end: "" }), "");
  assert.match(missing({ part: true, start: "x", end: "1" }), /minutes and seconds/);
  assert.match(missing({ part: true, start: "0:10", end: "0:10" }), /before it begins/);
  assert.equal(missing({ part: true, start: "0:10", end: "0:12" }), "");
});

test("who sees a collection is said in a word", () => {
  assert.equal(seenBy({ audience: "own" }), "only you see it");
  assert.match(seenBy({ audience: "class", owner: "Ada" }), /the course sees it, by Ada/);
});
