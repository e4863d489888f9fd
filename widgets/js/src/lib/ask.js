// The twin of _base.py: a message is {ref, verb, args}; the answer carries the same ref.

/** An answer that is not "yes": `sentence` is fit for the person. `refused` says that there was one. */
export class AskError extends Error {
  constructor(sentence, refused = false) {
    super(sentence);
    this.name = "AskError";
    Object.assign(this, { sentence, refused });
  }
}

const NO_ANSWER =
  "There is no answer from the server. What you typed is still here; check the connection and try again.";

const waiting = new WeakMap(); // model -> Map(ref -> {resolve, reject})
let count = 0;

function waitersOf(model) {
  let waiters = waiting.get(model);
  if (!waiters) {
    waiters = new Map();
    waiting.set(model, waiters);
    model.on("msg:custom", (message) => settle(waiters, message));
  }
  return waiters;
}

function settle(waiters, message) {
  const one = message && waiters.get(message.ref);
  if (!one) return;
  waiters.delete(message.ref);
  if (message.ok) one.resolve(message.result);
  else one.reject(new AskError(message.sentence, true));
}

/**
 * Ask the widget's Python side for one verb of its table.
 * Resolves to the handler's result, rejects with an AskError.
 */
export function ask(model, verb, args = {}, { seconds = 60 } = {}) {
  const waiters = waitersOf(model);
  const ref = `${Date.now().toString(36)}-${(count += 1)}-${Math.random().toString(36).slice(2, 8)}`;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiters.delete(ref);
      reject(new AskError(NO_ANSWER));
    }, seconds * 1000);
    const done = (settleWith) => (value) => {
      clearTimeout(timer);
      settleWith(value);
    };
    waiters.set(ref, { resolve: done(resolve), reject: done(reject) });
    model.send({ ref, verb, args });
  });
}
