import assert from "node:assert/strict";
import test from "node:test";
import { asksToSearch } from "../src/page/search.js";
import { Asking } from "../src/search/asking.js";
import { amount, choices, spoken } from "../src/search/drawn.js";

/** A clock one turns by hand. */
function turned() {
  const due = new Map();
  let last = 0;
  return {
    setTimeout: (fn) => (due.set(++last, fn), last),
    clearTimeout: (id) => due.delete(id),
    turn: () => [...due].forEach(([id, fn]) => (due.delete(id), fn())),
    get waiting() {
      return due.size;
    },
  };
}

/** A server that answers when it is told to. */
function server() {
  const asked = [];
  const fetched = (question, kind, signal) =>
    new Promise((resolve, reject) => {
      asked.push({ question, kind, signal, answer: resolve, fail: reject });
      signal.addEventListener("abort", () => reject(Object.assign(new Error("gone"), { name: "AbortError" })));
    });
  return { asked, fetched };
}

const box = () => {
  const timers = turned();
  const { asked, fetched } = server();
  const states = [];
  return { timers, asked, states, asking: new Asking(fetched, (state) => states.push({ ...state }), { timers }) };
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("the server is asked when the keys rest, not at each of them", () => {
  const { asking, asked, timers } = box();
  for (const text of ["h", "ha", "han", "hand"]) asking.ask(text);
  assert.equal(timers.waiting, 1);
  timers.turn();
  assert.deepEqual(asked.map((one) => one.question), ["hand"]);
});

test("an answer to what is no longer asked is dropped", async () => {
  const { asking, asked, timers } = box();
  asking.ask("left");
  timers.turn();
  asking.ask("right");
  timers.turn();
  asked[1].answer({ groups: ["right"] });
  asked[0].answer({ groups: ["left"] });
  await settled();
  assert.ok(asked[0].signal.aborted);
  assert.deepEqual(asking.state.answer, { groups: ["right"] });
  assert.equal(asking.state.busy, false);
});

test("what was answered is not asked again until the box is opened anew", async () => {
  const { asking, asked, timers } = box();
  asking.ask("hand");
  timers.turn();
  asked[0].answer({ groups: [] });
  await settled();
  asking.ask("hands");
  asking.ask("hand ");
  assert.equal(asking.state.busy, false);
  assert.equal(timers.waiting, 0);
  asking.forget();
  asking.ask("hand", "", { now: true });
  assert.equal(asked.length, 2);
});

test("a refusal says its sentence, a lost line says so, nothing is asked of an empty box", async () => {
  const { asking, asked } = box();
  asking.ask("hand", "", { now: true });
  asked[0].fail(Object.assign(new Error(), { sentence: "One question after another, please." }));
  await settled();
  assert.equal(asking.state.problem, "One question after another, please.");
  asking.ask("han", "", { now: true });
  asked[1].fail(new TypeError("network"));
  await settled();
  assert.match(asking.state.problem, /did not answer/);
  asking.ask("  ");
  assert.equal(asking.state.problem, "");
  assert.equal(asked.length, 2);
});

test("a slash opens the box unless somebody types, a dialog is open or signs are switched off", () => {
  const on = (selector) => ({ closest: (list) => (selector && list.includes(selector) ? {} : null) });
  const press = (more) => asksToSearch({ key: "/", target: on(""), ...more });
  assert.equal(press({}), true);
  for (const place of ["input", "textarea", "select", "dialog[open]"]) assert.equal(press({ target: on(place) }), false);
  assert.equal(press({ ctrlKey: true }), false);
  assert.equal(press({ key: "k" }), false);
  assert.equal(asksToSearch({ key: "/", target: on("") }, false), false);
});

const item = (id, link = `student?take=${id}`) => ({ id, link, title: [], text: [], where: [] });
const answer = {
  meant: [],
  instead: [],
  groups: [
    { kind: "take", total: 3, more: false, items: [item("a"), item("b")] },
    { kind: "reply", total: 100, more: true, items: [item("c", "")] },
  ],
};

test("choices are everything in order, and what stands for the rest of a group", () => {
  assert.deepEqual(choices({ answer }).map((one) => one.id), ["pk-hit-a", "pk-hit-b", "pk-all-take", "pk-hit-c", "pk-all-reply"]);
  assert.deepEqual(choices({ answer: null }), []);
});

test("a screen reader hears how much was found", () => {
  assert.equal(amount(answer.groups[0]), "3 takes");
  assert.equal(spoken({ question: "x", answer, problem: "", busy: false }), "Found 3 takes, more than 100 replies");
  assert.equal(spoken({ question: " x ", answer: { groups: [] }, problem: "", busy: false }), "Nothing found for x");
  assert.equal(spoken({ question: "x", answer, problem: "", busy: true }), "");
});
