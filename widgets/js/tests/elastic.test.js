// The clock under a bent map: B follows by its rate alone, and only the map's own jumps are jumped.
import assert from "node:assert/strict";
import test from "node:test";
import { Clock } from "../src/player/clock.js";
import { following } from "../src/player/drift.js";
import { FrameTimes, framesOf } from "../src/player/frames.js";
import { bentMap, offsetMap, reversed } from "../src/player/timemap.js";
import { World } from "./fake_media.js";

const FRAME = 1 / 25;

/** A line whose slope swings between 0.7 and 1.4, a point every quarter of a second. */
function swinging(seconds, step = 0.25) {
  const points = [[0, 0]];
  for (let t = step; t <= seconds; t += step) {
    const slope = 1.05 + 0.35 * Math.sin((2 * Math.PI * t) / 7);
    points.push([t, points.at(-1)[1] + slope * step]);
  }
  return points;
}

function elastic(points, { a = {}, b = {} } = {}) {
  const world = new World();
  const one = world.add({ duration: 60, ...a });
  const two = world.add({ duration: 60, ...b });
  const clock = new Clock({ every: world.every });
  const map = bentMap(points);
  clock.attach({ media: one, frameRate: 25 }, { media: two, frameRate: 25 }, map);
  return { world, clock, one, two, map };
}

/** Play and give the sorted sizes of the error, in seconds, after the first second. */
async function errorsOf({ world, clock, one, two, map }, seconds) {
  clock.play();
  await world.pass(1);
  const jumps = two.seeks.length;
  const errors = [];
  await world.pass(seconds, () => errors.push(Math.abs(two.currentTime - map.toB(one.currentTime))));
  errors.sort((x, y) => x - y);
  const at = (share) => errors[Math.floor(share * (errors.length - 1))];
  return { median: at(0.5), p95: at(0.95), worst: at(1), jumps: two.seeks.length - jumps };
}

test("a tempo between 0.7 and 1.4 is followed within a frame without one jump", async () => {
  const found = await errorsOf(elastic(swinging(40)), 25);
  assert.ok(found.median <= FRAME / 2, `median ${found.median}`);
  assert.ok(found.p95 <= FRAME, `p95 ${found.p95}`);
  assert.equal(found.jumps, 0);
});

test("at half speed, with a player that runs 2 % fast, and from B's sound the same holds", async () => {
  const half = elastic(swinging(40), { b: { pace: 1.02 } });
  half.clock.setRate(0.5);
  const slow = await errorsOf(half, 20);
  assert.ok(slow.median <= FRAME && slow.p95 <= 2 * FRAME, JSON.stringify(slow));
  const heard = elastic(swinging(40));
  heard.clock.setSound("b");
  const led = await errorsOf(heard, 15);
  assert.ok(led.p95 <= 1.5 * FRAME, JSON.stringify(led));
  assert.deepEqual([...heard.two.rates], [1], "the one that is heard keeps its tempo");
});

test("the same tempo under a map is left alone", async () => {
  const { world, clock, two } = elastic([[0, 0.5], [50, 50.5]]);
  clock.play();
  await world.pass(15);
  assert.deepEqual([...two.rates], [1]);
});

test("where A waits, B waits on its picture and goes on with it", async () => {
  const paused = elastic([[0, 0], [4, 4], [7, 4.02], [20, 17.02]]);
  paused.clock.play();
  await paused.world.pass(5.5);
  assert.ok(paused.two.paused && !paused.one.paused);
  const before = paused.two.seeks.length;
  await paused.world.pass(4);
  assert.ok(!paused.two.paused);
  assert.ok(Math.abs(paused.two.currentTime - paused.map.toB(paused.one.currentTime)) < FRAME);
  assert.equal(paused.two.seeks.length, before);
});

test("where A leaves something out, B jumps once and A does not stop for it", async () => {
  const cut = elastic([[0, 0], [4, 4], [4.02, 9], [20, 24.98]]);
  cut.clock.play();
  await cut.world.pass(3);
  const jumps = cut.two.seeks.length;
  let stood = 0;
  await cut.world.pass(3, () => (stood += cut.one.paused ? 1 : 0));
  assert.equal(cut.two.seeks.length - jumps, 1);
  assert.equal(stood, 0);
  assert.ok(Math.abs(cut.two.currentTime - cut.map.toB(cut.one.currentTime)) < FRAME);
});

test("the rule: quiet inside 10 ms, then 1.5 a second, and a jump only from far off", () => {
  assert.deepEqual(following(0.009, 0.8), { act: "run", rate: 0.8 });
  assert.deepEqual(following(0.1, 1), { act: "run", rate: 0.85 });
  assert.deepEqual(following(-0.1, 1), { act: "run", rate: 1.15 });
  assert.equal(following(0.5, 1).act, "jump");
  assert.equal(following(0, 0.01).act, "still");
  assert.equal(following(2, 0.01).act, "still", "ahead while A waits: it stays where it is");
  assert.equal(following(-1, 9).rate, 4);
});

test("a map reads both ways, moves as a whole, and goes on beyond its ends", () => {
  const map = bentMap([[1, 2], [3, 6], [5, 7]], 0.5);
  assert.equal(map.toB(2), 4.5);
  assert.equal(map.toB(0), 1.5);
  assert.equal(map.toB(6), 8.5);
  for (const t of [0, 1.3, 2.9, 4, 9]) assert.ok(Math.abs(map.toA(map.toB(t)) - t) < 1e-9);
  assert.ok(Math.abs(map.slope(2) - 2) < 1e-9 && Math.abs(map.slope(4) - 0.5) < 1e-9);
  assert.equal(reversed(map).toB(4.5), 2);
  assert.equal(bentMap([[2, 3]], 0.25).toB(1), offsetMap(1.25).toB(1), "one point is an offset");
});

test("uneven pictures are stepped through one by one, forward and back", async () => {
  const lengths = [40, 40, 120, 20, 20, 60, 40, 200, 40, 40].map((ms) => ms * 1000);
  const times = new FrameTimes(lengths.map((length) => [length, 1]));
  const world = new World();
  const clock = new Clock({ every: world.every });
  clock.attach({ media: world.add({ duration: 0.62 }), frameRate: 25 }, null);
  clock.frames = times;
  const seen = [];
  for (let n = 0; n < 11; n += 1) {
    clock.step(1);
    await world.pass(0.1);
    seen.push(times.index(clock.time));
  }
  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9]);
  clock.step(-1);
  await world.pass(0.1);
  assert.equal(times.index(clock.time), 8);
  assert.equal(new FrameTimes([[40000, 25]]).count, 25);
  const runs = [[40000, 2], [120000, 1]];
  const told = framesOf({ runs }, () => {});
  assert.equal(told.stepped(0, 2), 0.14, "a file of a notebook brings its times along");
  assert.equal(framesOf({ runs }, () => {}), told, "read once");
});

test("a loop begins with its lead-in and counts how often it was played", async () => {
  const { world, clock } = elastic(swinging(40));
  clock.setLoop({ start: 3, end: 4 });
  clock.preroll = 0.5;
  clock.seek(2.5);
  clock.play();
  let low = 9;
  await world.pass(2);
  await world.pass(4, () => (low = Math.min(low, clock.time)));
  assert.ok(Math.abs(low - 2.5) < 0.06, `from ${low}`);
  assert.ok(clock.laps >= 3, `${clock.laps} laps`);
});
