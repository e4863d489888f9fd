import assert from "node:assert/strict";
import test from "node:test";
import { bestKind, bitsOf, plain, sourcesHere, whyNot } from "../src/record/devices.js";
import { Growing, metadataHeader, metadataOf } from "../src/record/growing.js";
import { nextQuiet, offered, over } from "../src/record/kept.js";
import { Hearing, onMeter } from "../src/record/level.js";
import { Pieces } from "../src/record/pieces.js";
import { CLOSED, fits, running, seconds, step } from "../src/record/states.js";
import { TusServer } from "./tus_server.js";

const walk = (...events) => events.reduce((state, [event, now]) => step(state, event, now), CLOSED);

test("pauses do not count as recorded time", () => {
  const paused = walk(["ask", 0], ["opened", 50], ["start", 100], ["pause", 1100], ["pause", 9000]);
  assert.deepEqual([paused.phase, seconds(paused, 99_000)], ["paused", 1]);
  const on = step(paused, "resume", 5000);
  assert.equal(seconds(on, 5500), 1.5);
  const ended = step(step(on, "stop", 6000), "ended", 6100);
  assert.deepEqual([ended.phase, seconds(ended, 99_000)], ["looking", 2]);
});

test("a recording is only where it can be", () => {
  assert.equal(walk(["start", 0]).phase, "closed");
  assert.equal(walk(["ask", 0], ["refused", 1], ["start", 2]).phase, "refused");
  const recording = walk(["ask", 0], ["opened", 0], ["start", 0]);
  assert.ok(running(recording));
  assert.equal(step(recording, "cancel", 1).phase, "recording", "nothing is lost by a slip");
  assert.equal(step(recording, "use", 1).phase, "recording");
  const again = walk(["ask", 0], ["opened", 0], ["start", 0], ["stop", 900], ["ended", 900], ["retake", 900], ["ask", 950]);
  assert.deepEqual([again.phase, again.ms], ["asking", 0]);
  assert.equal(fits(2_000_000_000, bitsOf("camera")), 3875);
});

test("pieces are sent once, from where the server stands", async () => {
  const pieces = new Pieces();
  ["abc", "def", "gh"].forEach((words) => pieces.push(new Blob([words])));
  assert.equal(await pieces.next(100).text(), "abcdefgh");
  assert.equal(pieces.acknowledge(4), 1, "the second is needed still");
  assert.equal(await pieces.next(3).text(), "efg");
  assert.equal(pieces.acknowledge(8), 3);
  assert.equal(pieces.next(9), null);
  const rest = new Pieces(6, 7);
  rest.push(new Blob(["gh"]), 2);
  assert.equal(await rest.next(9).text(), "h");
  rest.held = 3;
  assert.throws(() => rest.next(9), RangeError);
  const none = new Pieces();
  none.acknowledge(7);
  assert.deepEqual([none.total, none.behind], [7, 0], "all of it is on the server");
});

const growing = (server, more = {}) =>
  new Growing({ metadata: { filename: "a.webm" }, root: "/base/", fetch: server.fetch, wait: async () => {}, ...more });

const until = async (done) => {
  for (let tries = 0; tries < 400 && !done(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 2));
  assert.ok(done(), done.toString());
};

test("pieces follow each other while it is being recorded, and the length comes last", async () => {
  const server = new TusServer();
  const one = growing(server);
  one.push(new Blob(["one "]));
  await until(() => server.only?.bytes === "one ");
  one.push(new Blob(["two "]));
  one.push(new Blob(["three"]));
  await until(() => server.only.bytes === "one two three");
  assert.deepEqual([server.only.length, server.only.deferred, one.state], [null, "1", "sending"]);
  one.use("r1");
  await until(() => one.state === "done");
  assert.deepEqual([server.only.length, server.only.reply], [13, "r1"]);
});

test("without a network nothing is lost, and an answer that never came does no harm", async () => {
  const server = new TusServer();
  server.away = 3;
  const states = new Set();
  const one = growing(server);
  one.onChange(({ state }) => states.add(state));
  one.push(new Blob(["abc"]));
  await until(() => server.only?.bytes === "abc");
  server.lost = 1; // the bytes arrive, the answer does not
  one.push(new Blob(["def"]));
  await until(() => one.sent === 6);
  server.away = 1;
  one.use();
  await until(() => one.state === "done");
  assert.deepEqual([server.only.bytes, server.only.length], ["abcdef", 6]);
  assert.ok(states.has("waiting"));
});

test("after a crash it goes on where the server stands, with what the browser kept", async () => {
  const server = new TusServer();
  const before = growing(server);
  before.push(new Blob(["abcd"]));
  await until(() => before.sent === 4);
  const pieces = new Pieces(2, 0); // the browser still has bytes from 2 on; the server's offset is not known yet
  pieces.push(new Blob(["cd"]), 1);
  pieces.push(new Blob(["ef"]), 2);
  const after = growing(server, { id: before.id, pieces }).use();
  await until(() => after.state === "done");
  assert.deepEqual([server.only.bytes, server.only.length], ["abcdef", 6]);
});

test("one that expired on the server is sent anew when all of it is here", async () => {
  const server = new TusServer();
  const one = growing(server);
  one.push(new Blob(["abc"]));
  await until(() => one.sent === 3);
  server.uploads.clear();
  one.push(new Blob(["def"]));
  await until(() => server.only?.bytes === "abcdef");
  server.uploads.clear();
  const rest = new Pieces(3, 3);
  rest.push(new Blob(["def"]));
  const late = growing(server, { id: "gone", pieces: rest }).use();
  await until(() => late.state === "failed");
  assert.match(late.problem, /no longer has the beginning/);
});

test("thrown away means thrown away on the server", async () => {
  const server = new TusServer();
  const one = growing(server);
  one.push(new Blob(["abc"]));
  await until(() => one.sent === 3);
  await one.cancel();
  assert.deepEqual([server.uploads.size, one.state], [0, "cancelled"]);
  one.push(new Blob(["later"]));
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(server.uploads.size, 0);
});

test("it can be paused and goes on", async () => {
  const server = new TusServer();
  const one = growing(server);
  await one.pause();
  one.push(new Blob(["abc"]));
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(server.asked.length, 0);
  one.resume();
  await until(() => server.only?.bytes === "abc");
});

test("a refusal is final and said in the server's words", async () => {
  const fetch = async () => new Response("This recording is as long as can be.", { status: 413 });
  const one = new Growing({ metadata: {}, fetch, wait: async () => {} });
  one.push(new Blob(["abc"]));
  await until(() => one.state === "failed");
  assert.deepEqual([one.problem, one.refused], ["This recording is as long as can be.", true]);
});

test("the server is told what it is for", () => {
  const told = metadataOf({ name: "ü.webm", type: "video/webm", purpose: "reply", place: "t1" });
  assert.deepEqual(told, { filename: "ü.webm", filetype: "video/webm", purpose: "reply", take: "t1" });
  assert.equal(metadataHeader({ filename: "ü", exercise: "" }), "filename w7w=");
});

test("what was left behind is offered where it was made, and only what nobody has in hand", () => {
  const note = (key, more) => ({ key, upload: `u-${key}`, purpose: "reply", place: "t1", name: "v.webm", type: "video/webm", seconds: 42, at: 1, ...more });
  const there = ["a", "b", "z"].map((key) => ({ id: `u-${key}`, purpose: "reply", take_id: "t1", reply_id: null, name: "v.webm", offset: 9, quiet: key === "z" ? 60 : 1 }));
  const here = [note("a"), note("b"), note("c"), note("d", { upload: "" }), note("e", { place: "t2", upload: "" })];
  const keys = (server, held = new Set(["b"])) => offered(here, server, { purpose: "reply", place: "t1" }, held).map((one) => one.key);
  assert.deepEqual(keys(there), ["a", "d", "u-z"]);
  assert.deepEqual(keys(null), ["a", "c", "d"], "without the server the browser's own are offered");
  assert.deepEqual(keys([{ ...there[2], quiet: 1 }]), ["d"], "somebody may be recording it elsewhere");
  assert.deepEqual(over(here, there, new Set(["b"])).map((one) => one.key), ["c"]);
  assert.deepEqual(over(here, null, new Set()), []);
  const [placed] = offered([], [{ ...there[2], reply_id: "r1" }], { purpose: "reply", place: "" }, new Set());
  assert.deepEqual([placed.wanted, placed.reply], [true, "r1"], "its comment was saved already");
});

test("what is recorded on another machine is asked for again when it may have ended", () => {
  const there = [{ id: "s", purpose: "take", exercise_id: "e", name: "x.webm", offset: 9, quiet: 15 }];
  const where = { purpose: "take", place: "" };
  assert.deepEqual(offered([], there, where, new Set()), []);
  assert.equal(nextQuiet([], there, where), 6);
  assert.equal(nextQuiet([], [{ ...there[0], quiet: 21 }], where), Infinity, "that one is offered");
  assert.equal(nextQuiet([], there, { purpose: "reply", place: "" }), Infinity);
  assert.equal(nextQuiet([], null, where), Infinity);
});

test("a recording made to answer a comment is offered in the thread, any other on the desk", () => {
  const note = (key, parent) => ({ key, upload: "", purpose: "reply", place: "t1", parent, name: "v.webm", type: "video/webm", seconds: 42, at: 1 });
  const there = [{ id: "z", purpose: "reply", take_id: "t1", reply_id: null, name: "v.webm", offset: 9, quiet: 60 }];
  const keys = (answers) => offered([note("a", "c1"), note("b", ""), note("c")], there, { purpose: "reply", place: "t1", answers }, new Set()).map((one) => one.key);
  assert.deepEqual(keys(true), ["a"]);
  assert.deepEqual(keys(false), ["b", "c", "z"], "what no note tells of is the desk's");
  assert.deepEqual(keys(undefined), ["a", "b", "c", "z"], "a student has no desk");
});

test("silence is noticed after some seconds and forgotten with the first sound", () => {
  const hearing = new Hearing();
  assert.equal(hearing.push(0, 0), false);
  assert.equal(hearing.push(0.001, 3900), false);
  assert.ok(hearing.push(0, 4000) && hearing.silent);
  assert.ok(hearing.push(0.1, 4100) && !hearing.silent);
  assert.deepEqual([onMeter(0), onMeter(1)], [0, 1]);
  assert.ok(Math.abs(onMeter(0.0316) - 0.5) < 0.01);
});

test("the browser says what it can record, and errors say what to do", () => {
  const chrome = { isTypeSupported: (kind) => kind.includes("webm") };
  const safari = { isTypeSupported: (kind) => kind.endsWith("mp4") };
  assert.deepEqual(["camera", "voice"].map((source) => plain(bestKind(source, chrome))), [["video/webm", "webm"], ["audio/webm", "webm"]]);
  assert.deepEqual(["camera", "voice"].map((source) => plain(bestKind(source, safari))), [["video/mp4", "mp4"], ["audio/mp4", "m4a"]]);
  const phone = { getUserMedia: true };
  assert.deepEqual(sourcesHere(["camera", "screen", "voice"], phone).map((one) => one.id), ["camera", "voice"]);
  assert.match(whyNot({ name: "NotAllowedError" }, "voice"), /may not use the microphone\. .*allow it/);
  assert.match(whyNot({ name: "NotFoundError" }, "camera"), /Plug one in/);
});
