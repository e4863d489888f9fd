import assert from "node:assert/strict";
import test from "node:test";
import { currentReply, firstSound, firstView, fromAddress, nextSound, toAddress } from "../src/compare/state.js";
import { heading } from "../src/compare/comments.js";
import { readState, withState } from "../src/player/address.js";
import { parts, stretch } from "../src/player/words.js";
import { tileAt, tilesFor, wavePath } from "../src/player/film.js";
import { tileOf } from "../src/player/peek.js";

test("the address says the view and nothing that everybody sees anyway", () => {
  const plain = fromAddress({});
  assert.deepEqual(Object.values(toAddress(plain, 0)).filter((one) => one !== null), []);
  const given = { view: "wipe", rate: "0.75", off: "-0.08", snd: "none", mix: "30", swap: "1", t: "12.5", sync: "free", loop: "3.2-5", pre: "2", q: "original", tempo: "0", meter: "1" };
  const said = toAddress(fromAddress(given), 12.5);
  assert.deepEqual(Object.fromEntries(Object.entries(said).map(([name, value]) => [name, String(value)])), given);
});

test("an address somebody bent by hand does no harm", () => {
  const odd = fromAddress({ view: "<b>", rate: "1e9", off: "NaN", snd: "both", mix: "-4", t: "soon", swap: "yes", sync: "magic", loop: "9-4", pre: "3", q: "8K", tempo: "?", meter: "yes" });
  assert.deepEqual(odd, { t: 0, view: "", rate: 2, off: 0, snd: "", mix: 0, swap: false, sync: "", loop: null, pre: 0, q: "", tempo: true, meter: false });
});

test("other names in the address stay as they are", () => {
  assert.equal(withState("?take=ab&with=take:cd&t=3", { t: null, view: "side" }), "take=ab&with=take:cd&view=side");
  assert.deepEqual(readState("?t=2&x=1", ["t", "view"]), { t: "2" });
});

test("phones stack, unless both videos stand upright", () => {
  assert.equal(firstView(false, [1.7, 1.7]), "side");
  assert.equal(firstView(true, [1.7, 0.6]), "stack");
  assert.equal(firstView(true, [0.6, 0.6]), "side");
});

test("a silent video is never chosen to be heard", () => {
  const [loud, silent] = [{ sound: true }, { sound: false }];
  assert.equal(firstSound(silent, loud), "b");
  assert.equal(nextSound("b", silent, loud), "none");
  assert.equal(nextSound("none", silent, loud), "b");
  assert.equal(nextSound("a", loud, null), "none");
});

test("the comment shown is the latest whose time it is", () => {
  const at = (id, start, end = null) => ({ id, start, end });
  const replies = [at("whole", null), at("early", 1), at("range", 4, 9), at("in it", 6)];
  assert.deepEqual([0, 1, 3.9, 4, 6.5, 9.1, 8.9].map((time) => currentReply(replies, time)),
    [null, "early", "early", "range", "in it", null, "in it"]);
});

test("the heading counts what is to fix", () => {
  assert.equal(heading([{ kind: "fix" }, { kind: "fix" }, { kind: "keep" }]), "Two things to fix");
  assert.equal(heading([{ kind: "keep" }]), "One comment");
  assert.equal(heading([]), "No comments yet");
});

test("stars make words strong, stray stars stay, and nothing becomes markup", () => {
  assert.deepEqual(parts("Play **only** the *right* hand"), [
    { text: "Play ", as: "" }, { text: "only", as: "strong" }, { text: " the ", as: "" },
    { text: "right", as: "em" }, { text: " hand", as: "" },
  ]);
  assert.deepEqual(parts("2 * 3 ** 4 <b>"), [{ text: "2 * 3 ** 4 <b>", as: "" }]);
  assert.deepEqual(parts(""), []);
});

test("a short stretch is told in tenths", () => {
  assert.equal(stretch(4.2, 4.9), "0:04.2 to 0:04.9");
  assert.equal(stretch(4.2, 9), "0:04 to 0:09");
  assert.equal(stretch(4.2, null), "0:04");
});

test("film tiles keep their shape, waves keep their peaks", () => {
  assert.deepEqual(tilesFor(1000, 12, 16 / 9).length, 12);
  assert.deepEqual(tilesFor(200, 12, 16 / 9), [2, 6, 10]);
  assert.equal(tilesFor(10, 12, 16 / 9).length, 1);
  const path = wavePath([0, 100, 0, 50], 2);
  assert.equal(path, "M250.0 2.0v44.0M750.0 13.0v22.0");
});

test("a filmstrip's pictures stand in rows of twelve", () => {
  assert.deepEqual(tileAt(0, 12), { position: "0% 0%", size: "1200% 100%" });
  assert.deepEqual(tileAt(11, 12), { position: "100% 0%", size: "1200% 100%" });
  assert.deepEqual(tileAt(12, 30), { position: "0% 50%", size: "1200% 300%" });
  assert.deepEqual(tileAt(29, 30).position, `${(5 / 11) * 100}% 100%`);
  assert.deepEqual(tileAt(0, 1), { position: "0% 0%", size: "100% 100%" });
});

test("the picture under the pointer is the one of its stretch of time", () => {
  assert.equal(tileOf(0, 60, 30), 0);
  assert.equal(tileOf(1.99, 60, 30), 0);
  assert.equal(tileOf(2, 60, 30), 1);
  assert.equal(tileOf(60, 60, 30), 29);
  assert.equal(tileOf(5, 0, 12), 11);
});
