// A view is drawn at the click from what the page has; what Python says holds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { goAhead } from "../src/lib/ahead.js";

/** A widget that shows `view`, and a way to go somewhere; `drawn` holds what was seen, in order. */
function widgetWith(view, may) {
  const bus = new EventTarget();
  Object.assign(globalThis, { addEventListener: bus.addEventListener.bind(bus), removeEventListener: bus.removeEventListener.bind(bus) });
  const one = { view, drawn: [], cleanups: [] };
  const tools = { model: { get: () => one.view }, onCleanup: (fn) => one.cleanups.push(fn), drawNow: () => draw(), redraw: () => draw() };
  const named = goAhead(tools, may);
  const draw = () => one.drawn.push(named(one.view.page));
  one.go = (query, told) => bus.dispatchEvent(Object.assign(new Event("practika:went"), { detail: { query, told } }));
  return one;
}
const TURNS = { "": "today", "?view=stacks": "stacks" };

test("drawn before the answer, kept through news meanwhile, then Python's word", async () => {
  const one = widgetWith({ page: "today", turns: TURNS });
  let answer;
  one.go("?view=stacks", new Promise((resolve) => (answer = resolve)));
  assert.deepEqual(one.drawn, ["stacks"]);
  one.view = { page: "today", turns: TURNS, news: 1 }; // a change of the record comes first
  one.go("?view=stacks", new Promise(() => {}));
  assert.deepEqual(one.drawn, ["stacks", "stacks"]);
  answer();
  await Promise.resolve();
  assert.equal(one.drawn.length, 2, "the answer to an earlier click ends nothing");
});

test("the answer ends it: the page is what Python says", async () => {
  const one = widgetWith({ page: "today", turns: TURNS });
  let answer;
  one.go("?view=stacks", new Promise((resolve) => (answer = resolve)));
  one.view = { page: "exercises", turns: TURNS };
  answer();
  await Promise.resolve();
  assert.deepEqual(one.drawn, ["stacks", "exercises"]);
});

test("an address it was not told of, another course, a widget that is gone: Python draws", () => {
  const one = widgetWith({ page: "today", turns: TURNS });
  one.go("?take=ab");
  const other = widgetWith({ page: "today", turns: TURNS }, () => false);
  other.go("?view=stacks");
  const gone = widgetWith({ page: "today", turns: TURNS });
  gone.cleanups.forEach((fn) => fn());
  gone.go("?view=stacks");
  const plain = widgetWith({ page: "today" });
  plain.go("?view=stacks");
  assert.deepEqual([one, other, gone, plain].map((each) => each.drawn), [[], [], [], []]);
});

test("without an answer the person stays where they went", async () => {
  const one = widgetWith({ page: "today", turns: TURNS });
  one.go("?view=stacks", Promise.reject(new Error("no answer")));
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(one.drawn, ["stacks"]);
});
