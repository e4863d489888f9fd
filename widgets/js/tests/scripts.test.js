import assert from "node:assert/strict";
import test from "node:test";
import { address, link, reference } from "../src/front/scripts.js";

const HERE = ["/school/", "https://practice.example"];

test("the first line names a file of ours", () => {
  assert.equal(reference("//practika:student.js?v=0123abcd\nexport default 1"), "student.js?v=0123abcd");
  assert.equal(reference("//practika:student.js?v=0123abcd"), "student.js?v=0123abcd");
  assert.equal(reference("//practika:look.css?v=0123abcd\r\n"), "look.css?v=0123abcd");
});

test("anything else is no reference", () => {
  for (const text of [
    "",
    undefined,
    "export default {}",
    "\n//practika:student.js?v=0123abcd",
    "//practika:student.js",
    "//practika:../media/x.js?v=0123abcd",
    "//practika:a/b.js?v=0123abcd",
    "//practika:https://elsewhere.example/x.js?v=0123abcd",
    "//practika:student.js?v=0123abcd more",
    "//practika:student.js?v=zzzzzzzz\n",
  ])
    assert.equal(reference(text), null, String(text));
});

test("the address is whole and under the page's base", () => {
  const text = "//practika:student.js?v=0123abcd\nexport default 1";
  assert.equal(address(text, ...HERE), "https://practice.example/school/practika/static/student.js?v=0123abcd");
  assert.equal(address("export default {}", ...HERE), "export default {}");
});

test("a state keeps what is not a reference", () => {
  const state = { _esm: "//practika:a.js?v=00000000\n", _css: ".x{}", view: { _esm: "//practika:a.js?v=00000000\n" } };
  assert.deepEqual(link(structuredClone(state), ...HERE), {
    ...state,
    _esm: "https://practice.example/school/practika/static/a.js?v=00000000",
  });
});
