// The criterion that is being written. What is typed stays in this tab until it is saved, so that
// neither a reload nor a killed kernel loses a word.
import { asideOf, putAside } from "../reply/aside.js";

const FRESH = () => ({ id: "", title: "", wording: 0, levels: [{ name: "", description: "" }, { name: "", description: "" }, { name: "", description: "" }] });

export class Editor {
  constructor(tools) {
    Object.assign(this, { tools, exercise: "", one: null, busy: false, removing: null, from: "" });
  }

  get place() {
    return `rubric-${this.exercise}`;
  }

  show(view) {
    this.view = view;
    if (view.exercise.id === this.exercise) return;
    this.exercise = view.exercise.id;
    this.one = asideOf(this.place);
    if (this.one) this.tools.say("What you had typed is here again");
  }

  // --- writing ---------------------------------------------------------------

  /** Write a new criterion, or change one. */
  begin(criterion = null) {
    this.one = criterion ? { ...structuredClone(criterion), marks: criterion.marks } : FRESH();
    this.removing = null;
    this.typed();
    this.tools.focus("[data-title]");
  }

  typed() {
    putAside(this.place, this.one ?? {});
    this.tools.redraw();
  }

  setTitle(title) {
    this.one.title = title;
    this.typed();
  }

  setLevel(n, what, words) {
    this.one.levels[n][what] = words;
    this.typed();
  }

  addLevel() {
    this.one.levels.push({ name: "", description: "" });
    this.typed();
    this.tools.focus(`[data-level="${this.one.levels.length - 1}"]`);
  }

  removeLevel(n) {
    this.one.levels.splice(n, 1);
    this.typed();
    this.tools.focus(`[data-level="${Math.min(n, this.one.levels.length - 1)}"]`);
  }

  leave() {
    const back = this.one.id ? `[data-criterion="${this.one.id}"] .change` : "[data-add]";
    this.forget();
    this.tools.focus(back);
  }

  forget() {
    this.one = null;
    putAside(this.place, {});
    this.tools.redraw();
  }

  async save() {
    if (this.busy) return;
    this.busy = true;
    this.tools.redraw();
    const { id, title, wording } = this.one;
    const levels = this.one.levels.map(({ name, description }) => [name, description]);
    const asked = id ? this.tools.ask("change", { criterion: id, title, levels, wording }) : this.tools.ask("add", { title, levels });
    const done = await this.tools.attempt(asked);
    this.busy = false;
    if (!done) return this.tools.redraw();
    this.forget();
    this.tools.say(id ? "Criterion changed" : "Criterion added");
    return this.tools.focus(`[data-criterion="${id || done}"] .change`);
  }

  // --- the whole rubric ---------------------------------------------------------

  /** Up (-1) or down (1); the button that was pressed keeps the focus. */
  async move(criterion, way) {
    const order = this.view.criteria.map((one) => one.id);
    const at = order.indexOf(criterion.id);
    order.splice(at, 1);
    order.splice(at + way, 0, criterion.id);
    if (!(await this.tools.attempt(this.tools.ask("arrange", { order })))) return;
    this.tools.say(`${criterion.title} is ${at + way + 1} of ${order.length}`);
    const last = way < 0 ? at + way === 0 : at + way === order.length - 1;
    const name = (way < 0) === !last ? "up" : "down";
    this.tools.focus(`[data-criterion="${criterion.id}"] .${name}`);
  }

  /** Ask before it is withdrawn, or not any more. */
  ask(criterion) {
    const before = this.removing;
    this.removing = criterion?.id ?? null;
    this.tools.redraw();
    this.tools.focus(criterion ? "[data-sure]" : `[data-criterion="${before}"] .remove`);
  }

  async withdraw(criterion) {
    this.removing = null;
    if (!(await this.tools.attempt(this.tools.ask("withdraw", { criterion: criterion.id })))) return this.tools.redraw();
    this.tools.say(`${criterion.title} withdrawn`);
    this.tools.redraw();
    return this.tools.focus("[data-add]");
  }

  async bringBack(criterion) {
    if (!(await this.tools.attempt(this.tools.ask("bring_back", { criterion: criterion.id })))) return;
    this.tools.say(`${criterion.title} is part of the rubric again`);
    this.tools.focus(`[data-criterion="${criterion.id}"] .change`);
  }

  async takeOver() {
    const from = this.from || this.view.others[0]?.id;
    const copied = await this.tools.attempt(this.tools.ask("take_over", { exercise: from }));
    if (copied === undefined) return;
    this.tools.say(copied ? `${copied} taken over` : "All of them are here already");
    this.tools.focus("[data-criterion] .change");
  }
}
