// Which exercises are meant while the name of one is typed.
import assert from "node:assert/strict";
import test from "node:test";
import { found, means } from "../src/moving/choice.js";

const scales = { id: "s", title: "Scales, F", words: "technique left-hand" };
const etude = { id: "e", title: "Étude № 3", words: "Pieces" };

test("the beginnings of its words name an exercise, whatever their order, case or accents", () => {
  assert.ok(means(scales, "f sca"));
  assert.ok(means(scales, "LEFT tech"));
  assert.ok(means(etude, "etu 3"));
  assert.ok(means(etude, ""));
  assert.ok(!means(scales, "cales"));
  assert.ok(!means(etude, "étude pianoforte"));
});

test("a course without what is meant is left out", () => {
  const courses = [{ id: "a", exercises: [scales, etude] }, { id: "b", exercises: [etude] }];
  assert.deepEqual(found(courses, "scale").map((one) => [one.id, one.exercises.length]), [["a", 1]]);
  assert.deepEqual(found(courses, "nothing"), []);
});
