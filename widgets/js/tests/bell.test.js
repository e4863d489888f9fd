// What is news of what is new, when the bell's script comes, and a message that keeps out of the way.
import assert from "node:assert/strict";
import { test } from "node:test";

const heard = new Map();
const bell = { dataset: { script: "/bell.js?v=1" } };
Object.assign(globalThis, {
  document: {
    body: { dataset: { front: "lean" } },
    documentElement: { dataset: { base: "/" } },
    getElementById: () => bell,
    addEventListener: (name, fn) => heard.set(name, fn),
  },
  addEventListener: (name, fn) => heard.set(name, fn),
  window: globalThis,
});
const { badge, bellName, dayName, overlap, split, spoken } = await import("../src/bell/news.js");
const { watchBell } = await import("../src/page/bell.js");

const line = (mark, more = {}) => ({ ids: [`n${mark}`], text: `line ${mark}`, unread: true, mark, priority: 0, take_id: "t", ...more });
const view = (...groups) => ({ unread: groups.length, mark: 9, days: [{ day: "2026-11-24", groups }] });

test("only what is unread, new and not on screen is told, the most urgent first", () => {
  const lines = [line(5), line(7, { priority: 2 }), line(8), line(9, { unread: false }), line(6, { take_id: "open" })];
  const { fresh, here } = split(view(...lines), 5, "open");
  assert.deepEqual(fresh.map((one) => one.mark), [8, 7]);
  assert.deepEqual(here.map((one) => one.mark), [6]);
  assert.deepEqual(split(view(line(5)), 5, null), { fresh: [], here: [] });
});

test("several are one message", () => {
  assert.equal(spoken([line(1)]), "line 1");
  assert.equal(spoken([line(1), line(2), line(3)]), "line 1, and 2 more");
});

test("the count has words beside it and does not grow without end", () => {
  assert.deepEqual([0, 2, 100].map(badge), ["", "2", "99+"]);
  assert.deepEqual([0, 2, 100].map(bellName), ["Notifications", "Notifications, 2 new", "Notifications, more than 99 new"]);
});

test("days are named as people name them, also around midnight", () => {
  const late = new Date(2026, 10, 24, 23, 59);
  assert.equal(dayName("2026-11-24", late), "Today");
  assert.equal(dayName("2026-11-23", new Date(2026, 10, 24, 0, 1)), "Yesterday");
  assert.equal(dayName("2026-11-20", late), "Friday 20 November");
});

test("a message knows whether it lies over a field", () => {
  const box = (left, top) => ({ left, top, right: left + 10, bottom: top + 10 });
  assert.equal(overlap(box(0, 0), box(5, 5)), true);
  assert.equal(overlap(box(0, 0), box(10, 0)), false);
});

test("the script comes after the first picture, or at once by a press that is not lost", async () => {
  const asked = [];
  let opened = 0;
  let arrive;
  watchBell((address) => (asked.push(address), new Promise((resolve) => (arrive = resolve))));
  assert.deepEqual(asked, []);
  assert.ok(heard.has("practika:shown"));
  const press = () => heard.get("click")({ target: { closest: () => bell } });
  press();
  press();
  assert.deepEqual(asked, ["/bell.js?v=1"]);
  arrive({ open: () => (opened += 1) });
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(opened >= 1);
  const before = opened;
  press();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(opened, before, "from then on it hears presses itself");
});
