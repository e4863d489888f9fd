import assert from "node:assert/strict";
import test from "node:test";
import { decode, encode } from "../src/front/wire.js";

const message = (more = {}) => ({
  channel: "shell",
  header: { msg_id: "1", msg_type: "comm_msg" },
  parent_header: {},
  metadata: {},
  content: { comm_id: "c", data: { method: "update", state: { n: 1 } } },
  buffers: [],
  ...more,
});
const bytes = (view) => [...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)];

test("what is encoded is decoded", () => {
  assert.deepEqual(decode(encode(message())), message());
});

test("letters beyond ASCII keep their place", () => {
  const content = { text: "Präludium für Łucja — ♪ 練習 🎻" };
  assert.deepEqual(decode(encode(message({ content }))).content, content);
});

test("buffers arrive byte for byte, from arrays, views and parts of a larger memory", () => {
  const memory = new Uint8Array([9, 9, 1, 2, 3, 9]).buffer;
  const buffers = [new Uint8Array([0, 255]).buffer, new DataView(memory, 2, 3), new Uint8Array(0)];
  const found = decode(encode(message({ buffers }))).buffers;
  assert.deepEqual(found.map(bytes), [[0, 255], [1, 2, 3], []]);
});

test("a server's message without a body's parts is read as the protocol lays it down", () => {
  const text = (value) => new TextEncoder().encode(value);
  const parts = [text("iopub"), text('{"msg_type":"status"}'), text("{}"), text("{}"), text('{"execution_state":"idle"}')];
  const places = [8 * 7];
  for (const part of parts) places.push(places.at(-1) + part.length);
  const whole = new Uint8Array(places.at(-1));
  const view = new DataView(whole.buffer);
  view.setBigUint64(0, 6n, true);
  places.forEach((place, index) => view.setBigUint64(8 * (index + 1), BigInt(place), true));
  parts.forEach((part, index) => whole.set(part, places[index]));
  const found = decode(whole.buffer);
  assert.equal(found.channel, "iopub");
  assert.equal(found.content.execution_state, "idle");
  assert.deepEqual(found.buffers, []);
});

test("bytes that are no message are refused", () => {
  assert.throws(() => decode(new ArrayBuffer(4)), RangeError);
  assert.throws(() => decode(new BigUint64Array([1000n, 0n]).buffer), RangeError);
});
