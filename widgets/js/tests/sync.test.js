// How two videos are kept together, what the ribbon says, and how a practice loop climbs.
import assert from "node:assert/strict";
import test from "node:test";
import { inWords, mapFor, sayingAt, seen, spoken, trust, wayOf } from "../src/compare/sync.js";
import { stretchOf } from "../src/compare/practise.js";
import { shape, strength } from "../src/compare/ribbon.js";
import { Clock } from "../src/player/clock.js";
import { figures, onScreen, spelledOut } from "../src/player/meter.js";
import { Practice, sane } from "../src/player/practice.js";
import { asChosen, qualitiesOf } from "../src/player/quality.js";
import { Shuttle } from "../src/player/shuttle.js";
import { World } from "./fake_media.js";

const SYNC = {
  state: "ready", problem: "", confidence: 0.93, offset: -1, anchors: [{ id: "x", a: 4, b: 4 }], can: { anchor: true },
  points: [[0, 0], [10, 10], [20, 18.8], [30, 29.6]],
  breaks: [{ kind: "pause", a: [5, 6.8], b: [5, 5] }, { kind: "skip", a: [25, 25], b: [24, 28] }],
  bands: [{ a: [10, 20], b: [10, 18.8], change: -0.12, kind: "slow" }],
  sayings: [{ a: [10, 20], change: -0.12 }, { a: [20, 30], change: 0.08 }],
};
const near = (x, y) => assert.ok(Math.abs(x - y) < 1e-6, `${x} is not ${y}`);

test("content where there is a map, offset where not, free when asked for", () => {
  assert.equal(wayOf("", SYNC), "content");
  assert.equal(wayOf("", seen(null, false)), "offset");
  assert.equal(wayOf("content", seen(null, false)), "offset");
  assert.equal(wayOf("free", SYNC), "free");
  near(mapFor("content", SYNC, 0.04, false).toB(20), 18.84);
  near(mapFor("offset", SYNC, 0.04, false).toB(20), 19.04);
  near(mapFor("free", SYNC, 3, false).toB(20), 23);
});

test("changing places keeps every moment, moved by hand or not", () => {
  for (const off of [0, 0.12]) {
    const forth = mapFor("content", SYNC, off, false);
    const back = mapFor("content", seen(SYNC, true), -off, true);
    for (const t of [0, 7, 13, 22, 40]) near(back.toB(forth.toB(t)), t);
  }
  const turned = seen(SYNC, true);
  assert.equal(turned.bands[0].kind, "fast");
  near(turned.bands[0].change, 1 / 0.88 - 1);
  assert.deepEqual(turned.anchors, [{ id: "x", a: 4, b: 4 }]);
  assert.equal(turned.offset, 1);
});

test("the ribbon says how much slower, where somebody waits, and nothing twice in one place", () => {
  assert.equal(inWords(-0.12), "12 % slower");
  assert.equal(sayingAt(SYNC, 12), "12 % slower here");
  assert.equal(sayingAt(SYNC, 3), "");
  const words = spoken(SYNC, 30).map((one) => one.words);
  assert.deepEqual(words, ["12 % slower", "8 % faster", "waits 1.8 s"], "what left out 4 s stands too near");
  assert.deepEqual(spoken({ ...SYNC, sayings: [] }, 30).map((one) => one.words), ["waits 1.8 s", "leaves out 4.0 s"]);
  assert.equal(shape(SYNC.bands[0], 40), "M250.0 0H500.0L470.0 60H250.0z");
  assert.equal(strength(-0.12), "0.44");
});

test("the badge says how sure it is, and by what they are kept together", () => {
  assert.equal(trust("content", { ...SYNC, anchors: [] }).words, "Elastic sync, sure (0.93)");
  assert.equal(trust("content", { ...SYNC, confidence: 0.6 }).words, "Elastic sync, fairly sure (0.60) and 1 anchor");
  assert.equal(trust("content", { ...SYNC, state: "unlike" }).words, "Kept together by 1 anchor");
  assert.equal(trust("offset", { ...SYNC, state: "pending" }).words, "Listening to both videos");
  assert.equal(trust("offset", SYNC), null);
});

async function practising(settings) {
  const world = new World();
  const clock = new Clock({ every: world.every });
  clock.attach({ media: world.add({ duration: 30 }), frameRate: 25 }, null);
  await world.pass(0.2);
  const told = [];
  const practice = new Practice(clock, { tell: (one) => told.push(one), settings });
  practice.begin("r1", 2, 4);
  const go = async (seconds) => {
    for (let n = 0; n < seconds * 2; n += 1) {
      await world.pass(0.5);
      practice.passed(0.5);
    }
  };
  return { world, clock, practice, told, go };
}

test("a practice loop climbs from slow to full speed, counts, tells, and stops when it is done", async () => {
  const { clock, practice, told, go } = await practising({ from: 50, to: 100, step: 25, times: 2 });
  assert.equal(practice.level, 50);
  await go(5);
  assert.deepEqual([practice.level, practice.done], [50, 1]);
  await go(5);
  assert.equal(practice.level, 75);
  await go(14);
  assert.ok(practice.finished && !clock.playing);
  assert.equal(practice.total, 6);
  assert.equal(told.reduce((sum, one) => sum + one.repetitions, 0), 6);
  const seconds = told.reduce((sum, one) => sum + one.seconds, 0);
  assert.ok(seconds > 15 && seconds < 20, `${seconds} s`);
  practice.end();
  assert.deepEqual([clock.loop, clock.rate, practice.on], [null, 1, false]);
});

test("taking the loop away ends the practice, and odd settings become possible ones", async () => {
  const { clock, practice, told, go } = await practising({ from: 80, to: 90, step: 5, times: 3 });
  await go(3);
  clock.setLoop(null);
  assert.equal(practice.on, false);
  assert.equal(told.length, 1);
  assert.equal(clock.rate, 1);
  assert.deepEqual(sane({ from: 900, to: -3, step: "", times: "x" }), { from: 100, to: 100, step: 10, times: 3 });
});

test("a range is practised as it is, a moment with what is around it, nothing under two seconds", () => {
  assert.deepEqual(stretchOf({ start: 4, end: 9 }), [4, 9]);
  assert.deepEqual(stretchOf({ start: 16.5, end: 17 }), [15.75, 17.75]);
  assert.deepEqual(stretchOf({ start: 1, end: null }), [0, 5]);
});

test("J goes back picture by picture, faster when pressed again; K stops", async () => {
  const world = new World();
  const clock = new Clock({ every: world.every });
  clock.attach({ media: world.add({ duration: 30, seekTakes: 0.02 }), frameRate: 25 }, null);
  clock.seek(20);
  await world.pass(0.3);
  const shuttle = new Shuttle(clock, world.every);
  shuttle.back();
  await world.pass(2);
  const once = 20 - clock.time;
  assert.ok(once > 1 && once < 2.2, `${once} s back`);
  shuttle.back();
  await world.pass(1);
  assert.ok(20 - once - clock.time > 1, "twice as fast");
  shuttle.still();
  const stood = clock.time;
  await world.pass(1);
  assert.equal(clock.time, stood);
  shuttle.forward();
  await world.pass(1);
  assert.ok(clock.playing && clock.time > stood + 0.5);
});

test("the read-out judges the picture that stands on the screen", () => {
  const shown = [{ display: 0, media: 1 }, { display: 40, media: 1.04 }, { display: 80, media: 1.08 }];
  assert.equal(onScreen(shown, 78).media, 1.08 - 0.04);
  assert.equal(onScreen(shown, 80).media, 1.08);
  assert.equal(onScreen(shown, -5), null);
  const found = figures([0.01, -0.02, 0.03, -0.2], 0.04);
  assert.deepEqual([found.n, found.median, found.max], [4, 0.03, 0.2]);
  assert.match(spelledOut({ ...found, seeks: 0 }), /median 0\.8 frames \(30 ms\).*no jumps; 4 pictures/);
  assert.match(spelledOut({ ...figures([], 0.04), seeks: 0 }), /Play to measure/);
});

test("the original is offered only where the browser plays it", () => {
  const video = { ready: true, src: "w", qualities: [{ key: "web", src: "w", type: "video/mp4" }, { key: "original", src: "o", type: "hevc" }] };
  assert.equal(qualitiesOf(video, () => false).length, 0);
  assert.equal(qualitiesOf(video, () => true).length, 2);
  assert.equal(qualitiesOf({ qualities: [] }, () => true).length, 0);
  assert.equal(asChosen({ ready: true, src: "x" }, "original").src, "x");
});
