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

/** A save whose answer comes when it is told to. */
function slow() {
  const { one } = writing();
  let answer;
  const drafts = [];
  const keys = [];
  one.ask = (verb, content) => {
    if (verb === "draft") return drafts.push(content.body), Promise.resolve({ saved: "2026-11-29T12:00:00Z" });
    keys.push(content.key);
    return new Promise((resolve) => (answer = resolve));
  };
  const saving = one.save();
  return { one, drafts, keys, answered: (reply) => (answer(reply), saving) };
}

for (const [how, typed, left] of [["replacing it", "And the left hand", "And the left hand"], ["behind it", "Listen. Once more", "Once more"]])
  test(`words typed ${how} while a comment is saved begin the next one`, async () => {
    const { one, drafts, keys, answered } = slow();
    one.clock.time = 4;
    one.type(typed);
    await one.keep();
    assert.deepEqual(drafts, []); // nothing that is saved already comes back as a draft
    await answered({ id: "r1" });
    assert.deepEqual([one.text, one.start, one.replyId], [left, 4, null]);
    assert.notEqual(one.key, keys[0]);
    await one.keep();
    assert.deepEqual(drafts.map(({ text, key }) => [text, key]), [[left, one.key]]);
  });

test("what was typed stays whole when the comment before it is refused", async () => {
  const { one, keys, answered } = slow();
  one.type("Listen. Once more");
  await answered(undefined);
  assert.deepEqual([one.text, one.key], ["Listen. Once more", keys[0]]);
  clearTimeout(one.later);
});

test("a comment saved late leaves alone what is typed about another take", async () => {
  const { one, answered } = slow();
  one.clear();
  one.restore({ key: "k2", text: "Of the other take" }, "other");
  await answered({ id: "r1" });
  assert.equal(one.text, "Of the other take");
  clearTimeout(one.later);
});
