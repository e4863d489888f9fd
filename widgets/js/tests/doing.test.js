import assert from "node:assert/strict";
import test from "node:test";
import { places } from "../src/lib/spark.js";
import { inWords, outline } from "../src/player/heat.js";
import { RepliesPlayed, repliesOf } from "../src/ledger/watch.js";
import { numbersShown } from "../src/student/own.js";
import { rowsOf, stuckOf } from "../src/teacher/doing.js";

const student = (name, minutes, last = "") => ({ id: name, name, practice: { minutes }, last });
const FOUND = {
  students: [student("Čeněk", 5, "2026-11-20"), student("Ada", 0), student("Bea", 90, "2026-11-02")],
  stuck: [
    { student: { id: "Ada", name: "Ada" }, signs: [{ why: "quiet", exercise_id: "" }, { why: "unseen", exercise_id: "e1" }] },
    { student: { id: "Bea", name: "Bea" }, signs: [{ why: "equal", exercise_id: "e2" }] },
  ],
};
const names = (rows) => rows.map((one) => one.name).join(" ");

test("students stand in the order that was chosen; those without a take come last of the longest ago", () => {
  assert.equal(names(rowsOf(FOUND, {}, "name")), "Ada Bea Čeněk");
  assert.equal(names(rowsOf(FOUND, {}, "practice")), "Ada Čeněk Bea");
  assert.equal(names(rowsOf(FOUND, {}, "last")), "Bea Čeněk Ada");
  assert.equal(names(rowsOf(FOUND, {}, "no such order")), "Ada Bea Čeněk");
  assert.equal(names(FOUND.students), "Čeněk Ada Bea", "what Python sent stays as it was");
});

test("part of a name is enough, accents do not matter, an exercise keeps signs that belong to none", () => {
  assert.equal(names(rowsOf(FOUND, { student: " cen" }, "name")), "Čeněk");
  assert.deepEqual(stuckOf(FOUND, { student: "", exercise: "e1" }).map((one) => [one.student.name, one.signs.length]), [["Ada", 2]]);
  assert.deepEqual(stuckOf(FOUND, { student: "be" }).map((one) => one.student.name), ["Bea"]);
  assert.deepEqual(stuckOf(FOUND, { student: "x" }), []);
  assert.deepEqual(stuckOf(FOUND, {}, "unseen").map((one) => one.signs.map((sign) => sign.why)), [["unseen"]]);
});

test("a line of marks stays inside its picture, one mark stands in the middle", () => {
  assert.deepEqual(places([50]), [[36, 13]]);
  for (const [x, y] of places([-20, 0, 55, 100, 140])) {
    assert.ok(x >= 4 && x <= 68 && y >= 4 && y <= 22);
  }
  const [first, last] = places([0, 100]);
  assert.ok(first[1] > last[1], "better is higher");
});

test("a watch map's outline has a step for each count and ends where the video does", () => {
  const { path, wide } = outline([0, 2, 1], 2, { seconds: 2.5, bin: 1 });
  assert.equal(path, "M0 100V100.0H1V0.0H2V50.0H2.5V100Z");
  assert.equal(wide, 2.5);
  assert.equal(outline([4], 1, { seconds: 6, bin: 6 }).path, "M0 100V0.0H1V100Z", "never above the top");
});

test("the same is said in words", () => {
  const map = { line: "Mira played 0:07.", often: [{ text: "0:01–0:04 played 2 times" }], never: [{ text: "0:04–0:12 not played" }] };
  assert.equal(inWords(map), "Mira played 0:07. · 0:01–0:04 played 2 times · 0:04–0:12 not played");
});

test("of many takes some numbers are written, the first and the last always", () => {
  assert.deepEqual(numbersShown([1, 2, 3]), [1, 2, 3]);
  const shown = numbersShown(Array.from({ length: 30 }, (_, n) => n + 1)).filter(Boolean);
  assert.ok(shown.length <= 13 && shown[0] === 1 && shown.at(-1) === 30);
});

test("played is told of others' released video replies, also in threads, never of one's own", () => {
  const video = { src: "v" };
  const replies = [
    { id: "a", state: "released", video, thread: [{ id: "b", state: "released", video, mine: true }, { id: "c", state: "released", video }] },
    { id: "d", state: "draft", video },
    { id: "e", state: "released", video: null },
  ];
  assert.deepEqual(repliesOf({ replies }), ["a", "c"]);
});

/** A small player as the browser has it. */
const player = (id, time) => ({ currentTime: time, playbackRate: 1, seeking: false, hasAttribute: () => true, closest: () => ({ dataset: { life: id } }) });

test("a small player is followed while the one beside the take stands still", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1000 });
  const replies = new RepliesPlayed();
  const clock = { playing: false, waiting: false, timeB: 3, rate: 1, b: { duration: 20 } };
  const desk = { takeSide: "a", clock, view: { b: { kind: "reply", id: "r" } } };
  for (let n = 0; n <= 8; n += 1) {
    replies.small({ type: "timeupdate", target: player("r", 5 + n * 0.25) });
    replies.beside(desk, 250);
    t.mock.timers.tick(250);
  }
  assert.deepEqual(replies.take(["r"]), { r: [[5, 7]] });
  clock.playing = true;
  for (let n = 0; n <= 4; n += 1) {
    replies.beside({ ...desk, clock: { ...clock, timeB: 10 + n * 0.25 } }, 250);
  }
  assert.deepEqual(replies.take(["r"]), { r: [[10, 11]] });
  assert.deepEqual(replies.take(["r"]), {});
});

test("a jump in a small player is no playing, nor is a page that slept, nor one's own answer", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1000 });
  const replies = new RepliesPlayed();
  const at = (time, after, type = "timeupdate") => {
    t.mock.timers.tick(after);
    replies.small({ type, target: player("r", time) });
  };
  at(1, 0);
  at(1.25, 250);
  at(9, 10, "seeking");
  at(9.25, 250);
  at(12, 60_000);
  at(12.25, 250);
  assert.deepEqual(replies.take(["r"]), { r: [[1, 1.25], [9, 9.25], [12, 12.25]] });
  at(12.5, 250);
  assert.deepEqual(replies.take(["other"]), {});
  assert.deepEqual(replies.take(["r"]), {}, "what may not be told is forgotten");
});
