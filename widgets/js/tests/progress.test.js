// What the teacher's and the coordinator's pages decide by themselves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { read, write } from "../src/progress/address.js";
import { after, coursesIn, picked } from "../src/progress/filters.js";
import { sorted } from "../src/progress/students.js";
import { coloured, faded } from "../src/plot.js";
import { countOf, fits, matches, shortAge } from "../src/teacher/grid.js";
import { dueWords, waitKind } from "../src/teacher/queue.js";

test("an address says what is chosen, and only that", () => {
  const state = read("?course=c1&since=2026-09-01&explain=turnaround&rows=tag%3ARhythm&a=course%3Ac1&sort=hours-&other=1");
  assert.equal(state.filters.course, "c1");
  assert.deepEqual([state.filters.since, state.rows, state.a, state.b], ["2026-09-01", "tag:Rhythm", "course:c1", ""]);
  assert.deepEqual(state.sort, { by: "hours", down: true });
  assert.equal(write(state), "?course=c1&since=2026-09-01&explain=turnaround&rows=tag%3ARhythm&a=course%3Ac1&sort=hours-");
  assert.equal(write(read("?sort=<script>")), "");
});

const options = {
  courses: [{ id: "a", title: "Keyboard", term: "Autumn" }, { id: "b", title: "Dance", term: "Spring" }],
  cohorts: [{ id: "s", title: "First", course: "a" }],
  exercises: [{ id: "e", title: "Hanon", course: "a" }],
  teachers: [{ id: "t", title: "Ada", courses: ["b"] }],
};

test("a teacher stands for their classes", () => {
  assert.deepEqual(coursesIn(options, { teacher: "t" }).map((one) => one.id), ["b"]);
  assert.deepEqual(coursesIn(options, { teacher: "nobody" }), []);
  const chosen = { term: "", course: "a", cohort: "s", exercise: "e", teacher: "" };
  assert.deepEqual(after(options, chosen, "teacher", "t"), { term: "", course: "", cohort: "", exercise: "", teacher: "t" });
});

test("a bar that is pressed again gives its choice back", () => {
  const week = { since: "2026-09-07", until: "2026-09-13" };
  const once = picked({ course: "a", since: "", until: "" }, week);
  assert.deepEqual(once, { course: "a", ...week });
  assert.deepEqual(picked(once, week), { course: "a", since: "", until: "" });
  assert.equal(picked(once, { since: "2026-09-14", until: "2026-09-20" }).since, "2026-09-14");
});

test("a filter that no longer fits is let go", () => {
  const chosen = { term: "Autumn", course: "a", cohort: "s", exercise: "e" };
  assert.deepEqual(after(options, chosen, "term", "Spring"), { term: "Spring", course: "", cohort: "", exercise: "" });
  assert.equal(after(options, { ...chosen, term: "" }, "course", "a").exercise, "e");
});

test("students without a wait come last, whichever way", () => {
  const rows = [
    { name: "Ada", waiting: 0, hours: 0 },
    { name: "Bo", waiting: 1, hours: 5 },
    { name: "Cy", waiting: 2, hours: 50 },
  ];
  const names = (down) => sorted(rows, { by: "hours", down }).map((row) => row.name);
  assert.deepEqual(names(true), ["Cy", "Bo", "Ada"]);
  assert.deepEqual(names(false), ["Bo", "Cy", "Ada"]);
  assert.deepEqual(rows.map((row) => row.name), ["Ada", "Bo", "Cy"]);
});

test("a chart takes its colours from the page", () => {
  const figure = {
    data: [{ x: [1], meta: { line: "data-1" }, line: { width: 2 } }, { x: [1], meta: { fill: "data-1" } }],
    layout: { annotations: [{ text: "half" }] },
  };
  const { data, layout } = coloured(figure, (name) => (name === "data-1" ? "#2563a8" : `<${name}>`));
  assert.deepEqual(data[0].line, { width: 2, color: "#2563a8" });
  assert.equal(data[1].fillcolor, "rgba(37,99,168,0.18)");
  assert.equal(layout.annotations[0].font.color, "<ink>");
  assert.equal(layout.paper_bgcolor, "rgba(0,0,0,0)");
  assert.equal(faded("teal", 0.5), "teal");
});

const grid = {
  exercises: [{ id: "x", title: "Hanon" }, { id: "y", title: "Scales" }],
  rows: [
    { student: { name: "Tomás Ferreira" }, cells: [{ status: "late" }, { status: "none" }] },
    { student: { name: "Mira Lindqvist" }, cells: [{ status: "seen" }, { status: "waiting" }] },
  ],
  counts: { waiting: 1, late: 1, seen: 1, none: 1 },
};

test("a class narrows by part of a name, by exercise and by status", () => {
  const names = (filters) => matches(grid, filters).rows.map((row) => row.student.name);
  assert.deepEqual(names({ student: "tomas" }), ["Tomás Ferreira"]);
  assert.deepEqual(names({ status: "waiting" }), ["Tomás Ferreira", "Mira Lindqvist"]);
  assert.deepEqual(names({ status: "waiting", exercise: "y" }), ["Mira Lindqvist"]);
  assert.equal(matches(grid, { exercise: "y" }).exercises.length, 1);
  assert.equal(countOf(grid.counts, "waiting"), 2);
  assert.ok(fits("late", "waiting"));
});

test("ages are short in a cell, and dates are near or far", () => {
  assert.deepEqual(["2 days", "1 hour", "40 minutes", "a moment", ""].map(shortAge), ["2 d", "1 h", "40 min", "now", ""]);
  const now = new Date("2026-11-24T13:00:00Z");
  assert.equal(dueWords("2026-11-27T10:00:00Z", now, "UTC"), "due Fri 27");
  assert.equal(dueWords("2026-12-08T10:00:00Z", now, "UTC"), "due Tue 8 Dec");
  assert.equal(dueWords("2026-11-03T10:00:00Z", now, "UTC"), "was due 3 Nov");
  assert.equal(dueWords(null, now), "no date");
  assert.equal(waitKind({ submitted: "2026-11-23T12:00:00Z" }, now), "is-wait");
  assert.equal(waitKind({ late: true }, now), "is-bad");
});
