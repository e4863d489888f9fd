import assert from "node:assert/strict";
import test from "node:test";
import { ACTIONS, actionFor, isSingle, keysOf, nameOf, shownOf } from "../src/player/keys.js";

const ALL = ACTIONS.map((one) => one.id).filter((id) => id !== "rangeOut");

/** A key pressed on an element that matches the given selectors. */
function press(key, { on = [], ...held } = {}) {
  const target = { closest: (list) => (on.some((one) => list.includes(one)) ? target : null) };
  return { key, target, ...held };
}

test("keys people know from other players", () => {
  const wanted = [
    [press(" "), "toggle"], [press("k"), "toggle"], [press("K"), "toggle"],
    [press("j"), "back10"], [press("l"), "on10"],
    [press("ArrowLeft"), "back5"], [press("ArrowRight", { shiftKey: true }), "on1"],
    [press(","), "frameBack"], [press("."), "frameOn"],
    [press("<", { shiftKey: true }), "slower"], [press(">", { shiftKey: true }), "faster"],
    [press("["), "loopStart"], [press("]"), "loopEnd"], [press("\\"), "loopOff"],
    [press("ArrowRight", { altKey: true }), "nudgeOn"],
    [press("ArrowLeft", { altKey: true }), "nudgeBack"],
    [press("?", { shiftKey: true }), "help"], [press("s"), "swap"], [press("m"), "sound"],
  ];
  for (const [event, action] of wanted) assert.equal(actionFor(event, ALL), action, event.key);
});

test("never while somebody types, in a dialog, or with Ctrl", () => {
  assert.equal(actionFor(press("k", { on: ["textarea"] }), ALL), null);
  assert.equal(actionFor(press("ArrowLeft", { on: ["select"] }), ALL), null);
  assert.equal(actionFor(press("k", { on: ["dialog[open]"] }), ALL), null);
  assert.equal(actionFor(press("s", { ctrlKey: true }), ALL), null);
  assert.equal(actionFor(press("c", { metaKey: true }), ALL), null);
  assert.equal(actionFor(press("k", { isComposing: true }), ALL), null);
});

test("what is pressed keeps Space, a slider keeps the arrows, both leave letters to the player", () => {
  assert.equal(actionFor(press(" ", { on: ["summary"] }), ALL), null);
  assert.equal(actionFor(press("k", { on: ["summary"] }), ALL), "toggle");
  assert.equal(actionFor(press("ArrowLeft", { on: ["[role=slider]"] }), ALL), null);
  assert.equal(actionFor(press("j", { on: ["[role=slider]"] }), ALL), "back10");
});

test("switched off, no letter or sign does anything; Space and arrows still do", () => {
  for (const action of ACTIONS) {
    for (const name of action.keys.filter(isSingle)) {
      assert.equal(actionFor(press(name), ALL, false), null, name);
    }
  }
  assert.equal(actionFor(press(" "), ALL, false), "toggle");
  assert.equal(actionFor(press("ArrowRight", { altKey: true }), ALL, false), "nudgeOn");
});

test("only what is offered answers, and every key offered is in the help", () => {
  assert.equal(actionFor(press("n"), ["toggle"]), null);
  for (const action of ACTIONS) {
    if (!action.keys.some((key) => key.startsWith("Shift+"))) assert.ok(action.say && (action.show || action.proShow));
  }
  assert.equal(nameOf({ key: "Tab", shiftKey: true }), "Shift+Tab");
});

test("with pro keys J, K and L shuttle, I and O set the loop, arrows go by one picture", () => {
  const wanted = [["j", "shuttleBack"], ["k", "shuttleStop"], ["l", "shuttleOn"], ["i", "loopStart"], ["o", "loopEnd"],
    ["ArrowLeft", "frameBack"], ["ArrowRight", "frameOn"], [" ", "toggle"], ["s", "swap"]];
  const ids = ALL.filter((id) => id !== "rangeIn");
  for (const [key, action] of wanted) assert.equal(actionFor(press(key), ids, true, true), action, key);
  assert.equal(actionFor(press("j"), ids, false, true), null, "letters can be off all the same");
  assert.equal(actionFor(press("i"), ALL, true, true), "rangeIn", "where ranges are written they come first");
});

test("no key means two things in one player, with the pro set and without", () => {
  const together = [["rangeIn", "loopStart"], ["rangeOut", "loopEnd"], ["rangeOut", "overlay"],
    // Who judges a pair sets no anchor, presses no tag and says of no comment what became of it.
    ["anchor", "leftBetter"], ["tag", "leftBetter"], ["better", "rightBetter"], ["tag", "rightBetter"]];
  for (const pro of [false, true]) {
    const seen = new Map();
    for (const action of ACTIONS) {
      for (const key of keysOf(action, pro)) {
        const other = seen.get(key);
        if (other) assert.ok(together.some((two) => two.includes(other) && two.includes(action.id)), `${key}: ${other}, ${action.id}`);
        seen.set(key, action.id);
      }
      assert.ok(!shownOf(action, pro).length || keysOf(action, pro).length || !action.keys.length || action.say);
    }
  }
});
