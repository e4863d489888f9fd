import assert from "node:assert/strict";
import test from "node:test";
import { Meter } from "../src/lib/meter.js";

test("speed is that of the last seconds, not of the whole upload", () => {
  const meter = new Meter();
  for (let s = 0; s <= 20; s += 1) meter.push(s * 1e6, s * 1000);
  for (let s = 1; s <= 10; s += 1) meter.push(20e6 + s * 4e6, 20000 + s * 1000);
  assert.equal(Math.round(meter.speed() / 1e5) / 10, 4);
  assert.equal(meter.left(68e6), 2);
});

test("nothing is said before there is something to judge from", () => {
  const meter = new Meter();
  assert.ok(Number.isNaN(meter.speed()));
  meter.push(0, 0);
  meter.push(100, 10);
  assert.ok(Number.isNaN(meter.left(1000)));
});

test("a standstill has no end", () => {
  const meter = new Meter();
  meter.push(5, 0);
  meter.push(5, 2000);
  assert.ok(Number.isNaN(meter.left(10)));
});

test("a resumed upload that goes back starts afresh", () => {
  const meter = new Meter();
  meter.push(0, 0);
  meter.push(8e6, 1000);
  meter.push(4e6, 2000);
  meter.push(5e6, 3000);
  assert.equal(meter.speed(), 1e6);
});
