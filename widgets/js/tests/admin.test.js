// What the admin's views say, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lead as people, where } from "../src/admin.js";
import { byDay } from "../src/admin/lines.js";
import { addressOf } from "../src/audit.js";
import { lead as health } from "../src/health.js";
import { seenBy } from "../src/lib/format.js";
import { follows } from "../src/person.js";
import { fitting } from "../src/settings.js";

test("people are counted by who can sign in", () => {
  assert.equal(people({ student: { on: 1200, off: 1 }, admin: { on: 1, off: 0 } }), "1,201 people can sign in. 1 account is switched off.");
  assert.equal(where(["A", "B", "C", "D"].map((title) => ({ title }))), "A; B and 2 more");
  assert.equal(where([{ title: "A" }, { title: "A" }]), "A");
});

test("what another role means is said before it is given", () => {
  const places = [{ course: "c" }];
  assert.match(follows({ places }, "admin"), /1 place in courses ends/);
  assert.match(follows({ places }, "teacher"), /places as a teacher/);
  assert.equal(follows({ places: [] }, "teacher"), "");
});

test("lines of the log stand under their days", () => {
  const now = new Date("2026-11-30T12:00:00");
  const days = byDay([{ at: "2026-11-30T09:00:00" }, { at: "2026-11-30T08:00:00" }, { at: "2026-11-29T08:00:00" }], now);
  assert.deepEqual(days.map((one) => [one.day, one.rows.length]), [["today", 2], ["yesterday", 1]]);
});

test("the address holds the filters that are set, and the page", () => {
  assert.equal(addressOf({ kind: "", person: "p1" }), "?view=audit&person=p1");
  assert.equal(addressOf({ kind: "Videos of others" }, "x_1"), "?view=audit&kind=Videos+of+others&after=x_1");
});

test("health is one sentence that names what needs somebody", () => {
  assert.equal(health({ state: "good", parts: [] }), "Everything is well.");
  assert.equal(health({ state: "bad", parts: [{ state: "bad", title: "Worker" }, { state: "look", title: "Back-up" }] }), "Something needs you: worker.");
});

test("settings are found by name, meaning and value, and by having been changed", () => {
  const groups = [{ group: "A", settings: [{ variable: "PRACTIKA_PORT", sentence: "Port.", value: "1", source: "default" }, { variable: "PRACTIKA_HOST", sentence: "Host.", value: "here", source: "environment" }] }];
  assert.deepEqual(fitting(groups, { find: "", own: true })[0].settings.map((one) => one.variable), ["PRACTIKA_HOST"]);
  assert.equal(fitting(groups, { find: "HERE", own: false })[0].settings.length, 1);
  assert.deepEqual(fitting(groups, { find: "nothing", own: false }), []);
});

test("who looked at a take is told in a line", () => {
  assert.equal(seenBy([]), "");
  const seen = ["Ada", "a rater", "a researcher"].map((who) => ({ who, at: "2001-03-02T10:00:00" }));
  assert.equal(seenBy(seen, 1), "Seen by Ada, 2 Mar 2001, 10:00 and 2 more");
});
