import assert from "node:assert/strict";
import test from "node:test";
import { ago, bytes, bytesOf, clock, count, day, greeting, left, percent, span, when } from "../src/lib/format.js";

const now = new Date("2026-11-22T18:00:00Z");
const zone = "Europe/Berlin";

test("a clock counts minutes, and hours when there are any", () => {
  assert.equal(clock(26.24), "0:26");
  assert.equal(clock(26.26, { tenths: true }), "0:26.3");
  assert.equal(clock(59.99, { tenths: true }), "1:00.0");
  assert.equal(clock(3723), "1:02:03");
  assert.equal(clock(0), "0:00");
});

test("no time is a dash, never NaN", () => {
  for (const nothing of [null, undefined, NaN, "x", Infinity]) assert.equal(clock(nothing), "–");
});

test("a range names both ends, a moment one", () => {
  assert.equal(span(24, 33), "0:24 to 0:33");
  assert.equal(span(24, null), "0:24");
});

test("sizes are those of cameras and file managers", () => {
  assert.equal(bytes(348_000_000), "348 MB");
  assert.equal(bytes(3_400_000), "3.4 MB");
  assert.equal(bytes(2_000_000_000), "2 GB");
  assert.equal(bytes(12), "12 bytes");
  assert.equal(bytes(999_999), "1.0 MB");
  assert.equal(bytesOf(212_000_000, 348_000_000), "212 of 348 MB");
  assert.equal(bytesOf(0, 3_400_000), "0.0 of 3.4 MB");
  assert.equal(bytesOf(1_234_000_000, 2_000_000_000), "1.2 of 2 GB");
});

test("time left is round, and absent when it cannot be known", () => {
  assert.equal(left(38), "about 40 s left");
  assert.equal(left(2), "a few seconds left");
  assert.equal(left(200), "about 3 min left");
  assert.equal(left(5400), "about 1.5 h left");
  assert.equal(left(NaN), "");
});

test("moments are told in the reader's zone", () => {
  assert.equal(when("2026-11-22T13:05:00Z", { now, zone }), "today, 14:05");
  assert.equal(when("2026-11-21T23:30:00Z", { now, zone }), "today, 0:30");
  assert.equal(when("2026-11-21T08:30:00Z", { now, zone }), "yesterday, 9:30");
  assert.equal(when("2026-09-01T08:30:00Z", { now, zone }), "1 Sep, 10:30");
  assert.equal(day("2025-11-01T08:30:00Z", { now, zone }), "1 Nov 2025");
  assert.equal(when("", { now, zone }), "");
});

test("ages use their largest unit", () => {
  assert.equal(ago("2026-11-22T17:59:30Z", { now }), "just now");
  assert.equal(ago("2026-11-22T15:00:00Z", { now }), "3 h");
  assert.equal(ago("2026-11-21T15:00:00Z", { now }), "1 day");
});

test("the greeting follows the hour", () => {
  assert.deepEqual([3, 4, 11, 12, 17, 18, 23].map(greeting).map((words) => words.slice(5)), [
    "evening", "morning", "morning", "afternoon", "afternoon", "evening", "evening",
  ]);
});

test("a share is not whole before it is", () => {
  assert.equal(percent(0.999), "99 %");
  assert.equal(percent(1), "100 %");
  assert.equal(percent(-1), "0 %");
  assert.equal(count(1, "take"), "1 take");
  assert.equal(count(3, "take"), "3 takes");
  assert.equal(count(1234567, "take"), "1,234,567 takes");
  assert.equal(count(999, "take"), "999 takes");
});
