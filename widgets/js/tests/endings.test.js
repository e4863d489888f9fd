import assert from "node:assert/strict";
import test from "node:test";
import { BETWEEN, QUIET, after, before, decide, endingOf } from "../src/page/endings.js";
import { cookie } from "../src/page/returning.js";

const IDLE = {
  code: 4408,
  sentence: "This page rested while it was not used. It was built again from what was saved.",
  rebuild: true,
};
const TOO_MANY = {
  code: 4409,
  sentence: "This page was closed because you opened several others. What you saved is safe.",
  rebuild: false,
};
const calm = { atRisk: false, quiet: Infinity, visible: true, sinceRebuild: Infinity };

test("a kernel that answers, or a server that does not, is no ending", () => {
  for (const status of [200, 0, 500, 502, 503]) assert.equal(endingOf(status), null);
});

test("the server's own words are used", () => {
  assert.deepEqual(endingOf(410, IDLE), { sentence: IDLE.sentence, rebuild: true });
  assert.equal(endingOf(410, TOO_MANY).rebuild, false);
  assert.deepEqual(endingOf(410, null), { sentence: "This page was closed on the server.", rebuild: false });
});

test("a page nobody is working at is built again", () => {
  assert.equal(decide(endingOf(410, IDLE), calm), "rebuild");
  assert.equal(decide(endingOf(404), calm), "rebuild");
});

test("a person who is working, or has something unsent, is asked", () => {
  assert.equal(decide(IDLE, { ...calm, quiet: QUIET - 1 }), "say");
  assert.equal(decide(IDLE, { ...calm, atRisk: true }), "say");
  assert.equal(decide(IDLE, { ...calm, atRisk: true, visible: false }), "say");
});

test("a page in the background waits until it is looked at", () => {
  assert.equal(decide(IDLE, { ...calm, visible: false }), "wait");
});

test("a page does not build itself again and again", () => {
  assert.equal(decide(IDLE, { ...calm, sinceRebuild: BETWEEN - 1 }), "say");
  assert.equal(decide(IDLE, { ...calm, sinceRebuild: BETWEEN }), "rebuild");
});

test("signed out, or too many pages: never by itself", () => {
  assert.equal(decide(endingOf(401), calm), "say");
  assert.equal(decide(TOO_MANY, calm), "say");
});

test("before the reload nobody reads that it has happened", () => {
  assert.equal(before(IDLE), "This page rested while it was not used. What you saved is safe. Reload it to carry on.");
  assert.equal(before(endingOf(404)), "Practika was restarted. What you saved is safe. Reload it to carry on.");
  assert.equal(before(endingOf(401)), "You have been signed out. Reload the page to sign in again.");
  assert.match(before(TOO_MANY, { sending: true }), /^This page was closed because .* your upload goes on; reload/);
});

test("after the reload it is said that it has happened", () => {
  assert.equal(after(IDLE), IDLE.sentence);
  assert.equal(
    after({ sentence: "This page stopped working on the server. What you saved is safe." }),
    "This page stopped working on the server. What you saved is safe. It was built again.",
  );
});

test("the way back is for one page, two minutes and this site", () => {
  const place = { base: "/school/", page: "student", secure: false };
  assert.equal(cookie("k3y", place), "practika-return=k3y; Path=/school/student; Max-Age=120; SameSite=Strict");
  assert.equal(cookie("k3y", { ...place, secure: true }), "practika-return=k3y; Path=/school/student; Max-Age=120; SameSite=Strict; Secure");
  assert.equal(cookie("", place), "practika-return=; Path=/school/student; Max-Age=0; SameSite=Strict");
});
