import assert from "node:assert/strict";
import test from "node:test";
import { cluster, nextIn, ticks } from "../src/player/marks.js";

const at = (...seconds) => seconds.map((one) => ({ at: one, id: String(one) }));

test("marks closer than 24 px become one, others stay alone", () => {
  const groups = cluster(at(47, 26, 27, 76), 1000, 100);
  assert.deepEqual(groups.map((group) => group.members.length), [2, 1, 1]);
  assert.equal(groups[0].at, 26.5);
});

test("on a phone the same marks fall together, and no two groups stand closer than 24 px", () => {
  for (const width of [60, 120, 250, 700, 1400]) {
    const groups = cluster(at(1, 2, 4, 7, 11, 16, 22, 29, 37, 46, 56, 67, 79, 92), width, 92);
    const places = groups.map((group) => (group.at * width) / 92);
    for (let n = 1; n < places.length; n += 1) assert.ok(places[n] - places[n - 1] >= 24);
    assert.equal(groups.reduce((sum, group) => sum + group.members.length, 0), 14);
  }
});

test("no marks, no width, no length: nothing breaks", () => {
  assert.deepEqual(cluster([], 500, 10), []);
  assert.equal(cluster(at(1, 2), 0, 10).length, 1);
  assert.equal(cluster(at(1, 2), 500, 0).length, 1);
});

test("pressing a group again goes to its next moment, then round", () => {
  const [group] = cluster(at(3, 3.5), 100, 100);
  assert.equal(nextIn(group, 0).at, 3);
  assert.equal(nextIn(group, 3).at, 3.5);
  assert.equal(nextIn(group, 3.5).at, 3);
});

test("the axis has round figures, its end, and none too close to it", () => {
  assert.deepEqual(ticks(92.4), [0, 20, 40, 60, 80, 92.4]);
  assert.deepEqual(ticks(21), [0, 5, 10, 15, 21]);
  assert.deepEqual(ticks(0), [0]);
  assert.ok(ticks(7200).length <= 8);
});
