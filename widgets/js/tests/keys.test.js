import assert from "node:assert/strict";
import test from "node:test";
import { ACTIONS, actionFor, isSingle, nameOf } from "../src/player/keys.js";

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
    if (!action.keys.some((key) => key.startsWith("Shift+"))) assert.ok(action.say && action.show);
  }
  assert.equal(nameOf({ key: "Tab", shiftKey: true }), "Shift+Tab");
});
