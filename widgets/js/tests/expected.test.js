import assert from "node:assert/strict";
import test from "node:test";
import { Expected } from "../src/front/expected.js";

test("everybody who waits for a model gets it when it comes", async () => {
  const expected = new Expected();
  const both = [expected.wait("a"), expected.wait("a")];
  expected.came("b", "another");
  expected.came("a", Promise.resolve("model"));
  assert.deepEqual(await Promise.all(both), ["model", "model"]);
});

test("a page that still arrives is waited for longer than a whole one", async () => {
  const expected = new Expected({ arriving: 60, whole: 5 });
  const early = expected.wait("a");
  expected.whole = true;
  await assert.rejects(expected.wait("b"), /b is not here/);
  expected.came("a", "model");
  assert.equal(await early, "model");
});

test("who asks again after it was missing waits anew", async () => {
  const expected = new Expected({ arriving: 5, whole: 5 });
  await assert.rejects(expected.wait("a"));
  const again = expected.wait("a");
  expected.came("a", "model");
  assert.equal(await again, "model");
});
