// What a guest's page says to the server: a comment kept, a comment taken back.
import { xsrf } from "../lib/xsrf.js";

const NO_ANSWER = "There is no answer from the server. What you typed is still here; try again.";

const GONE = "This link does not open (any more). Ask whoever sent it to you for a new one.";

/** An answer that is not "yes"; `gone` says that the link opens no longer. */
export class Refused extends Error {
  constructor(sentence, gone = false) {
    super(sentence);
    Object.assign(this, { sentence, gone });
  }
}

/**
 * Speak to the addresses below `here`. Gives `speak(method, below, body)`, which answers with what
 * the server said (null for nothing) and fails with a `Refused`.
 */
export function speaker(here, { send = (...args) => fetch(...args), token = xsrf } = {}) {
  return async (method, below, body) => {
    const headers = { "X-XSRFToken": token(), ...(body ? { "Content-Type": "application/json" } : {}) };
    let answer;
    try {
      answer = await send(`${here}${below}`, { method, headers, credentials: "same-origin", body: body && JSON.stringify(body) });
    } catch {
      throw new Refused(NO_ANSWER);
    }
    if (!answer.ok) throw new Refused((await answer.text()) || GONE, answer.status === 404);
    return answer.status === 204 || method === "HEAD" ? null : answer.json();
  };
}
