import assert from "node:assert/strict";
import test from "node:test";
import { buffersOf, readBlocks } from "../src/front/blocks.js";

/** As much of a page as blocks need: elements in a row, and an observer that hears of them. */
class Page {
  constructor() {
    this.row = [];
    this.observers = new Set();
  }

  element(kind, textContent = "") {
    const page = this;
    return {
      textContent,
      matches: (selector) => selector === "script[data-block]" && kind === "block",
      mark: kind === "mark",
      remove() {
        page.row = page.row.filter((one) => one !== this);
      },
      get previousElementSibling() {
        return page.row[page.row.indexOf(this) - 1] ?? null;
      },
    };
  }

  arrive(...elements) {
    this.row.push(...elements);
    for (const observer of this.observers) observer.heard();
  }

  block(content) {
    return [this.element("block", typeof content === "string" ? content : JSON.stringify(content)), this.element("mark")];
  }

  querySelectorAll() {
    return this.row.filter((one) => one.mark);
  }

  get Observer() {
    const page = this;
    return class {
      constructor(heard) {
        this.heard = heard;
      }

      observe() {
        page.observers.add(this);
      }

      disconnect() {
        page.observers.delete(this);
      }
    };
  }
}

function reading(page) {
  const taken = [];
  const stop = readBlocks((block) => taken.push(block), { root: page, Observer: page.Observer });
  return { taken, stop };
}

const BLOCKS = [{ kernel: "k" }, { models: { a: {} }, outputs: [{ view: "a" }] }, { end: true }];

for (let early = 0; early <= BLOCKS.length; early += 1) {
  test(`${early} of ${BLOCKS.length} blocks are here before the script runs`, () => {
    const page = new Page();
    for (const block of BLOCKS.slice(0, early)) page.arrive(...page.block(block));
    const { taken } = reading(page);
    assert.equal(taken.length, early);
    for (const block of BLOCKS.slice(early)) page.arrive(...page.block(block));
    assert.deepEqual(taken, BLOCKS);
    assert.equal(page.observers.size, 0);
    assert.equal(page.row.length, 0);
  });
}

test("a block counts only when its mark has come", () => {
  const page = new Page();
  const { taken } = reading(page);
  const [script, mark] = page.block({ kernel: "k" });
  page.arrive(script);
  assert.deepEqual(taken, []);
  page.arrive(mark);
  assert.deepEqual(taken, [{ kernel: "k" }]);
});

test("nothing is read after the end", () => {
  const page = new Page();
  page.arrive(...page.block({ end: true }), ...page.block({ kernel: "forged" }));
  const { taken } = reading(page);
  page.arrive(...page.block({ kernel: "forged" }));
  assert.deepEqual(taken, [{ end: true }]);
});

test("a broken block is passed over", (t) => {
  t.mock.method(console, "error", () => {});
  const page = new Page();
  const { taken } = reading(page);
  page.arrive(...page.block("{half"), ...page.block({ end: true }));
  assert.deepEqual(taken, [{ end: true }]);
});

test("a reader can be stopped", () => {
  const page = new Page();
  const { taken, stop } = reading(page);
  stop();
  page.arrive(...page.block({ kernel: "k" }));
  assert.deepEqual(taken, []);
});

test("buffers come as bytes with their places", () => {
  const { paths, views } = buffersOf({ buffers: [{ path: ["wave", 0], data: "AAH/" }] });
  assert.deepEqual(paths, [["wave", 0]]);
  assert.deepEqual([...new Uint8Array(views[0].buffer)], [0, 1, 255]);
  assert.deepEqual(buffersOf({}), { paths: [], views: [] });
});
