import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { actionFor, hint, spelt } from "../src/player/keys.js";
import { hearsSigns, watchKeys } from "../src/page/keys.js";
import { KeyRing } from "../src/player/keyring.js";
import { pressed } from "../src/profile/keys.js";

const stored = new Map();
globalThis.localStorage = {
  getItem: (name) => stored.get(name) ?? null,
  setItem: (name, value) => stored.set(name, value),
  removeItem: (name) => stored.delete(name),
};
globalThis.document = { cookie: "_xsrf=token", documentElement: { dataset: {} } };

/** A page of a server of ours, and what was sent to it. */
function pageWith(keys, answer = {}) {
  const sent = [];
  globalThis.fetch = async (path, options) => {
    sent.push([path, options.body && JSON.parse(options.body)]);
    return { ok: !answer.refused, text: async () => answer.refused, json: async () => ({ stored: true, single: true, pro: false, keys: {}, ...answer }) };
  };
  return { root: { dataset: { base: "/school/", keys: JSON.stringify(keys) } }, sent };
}

afterEach(() => stored.clear());

const press = (key, more = {}) => ({ key, composedPath: () => [], ...more });

test("a key that was chosen stands in the place of the usual ones, also with pro keys", () => {
  const chosen = { toggle: "q", comment: "ArrowUp" };
  const ids = ["toggle", "comment"];
  assert.equal(actionFor(press("q"), ids, true, false, chosen), "toggle");
  assert.equal(actionFor(press("q"), ids, true, true, chosen), "toggle");
  assert.equal(actionFor(press("k"), ids, true, false, chosen), null);
  assert.equal(actionFor(press("ArrowUp"), ids, true, false, chosen), "comment");
  assert.equal(hint("comment", { chosen }), " (↑)");
  assert.deepEqual(spelt("Alt+ArrowLeft"), ["Alt", "←"]);
});

test("what the page says of its person goes before what the browser holds", () => {
  stored.set("practika.keys", "off");
  const { root } = pageWith({ stored: true, single: true, pro: true, keys: { comment: "q" } });
  const ring = new KeyRing(root);
  assert.deepEqual([ring.single, ring.pro, ring.keys], [true, true, { comment: "q" }]);
});

test("what a browser holds from before is handed over once, and then forgotten there", async () => {
  stored.set("practika.keys", "off");
  const { root, sent } = pageWith({ stored: false, single: true, pro: false, keys: {} }, { single: false });
  const ring = new KeyRing(root);
  assert.equal(ring.single, false, "it holds until then");
  await ring.handOver();
  await ring.handOver();
  assert.deepEqual(sent, [["/school/api/keys", { single: false, pro: false, first: true }]]);
  assert.equal(stored.size, 0);
  assert.equal(JSON.parse(root.dataset.keys).single, false, "a script that comes later reads it there");
});

test("what is refused changes nothing, and says why", async () => {
  const { root } = pageWith({ stored: true, single: true, pro: false, keys: {} }, { refused: "D means “Draw”." });
  const ring = new KeyRing(root);
  await assert.rejects(ring.put({ key: ["comment", "d"] }), /D means/);
  assert.deepEqual(ring.keys, {});
});

test("in a notebook's cell the switches stay in the browser", async () => {
  const ring = new KeyRing({ dataset: {} });
  await ring.put({ pro: true });
  assert.equal(stored.get("practika.prokeys"), "on");
  assert.equal(new KeyRing({ dataset: {} }).pro, true);
});

test("a key is chosen by pressing it; Esc leaves, a key that is only held is waited for", () => {
  assert.deepEqual(["Escape", "Tab", "Shift", "Q", " "].map((key) => pressed(press(key))), ["leave", "leave", "wait", "q", "Space"]);
  assert.equal(pressed(press("c", { ctrlKey: true })), "wait");
  assert.equal(pressed(press("ArrowLeft", { altKey: true })), "Alt+ArrowLeft");
});

test("a change elsewhere is asked for once, and every script of the page has it", async () => {
  const scripts = new EventTarget();
  const [add, tell] = [globalThis.addEventListener, globalThis.dispatchEvent];
  globalThis.addEventListener = scripts.addEventListener.bind(scripts);
  globalThis.dispatchEvent = scripts.dispatchEvent.bind(scripts);
  try {
    const { root, sent } = pageWith({ stored: true, single: true, pro: false, keys: {} }, { single: false, keys: { comment: "q" } });
    const rings = [new KeyRing(root), new KeyRing(root)];
    watchKeys(root);
    const heard = Promise.all(rings.map((ring) => new Promise((done) => ring.addEventListener("changed", done, { once: true }))));
    scripts.dispatchEvent(new Event("practika:keys"));
    await heard;
    assert.deepEqual(rings.map((ring) => [ring.single, ring.keys]), [[false, { comment: "q" }], [false, { comment: "q" }]]);
    assert.deepEqual([hearsSigns(root), sent.length], [false, 1]);
  } finally {
    [globalThis.addEventListener, globalThis.dispatchEvent] = [add, tell];
  }
});
