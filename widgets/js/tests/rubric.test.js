// Marks on their way, and the criterion that is being written.
import assert from "node:assert/strict";
import test from "node:test";
import { MarksAside } from "../src/reply/marks.js";

const line = { id: "c", wording: 2, level: null, released: null };

function desk(answer) {
  const asked = [];
  const tools = {
    redraw: () => {},
    attempt: (promise) => promise.catch(() => undefined),
    ask: (verb, args) => (asked.push([verb, args]), verb === "mark" ? answer() : Promise.resolve(true)),
  };
  const marks = new MarksAside(tools);
  marks.open("t");
  return { marks, asked };
}

test("a mark says which words it was chosen by, and shows until the record has it", async () => {
  const { marks, asked } = desk(() => Promise.resolve(true));
  const sent = marks.give(line, 3);
  assert.equal(marks.level(line), 3);
  await sent;
  assert.deepEqual(asked, [["mark", { criterion: "c", level: 3, wording: 2 }]]);
  assert.equal(marks.level(line), null, "now the record's own level counts");
});

test("without an answer a mark is kept; one that is refused is not tried for ever", async () => {
  const silent = desk(() => Promise.reject(Object.assign(new Error(), { refused: false })));
  await silent.marks.give(line, 3);
  assert.equal(silent.marks.level(line), 3);
  const refused = desk(() => Promise.reject(Object.assign(new Error(), { refused: true })));
  await refused.marks.give(line, 3);
  assert.equal(refused.marks.level(line), null);
  assert.equal(refused.asked.at(-1)[0], "refresh", "the levels as they are now are fetched");
});

test("a mark that is taken off shows the released one, if its levels are still the same", async () => {
  const { marks } = desk(() => new Promise(() => {}));
  marks.give({ ...line, level: 3, released: 1 }, null);
  assert.equal(marks.level({ ...line, level: 3, released: 1, given: { earlier: false } }), 1);
  assert.equal(marks.level({ ...line, level: 3, released: 1, given: { earlier: true } }), null);
});
