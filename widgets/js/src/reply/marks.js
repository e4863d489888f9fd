// Marks on their way to the record: kept by this tab until Python has them, so that one pressed
// while the kernel dies is there after the reload.
import { asideOf, putAside } from "./aside.js";

export class MarksAside {
  constructor(tools) {
    this.tools = tools;
    this.waiting = {};
  }

  get place() {
    return `marks-${this.takeId}`;
  }

  /** Another take: what was pressed on it before and has not arrived is sent again. */
  open(takeId) {
    this.takeId = takeId;
    this.waiting = asideOf(this.place) ?? {};
    for (const [criterion, one] of Object.entries(this.waiting)) this.send(criterion, one);
  }

  /** The level to show: the one pressed last, arrived or not. */
  level(line) {
    const { level } = this.waiting[line.id] ?? line;
    return level ?? (line.id in this.waiting && !line.given?.earlier ? line.released : null);
  }

  /** `line` is the criterion as it is shown: the level means what it says there. */
  give(line, level) {
    const one = { level, wording: line.wording };
    this.waiting = { ...this.waiting, [line.id]: one };
    putAside(this.place, this.waiting);
    this.tools.redraw();
    return this.send(line.id, one);
  }

  async send(criterion, one) {
    const { place } = this;
    let refused = false;
    const asked = this.tools.ask("mark", { criterion, ...one }).catch((error) => {
      refused = error.refused; // the levels were changed, say: it is not tried again
      throw error;
    });
    const done = await this.tools.attempt(asked);
    if (refused) this.tools.ask("refresh").catch(() => {});
    if (!(done || refused) || place !== this.place || this.waiting[criterion] !== one) return;
    const { [criterion]: _, ...rest } = this.waiting;
    this.waiting = rest;
    putAside(place, rest);
    this.tools.redraw();
  }
}
