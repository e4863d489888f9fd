// Which keys a person chose: in the record of the school where its server brings the page, and in
// the browser alone where it does not (a notebook's cell). Every player of a page asks here.
import { xsrf } from "../lib/xsrf.js";
import { spread, TAKEN, told } from "../page/keys.js";
import { forget, remember, remembered } from "./address.js";
import { ACTIONS, hint, shownOf } from "./keys.js";

const PATH = "api/keys";

const own = () => ({ stored: false, single: remembered("keys", "on") !== "off", pro: remembered("prokeys", "off") === "on", keys: {} });

export class KeyRing extends EventTarget {
  constructor(root = globalThis.document?.documentElement) {
    super();
    const found = told(root);
    this.kept = Boolean(found);
    this.root = root;
    Object.assign(this, found?.stored ? found : own());
    this.stored = Boolean(found?.stored);
    globalThis.addEventListener?.(TAKEN, (event) => event.detail.by !== this && this.hold(event.detail.now));
  }

  hold(now) {
    Object.assign(this, now);
    this.dispatchEvent(new Event("changed"));
  }

  /** Take over how it is now, and tell the players of this page. */
  take({ stored, single, pro, keys }) {
    const now = { stored, single, pro, keys };
    this.hold(now);
    if (this.kept) spread(this.root, now, this);
  }

  /** Hand over once what this browser holds from before; what is in the record goes first. */
  async handOver() {
    const held = [remembered("keys", ""), remembered("prokeys", "")].some(Boolean);
    if (!this.kept || !held) return;
    if (!this.stored) await this.put({ single: this.single, pro: this.pro, first: true });
    ["keys", "prokeys"].forEach(forget);
  }

  /** Store a change; rejects with a sentence for the person, and nothing has changed then. */
  async put(wanted) {
    if (!this.kept) {
      if ("single" in wanted) remember("keys", wanted.single ? "on" : "off");
      if ("pro" in wanted) remember("prokeys", wanted.pro ? "on" : "off");
      return this.take({ ...this, ...wanted });
    }
    return this.ask(wanted);
  }

  /** Ask the server how it is, as after a change somewhere else. */
  async ask(wanted) {
    const headers = { "Content-Type": "application/json", "X-XSRFToken": xsrf() };
    const sent = wanted && { method: "POST", body: JSON.stringify(wanted), headers };
    let answer;
    try {
      answer = await fetch(`${this.root.dataset.base ?? "/"}${PATH}`, { credentials: "same-origin", ...sent });
    } catch {
      throw new Error("The server did not answer. Try again in a moment.");
    }
    if (!answer.ok) throw new Error((await answer.text()).slice(0, 300));
    const view = await answer.json();
    this.take(view);
    return view;
  }
}

let ring = null;

/** The one of this page. */
export function keyRing() {
  if (!ring) {
    ring = new KeyRing();
    ring.handOver().catch(() => {});
  }
  return ring;
}

/** " (K)" for the words of a button, as this person has the keys; "" for an action without one. */
export const keyHint = (id, shuttle = true) => hint(id, { pro: shuttle && keyRing().pro, chosen: keyRing().keys });

/** "K" for a key cap, as this person has the keys. */
export const keyShown = (id) => shownOf(ACTIONS.find((one) => one.id === id), keyRing().pro, keyRing().keys).join(" ");
