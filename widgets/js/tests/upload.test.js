import assert from "node:assert/strict";
import test from "node:test";
import { limitLine, refusal, sameFile } from "../src/upload/checks.js";
import { fingerprint, passes, sentenceFrom, xsrf } from "../src/lib/transfer.js";
import { submitWords } from "../src/student/drafts.js";
import { queryOf } from "../src/router.js";
import { strokes, thin } from "../src/lib/wave.js";

const limits = { limit: 2_000_000_000, types: [".mp4", ".mov", ".webm"] };
const file = (name, size, type = "") => ({ name, size, type, lastModified: 1 });

test("files that cannot be are refused before a byte is sent", () => {
  assert.equal(refusal(file("a.mov", 5), limits), "");
  assert.equal(refusal(file("A.MOV", 5), limits), "");
  assert.equal(refusal(file("camera", 5, "video/mp4"), limits), "");
  assert.match(refusal(file("a.mov", 0), limits), /empty/);
  assert.match(refusal(file("a.mov", 3_000_000_000), limits), /has 3 GB; up to 2 GB fit/);
  assert.match(refusal(file("notes.pdf", 5, "application/pdf"), limits), /does not look like a video/);
  assert.equal(limitLine(limits), "MP4, MOV or WebM, up to 2 GB");
});

test("only the same file carries an upload on", () => {
  const upload = { name: "a.mov", size: 5 };
  assert.ok(sameFile(file("a.mov", 5), upload));
  assert.ok(!sameFile(file("a.mov", 6), upload));
  assert.ok(!sameFile(file("b.mov", 5), upload));
});

test("the same file for another exercise is another upload", () => {
  const one = fingerprint(file("a.mov", 5), { exercise: "e1" });
  assert.notEqual(one, fingerprint(file("a.mov", 5), { exercise: "e2" }));
  assert.equal(one, fingerprint(file("a.mov", 5), { exercise: "e1" }));
});

test("the token comes from its cookie, whatever stands around it", () => {
  assert.equal(xsrf("a=1; _xsrf=2%7Cab; b=2"), "2|ab");
  assert.equal(xsrf("not_xsrf=1"), "");
});

test("refusals are final, accidents are not", () => {
  assert.deepEqual([0, 500, 503, 423, 429, 409].map(passes), Array(6).fill(true));
  assert.deepEqual([400, 401, 403, 404, 410, 413, 415, 507].map(passes), Array(8).fill(false));
});

test("the server's sentence is read out of its answer", () => {
  assert.equal(sentenceFrom('{"sentence": "Too large."}'), "Too large.");
  assert.equal(sentenceFrom("Too large.\n"), "Too large.");
  assert.equal(sentenceFrom("<html>oops</html>"), "");
});

test("the button says who will see the take", () => {
  assert.equal(submitWords(["Ada Okafor"]), "Submit to Ada Okafor");
  assert.equal(submitWords(["Ada Okafor", "Ben Li"]), "Submit to Ada and Ben");
  assert.equal(submitWords(["A", "B", "C"]), "Submit to your teachers");
  assert.equal(submitWords(), "Submit");
});

test("links within the page stay in it, others leave", () => {
  const here = new URL("https://x.test/base/student?view=stacks");
  const link = (href, more = {}) => ({ getAttribute: () => href, hasAttribute: (name) => name in more, target: more.target ?? "" });
  assert.equal(queryOf(link("?take=1&t=2"), here), "?take=1&t=2");
  assert.equal(queryOf(link("/base/student"), here), "");
  assert.equal(queryOf(link("/base/teacher?take=1"), here), null);
  assert.equal(queryOf(link("https://y.test/base/student"), here), null);
  assert.equal(queryOf(link("?take=1", { target: "_blank" }), here), null);
  assert.equal(queryOf(link("#main"), here), null);
  assert.equal(queryOf(link("?x", { download: "" }), here), null);
});

test("a waveform keeps its peaks when it is thinned", () => {
  const values = Array.from({ length: 1000 }, (_, n) => (n === 555 ? 100 : 1));
  assert.equal(Math.max(...thin(values, 50)), 100);
  assert.equal(thin(values, 50).length, 50);
  assert.equal(strokes([0, 100]).split("M").length - 1, 2);
});
