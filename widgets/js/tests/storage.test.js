import assert from "node:assert/strict";
import test from "node:test";
import { concerns, lead } from "../src/storage.js";

const told = (...kinds) => kinds.map((kind) => ({ kind }));

test("the page of what is stored asks again when other bytes are, and only then", () => {
  for (const kind of ["asset.ready", "asset.strips", "take.added", "original.let_go", "erasure.done", "quota.set"])
    assert.ok(concerns(told("reply.seen", kind)), kind);
  assert.ok(!concerns(told("reply.seen", "take.submitted", "reply.released", "take.viewed", "page.opened", "notice.changed")));
});

test("originals that went by rule are told of", () => {
  const all = { videos: 2, size: 100, original: 60, web: 30, other: 10 };
  assert.doesNotMatch(lead({ all, free: null, gone: { videos: 0, size: 0 } }), /removed/);
  assert.match(lead({ all, free: null, gone: { videos: 1, size: 2e9 } }), /1 original, 2 GB, was removed by rule; the web copies stay\./);
});
