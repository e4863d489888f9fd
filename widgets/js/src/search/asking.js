// Asks while somebody types: not at every letter, and never shows an answer to what is no longer
// asked for. Nothing here knows of a page.

/** Milliseconds without a key after which the question is asked. */
export const PAUSE = 120;

export class Asking {
  /** `fetched(question, kind, signal)` resolves to an answer; `told(state)` hears of each change. */
  constructor(fetched, told, { pause = PAUSE, timers = globalThis } = {}) {
    Object.assign(this, { fetched, told, pause, timers });
    this.state = { question: "", kind: "", answer: null, problem: "", busy: false };
    this.known = new Map();
  }

  /** What stands in the box now. */
  ask(question, kind = "", { now = false } = {}) {
    this.stop();
    const text = question.trim();
    const key = JSON.stringify([text, kind]);
    if (!text) return this.turn({ question, kind, answer: null, problem: "", busy: false });
    if (this.known.has(key)) return this.turn({ question, kind, answer: this.known.get(key), problem: "", busy: false });
    this.turn({ question, kind, busy: true });
    if (now) return this.send(text, kind, key);
    this.timer = this.timers.setTimeout(() => this.send(text, kind, key), this.pause);
    return undefined;
  }

  async send(text, kind, key) {
    const mine = (this.under = new AbortController());
    try {
      const answer = await this.fetched(text, kind, mine.signal);
      if (mine !== this.under) return;
      this.known.set(key, answer);
      this.turn({ answer, problem: "", busy: false });
    } catch (error) {
      if (mine !== this.under || error.name === "AbortError") return;
      this.turn({ answer: null, problem: error.sentence ?? "The search did not answer. Type on to try again.", busy: false });
    }
  }

  /** Forget what is on its way. */
  stop() {
    this.timers.clearTimeout(this.timer);
    this.under?.abort();
    this.under = null;
  }

  /** What is known is as old as the box: a new opening asks anew. */
  forget() {
    this.stop();
    this.known.clear();
  }

  turn(changes) {
    Object.assign(this.state, changes);
    this.told(this.state);
  }
}

/** Ask the server; an error bears its sentence. */
export async function fromServer(base, question, kind, signal) {
  const query = new URLSearchParams(kind ? { q: question, kind } : { q: question });
  const response = await fetch(`${base}api/search?${query}`, { signal, headers: { Accept: "application/json" } });
  if (response.ok) return response.json();
  throw Object.assign(new Error("refused"), { sentence: response.status < 500 ? await response.text() : undefined });
}
