import assert from "node:assert/strict";
import test from "node:test";
import { base, url } from "../src/lib/base.js";

const page = (dataBase, lab) => ({
  documentElement: { dataset: dataBase === undefined ? {} : { base: dataBase } },
  getElementById: (id) => (id === "jupyter-config-data" && lab !== undefined ? { textContent: lab } : null),
});

test("our own page says where its server is", () => {
  assert.equal(base(page("/practice")), "/practice/");
  assert.equal(url("media/take/1/video", page("/practice/")), "/practice/media/take/1/video");
});

test("in a notebook the address is Lab's", () => {
  assert.equal(base(page(undefined, '{"baseUrl": "/user/x/"}')), "/user/x/");
});

test("without a word from anybody it is the root", () => {
  assert.equal(base(page()), "/");
  assert.equal(base(page(undefined, "{broken")), "/");
});

test("whole addresses stay, empty ones stay empty", () => {
  assert.equal(url("blob:abc", page("/x/")), "blob:abc");
  assert.equal(url("/x/files/1", page("/x/")), "/x/files/1");
  assert.equal(url("", page("/x/")), "");
});
