import assert from "node:assert/strict";
import { test } from "node:test";
import { watchKept } from "../src/page/kept.js";

/** A page with one box and the part that holds it. */
function pageWith(kept, checked) {
  const box = Object.assign(new EventTarget(), { dataset: { kept }, checked });
  const part = { hidden: true };
  const page = { querySelectorAll: (what) => (what.startsWith("input") ? [box] : [part]) };
  return { page, box, part };
}

test("a box shows what this browser keeps, and what is ticked is kept at once", () => {
  const stored = new Map();
  globalThis.localStorage = {
    getItem: (name) => stored.get(name) ?? null,
    setItem: (name, value) => stored.set(name, value),
  };
  const first = pageWith("keys", true);
  watchKept(first.page);
  assert.deepEqual([first.box.checked, first.part.hidden], [true, false]);
  first.box.checked = false;
  first.box.dispatchEvent(new Event("change"));
  assert.equal(stored.get("practika.keys"), "off");
  const second = pageWith("keys", true);
  watchKept(second.page);
  assert.equal(second.box.checked, false);
});

test("without storage the boxes stay as the page has them", () => {
  delete globalThis.localStorage;
  const { page, box } = pageWith("prokeys", false);
  watchKept(page);
  assert.equal(box.checked, false);
});
