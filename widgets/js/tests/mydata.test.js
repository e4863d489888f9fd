// Nothing is agreed to by leaving something as it is; a receipt is the same in both forms.
import assert from "node:assert/strict";
import test from "node:test";
import { Consent, missing, untilWords } from "../src/mydata/consent.js";
import { Erasing, fileOf } from "../src/mydata/erasing.js";

const levels = [{ key: "none", words: "no video" }, { key: "full", words: "as they are" }];
const research = { key: "research", title: "Research", levels, held: null, studies: [] };

function page(answer = () => Promise.resolve(true)) {
  const asked = [];
  const tools = {
    redraw: () => {},
    focus: () => {},
    say: () => {},
    attempt: (promise) => promise.catch(() => undefined),
    ask: (verb, args) => (asked.push([verb, args]), answer()),
  };
  return { asked, consent: new Consent(tools), erasing: new Erasing(tools) };
}

test("a first consent has nothing chosen, and is not sent until something is", async () => {
  const { asked, consent } = page();
  consent.begin(research);
  assert.deepEqual(consent.form, { purpose: "research", media: "", until: "", study: "" });
  await consent.save(research);
  assert.deepEqual(asked, []);
  assert.match(consent.problem, /Choose how much/);
  consent.set("media", "none");
  assert.equal(consent.problem, "");
  await consent.save(research);
  assert.deepEqual(asked, [["give", { purpose: "research", media: "none", until: "", study: "" }]]);
  assert.equal(consent.form, null);
});

test("a consent that is refused by the school keeps what was filled in", async () => {
  const { consent } = page(() => Promise.reject(new Error()));
  consent.begin({ ...research, held: { media: "full", until: "2027-06-30" } });
  await consent.save(research);
  assert.deepEqual([consent.form.media, consent.form.until], ["full", "2027-06-30"]);
});

test("a level that is not offered is none", () => {
  assert.notEqual(missing({ media: "pixelated" }, levels), "");
  assert.equal(missing({ media: "full" }, levels), "");
});

test("until when is said as a day", () => {
  assert.match(untilWords("2099-06-30"), /until 30 Jun 2099/);
  assert.match(untilWords(""), /without an end/);
});

test("a receipt is kept as text or as JSON, under its number", () => {
  const receipt = { id: "r1", bytes: 7, text: "Receipt r1\n" };
  assert.deepEqual(fileOf(receipt, "text"), { name: "practika-receipt-r1.txt", type: "text/plain;charset=utf-8", body: "Receipt r1\n" });
  assert.deepEqual(JSON.parse(fileOf(receipt, "json").body), { id: "r1", bytes: 7 });
});

test("nothing is removed when what would go cannot be said", async () => {
  const { asked, erasing } = page(() => Promise.reject(new Error()));
  await erasing.ask("t1");
  assert.deepEqual(asked, [["plan", { take: "t1" }]]);
  assert.equal(erasing.open({ receipts: [{ finished: "" }] }), true);
  assert.equal(erasing.open({ receipts: [{ finished: "2026-11-30" }] }), false);
});
