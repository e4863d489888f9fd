import assert from "node:assert/strict";
import test from "node:test";
import { ask, AskError } from "../src/lib/ask.js";

/** A model as anywidget gives it, whose Python side is a function. */
function modelThat(answer) {
  const listeners = [];
  const hear = (message) => listeners.forEach((fn) => fn(message));
  return {
    sent: [],
    on: (event, fn) => event === "msg:custom" && listeners.push(fn),
    send(message) {
      this.sent.push(message);
      answer?.(message, hear);
    },
    hear,
  };
}

test("the answer with the same reference is the result", async () => {
  const model = modelThat((message, hear) => queueMicrotask(() => hear({ ref: message.ref, ok: true, result: message.args.text })));
  assert.equal(await ask(model, "save", { text: "Softer" }), "Softer");
  assert.equal(model.sent[0].verb, "save");
});

test("answers may come in any order", async () => {
  const model = modelThat();
  const both = [ask(model, "a"), ask(model, "b")];
  const [first, second] = model.sent;
  model.hear({ ref: second.ref, ok: true, result: 2 });
  model.hear({ ref: "of nobody", ok: true, result: 3 });
  model.hear({ ref: first.ref, ok: true, result: 1 });
  assert.deepEqual(await Promise.all(both), [1, 2]);
});

test("a refusal carries the sentence for the person", async () => {
  const model = modelThat((message, hear) => hear({ ref: message.ref, ok: false, sentence: "Not yours." }));
  await assert.rejects(ask(model, "save"), (error) => error instanceof AskError && error.sentence === "Not yours.");
});

test("no answer ends in a sentence, too", async () => {
  await assert.rejects(ask(modelThat(), "save", {}, { seconds: 0.01 }), /no answer from the server/);
});
