import assert from "node:assert/strict";
import test from "node:test";
import { Clock } from "../src/player/clock.js";
import { correction, JUMP, QUIET } from "../src/player/drift.js";
import { offsetMap, reversed } from "../src/player/timemap.js";
import { World } from "./fake_media.js";

function pair({ a = {}, b = {}, offset = 0, frameRate = 30 } = {}) {
  const world = new World();
  const one = world.add(a);
  const two = world.add(b);
  const clock = new Clock({ every: world.every });
  clock.attach({ media: one, frameRate }, { media: two, frameRate }, offsetMap(offset));
  return { world, clock, one, two };
}

const near = (value, wanted, by = 0.02) =>
  assert.ok(Math.abs(value - wanted) <= by, `${value} should be within ${by} of ${wanted}`);

test("play, pause and seek move both videos together", async () => {
  const { world, clock, one, two } = pair();
  clock.play();
  await world.pass(2);
  near(clock.time, 1.95, 0.06);
  near(one.currentTime, two.currentTime, 0.001);
  clock.pause();
  const stood = clock.time;
  await world.pass(1);
  assert.equal(clock.time, stood);
  assert.ok(one.paused && two.paused);
  clock.seek(7);
  await world.pass(0.3);
  near(one.currentTime, 7, 1e-6);
  near(two.currentTime, 7, 1e-6);
});

test("a video that runs 1 % fast is brought back by its rate, without one jump", async () => {
  const { world, clock, one, two } = pair({ a: { duration: 60 }, b: { duration: 60, pace: 1.01 } });
  clock.play();
  await world.pass(1);
  const jumps = two.seeks.length;
  const errors = [];
  await world.pass(20, () => errors.push(Math.abs(two.currentTime - one.currentTime)));
  errors.sort((x, y) => x - y);
  assert.ok(errors.at(-1) < 0.05, `worst ${errors.at(-1)}`);
  assert.ok(errors[errors.length >> 1] < 1 / 30, `median ${errors[errors.length >> 1]}`);
  assert.equal(two.seeks.length, jumps);
});

test("two players that keep together are left alone: no rate is ever bent", async () => {
  const { world, clock, two } = pair({ a: { duration: 60 }, b: { duration: 60, pace: 1.0002 } });
  clock.play();
  await world.pass(20);
  assert.deepEqual([...two.rates], [1]);
});

test("the drift rule: nothing inside 10 ms, nothing up to half a frame, then gentle, then a jump", () => {
  const frame = 1 / 30;
  assert.equal(correction(QUIET, frame, true).act, "leave");
  assert.equal(correction(0.015, frame, false).act, "leave");
  assert.equal(correction(0.015, frame, true).act, "bend");
  const ahead = correction(0.1, frame, false);
  assert.ok(ahead.act === "bend" && ahead.factor < 1 && ahead.factor >= 0.75);
  assert.ok(correction(-0.1, frame, false).factor > 1);
  assert.equal(correction(JUMP + 0.01, frame, false).act, "jump");
});

test("a video that suddenly stands half a second off is put back by a jump", async () => {
  const { world, clock, one, two } = pair({ a: { duration: 60 }, b: { duration: 60 } });
  clock.play();
  await world.pass(2);
  two.position += 0.8;
  await world.pass(1);
  near(two.currentTime, one.currentTime, 0.034);
});

test("the one that is heard is never bent; the other follows it", async () => {
  const { world, clock, one, two } = pair({
    a: { duration: 60 },
    b: { duration: 60, pace: 1.02 },
  });
  clock.setSound("b");
  clock.play();
  await world.pass(10);
  assert.deepEqual([...two.rates], [1]);
  assert.ok(one.rates.size > 1);
  near(one.currentTime, two.currentTime, 0.05);
});

test("never two sounds", () => {
  const { clock, one, two } = pair();
  for (const [sound, a, b] of [["a", true, false], ["b", false, true], ["none", false, false]]) {
    clock.setSound(sound);
    assert.deepEqual([!one.muted, !two.muted], [a, b]);
  }
});

test("when one has no data both wait, then go on together", async () => {
  const { world, clock, one, two } = pair({ a: { duration: 60 }, b: { duration: 60 } });
  clock.play();
  await world.pass(2);
  two.starve(1.5);
  await world.pass(1);
  assert.ok(clock.waiting && clock.playing && one.paused);
  await world.pass(1);
  assert.ok(!clock.waiting && !one.paused && !two.paused);
  near(one.currentTime, two.currentTime, 0.034);
});

test("a video that loads late is waited for, and a refusal to play is told", async () => {
  const late = pair({ b: { loads: 0.8 } });
  late.clock.play();
  await late.world.pass(0.5);
  near(late.one.currentTime, 0, 0.06);
  await late.world.pass(1);
  near(late.one.currentTime, late.two.currentTime, 0.034);
  assert.ok(late.one.currentTime > 0.3);
  const shy = pair({ a: { refuses: true } });
  shy.clock.play();
  await shy.world.pass(0.2);
  assert.equal(shy.clock.playing, false);
  assert.equal(shy.clock.refused, "NotAllowedError");
});

test("an offset shows B a little later, and each holds its first and last picture", async () => {
  const { world, clock, one, two } = pair({ a: { duration: 4 }, b: { duration: 4 }, offset: -1 });
  assert.equal(clock.duration, 5);
  clock.play();
  await world.pass(0.8);
  near(two.currentTime, 0, 0.001);
  await world.pass(1.5);
  near(two.currentTime, one.currentTime - 1, 0.034);
  await world.pass(2.2);
  assert.ok(one.paused && !two.paused, "A is over, B plays its rest");
  await world.pass(1);
  assert.equal(clock.playing, false);
  assert.equal(clock.time, 5);
  clock.play();
  await world.pass(0.5);
  near(clock.time, 0.4, 0.15);
});

test("nudging by a frame moves B alone, while both stand and while both run", async () => {
  const { world, clock, one, two } = pair({ a: { duration: 60 }, b: { duration: 60 } });
  clock.seek(5);
  await world.pass(0.2);
  clock.setMap(offsetMap(2 / 30));
  await world.pass(0.2);
  near(one.currentTime, 5, 1e-6);
  near(two.currentTime, 5 + 2 / 30, 1e-6);
  clock.play();
  await world.pass(3);
  near(two.currentTime - one.currentTime, 2 / 30, 0.034);
});

test("frame steps go through every picture forward and back", async () => {
  const { world, clock } = pair({ a: { duration: 2 }, b: { duration: 2 } });
  for (let picture = 1; picture < 60; picture += 1) {
    clock.step(1);
    await world.pass(0.1);
    assert.equal(Math.floor(clock.time * 30), picture);
  }
  clock.step(1);
  await world.pass(0.1);
  assert.equal(Math.floor(clock.time * 30), 59, "stays on the last one");
  clock.step(-1);
  await world.pass(0.1);
  assert.equal(Math.floor(clock.time * 30), 58);
});

test("speed is the same for both, pitch is kept, and steps go through the list", async () => {
  const { world, clock, one, two } = pair({ a: { duration: 60 }, b: { duration: 60 } });
  clock.setRate(0.5);
  assert.ok(one.preservesPitch && two.preservesPitch);
  clock.play();
  await world.pass(4);
  near(clock.time, 2, 0.1);
  near(one.currentTime, two.currentTime, 0.034);
  clock.shift(1);
  assert.equal(clock.rate, 0.75);
  clock.shift(-1);
  clock.shift(-1);
  clock.shift(-1);
  assert.equal(clock.rate, 0.25);
  clock.setRate(99);
  assert.equal(clock.rate, 2);
});

test("a loop goes back to its start; going elsewhere on purpose is respected", async () => {
  const { world, clock } = pair({ a: { duration: 60 }, b: { duration: 60 } });
  clock.setLoop({ start: 3, end: 4 });
  clock.seek(3);
  clock.play();
  await world.pass(5);
  assert.ok(clock.time >= 2.9 && clock.time <= 4.1);
  clock.seek(30);
  await world.pass(1);
  assert.ok(clock.time > 30);
});

test("dragging sends one jump after the other, never a pile, and ends at the last wish", async () => {
  const { world, clock, one } = pair({ a: { seekTakes: 0.2 }, b: { seekTakes: 0.1 } });
  await world.pass(0.3);
  one.seeks.length = 0;
  for (let n = 1; n <= 40; n += 1) {
    clock.seek(n * 0.2);
    await world.pass(0.01);
  }
  await world.pass(1);
  near(one.currentTime, 8, 1e-6);
  assert.ok(one.seeks.length < 6, `${one.seeks.length} jumps`);
});

test("one video alone works the same", async () => {
  const world = new World();
  const clock = new Clock({ every: world.every });
  clock.attach({ media: world.add({ duration: 3 }), frameRate: 25 }, null);
  clock.play();
  await world.pass(1);
  assert.ok(clock.time > 0.8);
  await world.pass(3);
  assert.equal(clock.playing, false);
  assert.equal(clock.time, 3);
});

test("a time map turns round", () => {
  const map = reversed(offsetMap(0.5));
  assert.equal(map.toB(1), 0.5);
  assert.equal(map.toA(map.toB(1)), 1);
});
