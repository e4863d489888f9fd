// A comment waits for what was attached to it and is still being fetched.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Composer } from "../src/reply/composer.js";

function writing() {
  const kept = new Map();
  globalThis.sessionStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value), removeItem: (name) => kept.delete(name) };
  const asked = [];
  const ask = async (verb, content) => (verb === "save" && asked.push(content), { id: "r1" });
  const one = new Composer({ ask, clock: { time: 3, playing: false }, changed() {}, say() {} });
  one.restore(null, "take");
  one.text = "Listen.";
  return { one, asked };
}

test("saved while a kept recording is fetched, the comment has it", async () => {
  const { one, asked } = writing();
  const file = new File(["sound"], "voice.webm");
  let fetched;
  const attached = one.attachSoon(new Promise((resolve) => (fetched = resolve)));
  const saving = one.save();
  one.clock.time = 9; // the moment is the one at which it was saved
  assert.deepEqual(asked, []);
  fetched(file);
  const saved = await saving;
  await attached;
  assert.equal(saved.file, file);
  assert.deepEqual(asked.map(({ has_video, start }) => [has_video, start]), [[true, 3]]);
  clearTimeout(one.later);
});

test("a recording that cannot be fetched loses no word", async () => {
  const { one, asked } = writing();
  const attached = one.attachSoon(Promise.reject(new Error("gone")));
  assert.equal(await one.save(), null);
  await assert.rejects(attached);
  assert.deepEqual([one.text, one.busy, asked], ["Listen.", false, []]);
  clearTimeout(one.later);
});
