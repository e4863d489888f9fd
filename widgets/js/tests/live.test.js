// Only a tab that is seen holds a connection, and one that comes back hears what it missed.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const opened = [];
let heardNow = new Map();

class Source {
  static CLOSED = 2;
  constructor(address) {
    Object.assign(this, { address, readyState: 1, heard: {} });
    opened.push(this);
  }
  addEventListener(name, fn) {
    this.heard[name] = fn;
  }
  close() {
    this.readyState = Source.CLOSED;
  }
  tell(id, changes) {
    this.heard.changed({ lastEventId: id, data: JSON.stringify(changes) });
  }
}

const document = {
  documentElement: { dataset: { base: "/here/" } },
  visibilityState: "visible",
  addEventListener: (name, fn) => heardNow.set(name, fn),
};
const told = [];
const named = [];
Object.assign(globalThis, { document, EventSource: Source, CustomEvent: class { constructor(name, { detail }) { Object.assign(this, { name, detail }); } } });
globalThis.window = { dispatchEvent: (event) => told.push(event.detail) && named.push(event.name) };
const { gaveUp, listen, stopListening } = await import("../src/page/live.js");

const living = () => opened.filter((source) => source.readyState !== Source.CLOSED);

function show(state) {
  document.visibilityState = state;
  heardNow.get("visibilitychange")();
}

beforeEach(() => {
  stopListening();
  document.visibilityState = "visible";
  opened.length = told.length = named.length = 0;
});

test("a tab out of sight gives its connection back and takes up where it was", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  listen("0-5");
  living()[0].tell("0-9", ["news"]);
  assert.deepEqual(told, [["news"]]);
  show("hidden");
  assert.equal(living().length, 1); // a glance elsewhere
  t.mock.timers.tick(3000);
  assert.equal(living().length, 0);
  assert.equal(gaveUp(), false);
  show("visible");
  assert.deepEqual(living().map(({ address }) => address), ["/here/live?after=0-9"]);
});

test("a short glance at another tab changes nothing", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  listen("0-5");
  show("hidden");
  t.mock.timers.tick(1000);
  show("visible");
  t.mock.timers.tick(9000);
  assert.equal(living().length, 1);
  assert.equal(opened.length, 1);
});

test("a tab opened behind another one waits until it is looked at", () => {
  document.visibilityState = "hidden";
  listen("0-5");
  assert.equal(opened.length, 0);
  show("visible");
  assert.equal(living().length, 1);
});

test("who has stopped listening does not begin again", () => {
  listen("0-5");
  stopListening();
  show("hidden");
  show("visible");
  assert.equal(living().length, 0);
});

test("what concerns the bell alone does not have the page look again", () => {
  listen("1-1");
  living()[0].tell("1-2", [{ kind: "notice.changed" }]);
  assert.deepEqual(named, ["practika:noticed"]);
  living()[0].tell("1-3", [{ kind: "reply.released" }, { kind: "notice.changed" }]);
  assert.deepEqual(told.slice(1), [[{ kind: "notice.changed" }], [{ kind: "reply.released" }]]);
});
