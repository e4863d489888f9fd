import assert from "node:assert/strict";
import test from "node:test";
import { Connection, WAITING } from "../src/front/connection.js";
import { decode, encode } from "../src/front/wire.js";

/** A socket whose other end is the test. */
class Socket {
  static all = [];

  constructor(address, protocols) {
    Object.assign(this, { address, protocols, readyState: 0, sent: [] });
    Socket.all.push(this);
  }

  send(data) {
    this.sent.push(decode(data));
  }

  close() {
    this.readyState = 3;
  }

  open() {
    this.readyState = 1;
    this.onopen();
  }

  cut(code = 1006) {
    this.readyState = 3;
    this.onclose({ code, reason: "" });
  }

  say(type, content, { parent = {}, channel = "iopub" } = {}) {
    const header = { msg_id: "x", msg_type: type };
    this.onmessage({ data: encode({ channel, header, parent_header: parent, metadata: {}, content }) });
  }
}

function connected() {
  Socket.all = [];
  const heard = { opens: [], told: [], widgets: [] };
  const connection = new Connection("ws://here/channels", {
    Socket,
    onOpen: (again) => heard.opens.push(again),
    onWidget: (comm) => heard.widgets.push(comm.comm_id),
    tell: (state, { code }) => heard.told.push([state, code]),
  });
  connection.connect();
  return { connection, heard, socket: Socket.all[0] };
}

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test("a slow handler holds back the messages after it", async () => {
  const { connection, socket } = connected();
  socket.open();
  const seen = [];
  connection.comm("c", "jupyter.widget").on_msg(async ({ content: { data } }) => {
    await later(data.wait);
    seen.push(data.n);
  });
  socket.say("comm_msg", { comm_id: "c", data: { n: 1, wait: 30 } });
  socket.say("comm_msg", { comm_id: "c", data: { n: 2, wait: 0 } });
  await connection.turn;
  assert.deepEqual(seen, [1, 2]);
});

test("messages for a widget that is still being made wait for it, in order, and hold nobody up", async () => {
  const { connection, socket } = connected();
  socket.open();
  const seen = [];
  const slow = connection.comm("slow", "jupyter.widget");
  connection.comm("quick", "jupyter.widget").on_msg(() => seen.push("quick"));
  socket.say("comm_msg", { comm_id: "slow", data: 1 });
  socket.say("comm_msg", { comm_id: "slow", data: 2 });
  socket.say("comm_msg", { comm_id: "quick", data: 3 });
  await connection.turn;
  assert.deepEqual(seen, ["quick"]);
  slow.on_msg(({ content }) => seen.push(content.data));
  await slow.turn;
  assert.deepEqual(seen, ["quick", 1, 2]);
});

test("a handler that throws does not stop the line", async (t) => {
  t.mock.method(console, "error", () => {});
  const { connection, socket } = connected();
  socket.open();
  const seen = [];
  connection.comm("c", "jupyter.widget").on_msg(({ content }) => {
    if (content.data === 1) throw new Error("once");
    seen.push(content.data);
  });
  socket.say("comm_msg", { comm_id: "c", data: 1 });
  socket.say("comm_msg", { comm_id: "c", data: 2 });
  await connection.turn;
  assert.deepEqual(seen, [2]);
});

test("what is sent while the socket is closed goes out first when it opens", () => {
  const { connection, heard, socket } = connected();
  connection.send("comm_msg", { comm_id: "a", data: 1 });
  connection.send("comm_msg", { comm_id: "a", data: 2 });
  assert.equal(socket.sent.length, 0);
  socket.open();
  assert.deepEqual(socket.sent.map((one) => one.content.data), [1, 2]);
  assert.deepEqual(heard.opens, [false]);
});

test("too much waiting is refused, and says so", () => {
  const { connection, socket } = connected();
  for (let n = 0; n < WAITING.messages; n += 1) connection.send("comm_msg", { comm_id: "a", data: n });
  assert.throws(() => connection.send("comm_msg", { comm_id: "a", data: "more" }), /too much waits/);
  socket.open();
  assert.equal(socket.sent.length, WAITING.messages);
  connection.send("comm_msg", { comm_id: "a", data: "again" });
  assert.equal(socket.sent.at(-1).content.data, "again");
});

test("buffers larger than the bound are refused while closed", () => {
  const { connection } = connected();
  const buffers = [new ArrayBuffer(WAITING.bytes)];
  assert.throws(() => connection.send("comm_msg", { comm_id: "a", data: 0 }, { buffers }), /too much waits/);
});

test("a cut is told once, and nobody connects again by himself", async () => {
  const { connection, heard, socket } = connected();
  socket.open();
  socket.cut(4408);
  await later(10);
  assert.deepEqual(heard.told, [["opened", undefined], ["closed", 4408]]);
  assert.equal(Socket.all.length, 1);
  connection.connect();
  connection.connect();
  assert.equal(Socket.all.length, 2);
  Socket.all[1].open();
  assert.deepEqual(heard.opens, [false, true]);
});

test("a page that rests says nothing and can come back", () => {
  const { connection, heard, socket } = connected();
  socket.open();
  connection.rest();
  socket.cut(1000);
  assert.deepEqual(heard.told, [["opened", undefined]]);
  connection.connect();
  Socket.all[1].open();
  assert.deepEqual(heard.opens, [false, true]);
});

test("a model that waited for an answer across a cut is let go", () => {
  const { connection, socket } = connected();
  socket.open();
  const states = [];
  const status = (message) => states.push(message.content.execution_state);
  connection.send("comm_msg", { comm_id: "a", data: 1 }, { callbacks: { iopub: { status } } });
  socket.cut();
  assert.deepEqual(states, ["idle"]);
});

test("idle ends the callbacks of a message", async () => {
  const { connection, socket } = connected();
  socket.open();
  const states = [];
  const status = (message) => states.push(message.content.execution_state);
  const parent = { msg_id: connection.send("comm_msg", { comm_id: "a", data: 1 }, { callbacks: { iopub: { status } } }) };
  for (const execution_state of ["busy", "idle", "busy"]) socket.say("status", { execution_state }, { parent });
  await connection.turn;
  assert.deepEqual(states, ["busy", "idle"]);
});

test("the kernel opens and closes widgets", async () => {
  const { connection, heard, socket } = connected();
  socket.open();
  socket.say("comm_open", { comm_id: "w", target_name: "jupyter.widget", data: {} });
  socket.say("comm_open", { comm_id: "w", target_name: "jupyter.widget", data: {} });
  socket.say("comm_open", { comm_id: "v", target_name: "somebody.else", data: {} });
  await connection.turn;
  assert.deepEqual(heard.widgets, ["w"]);
  let closed = 0;
  connection.comms.get("w").on_close(() => (closed += 1));
  socket.say("comm_close", { comm_id: "w" });
  socket.say("comm_close", { comm_id: "w" });
  await connection.turn;
  assert.equal(closed, 1);
});
