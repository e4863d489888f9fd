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
    for (const [criterion, level] of Object.entries(this.waiting)) this.send(criterion, level);
  }

  /** The level to show: the one pressed last, arrived or not. */
  level(line) {
    return line.id in this.waiting ? (this.waiting[line.id] ?? line.released) : line.level;
  }

  give(criterion, level) {
    this.waiting = { ...this.waiting, [criterion]: level };
    putAside(this.place, this.waiting);
    this.tools.redraw();
    return this.send(criterion, level);
  }

  async send(criterion, level) {
    const { place } = this;
    const done = await this.tools.attempt(this.tools.ask("mark", { criterion, level }));
    if (!done || place !== this.place || this.waiting[criterion] !== level) return;
    const { [criterion]: _, ...rest } = this.waiting;
    this.waiting = rest;
    putAside(place, rest);
    this.tools.redraw();
  }
}
