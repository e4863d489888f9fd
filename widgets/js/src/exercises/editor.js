// The exercise that is being written. What is typed stays in this tab until it is saved, so that
// neither a reload nor a killed kernel loses a word.
import { html, live, nothing, unsafeHTML } from "../lib/dom.js";
import { go } from "../lib/live.js";
import { icon } from "../lib/icons.js";
import { asideOf, putAside } from "../reply/aside.js";

const WAIT = 350;

/** "left hand, Scales, " -> ["left hand", "Scales"]. */
export const tagsOf = (words) => words.split(",").map((word) => word.trim()).filter(Boolean);

/** The tags that can still be put behind what is typed, each as the whole field would read. */
export function offered(words, known) {
  const all = words.split(",");
  const begun = all.pop().trim().toLowerCase();
  const before = all.map((word) => word.trim()).filter(Boolean);
  const used = new Set(before.map((word) => word.toLowerCase()));
  return known
    .filter((word) => !used.has(word.toLowerCase()) && word.toLowerCase().includes(begun))
    .map((word) => [...before, word].join(", "));
}

const formOf = ({ title, category, instructions, due, tags, stamp }) => ({ title, category, instructions, due, tags: tags.join(", "), stamp });

export class Editor {
  constructor(tools) {
    Object.assign(this, { tools, place: "", one: null, shown: "", busy: false, dirty: false });
    tools.onCleanup(() => clearTimeout(this.timer));
  }

  show(view) {
    this.view = view;
    const place = `exercise-${view.exercise.id || `new-${view.course.id}`}`;
    if (place === this.place) {
      if (!this.dirty) this.take(view); // nobody types: show it as it is now
      return this;
    }
    this.place = place;
    this.take(view);
    const kept = asideOf(place);
    if (kept) {
      Object.assign(this, { one: kept, dirty: true });
      this.tools.say("What you had typed is here again");
      this.look();
    }
    return this;
  }

  take(view) {
    this.one = formOf(view.exercise);
    this.shown = view.exercise.html;
  }

  /** Somebody else changed the exercise while this one was being written. */
  get behind() {
    return this.dirty && this.one.stamp !== this.view.exercise.stamp;
  }

  set(what, words) {
    this.one[what] = words;
    this.dirty = true;
    putAside(this.place, this.one);
    if (what === "instructions") this.soon();
    this.tools.redraw();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), WAIT);
  }

  async look() {
    const words = this.one.instructions;
    const shown = await this.tools.ask("preview", { text: words }).catch(() => null);
    if (shown === null || words !== this.one.instructions) return;
    this.shown = shown;
    this.tools.redraw();
  }

  /** Leave what is typed, and show what is stored. */
  leave() {
    this.dirty = false;
    putAside(this.place, {});
    this.take(this.view);
    this.tools.redraw();
  }

  /** Keep one's own words, over those that came meanwhile. */
  insist() {
    this.set("stamp", this.view.exercise.stamp);
    this.tools.focus("#pk-save");
  }

  async save() {
    if (this.busy) return;
    this.busy = true;
    this.tools.redraw();
    const { title, category, instructions, due, tags, stamp } = this.one;
    const asked = this.tools.ask("save", { title, category, instructions, due, tags: tagsOf(tags), stamp });
    const saved = await this.tools.attempt(asked);
    this.busy = false;
    if (!saved) return this.tools.redraw();
    this.dirty = false;
    putAside(this.place, {});
    this.tools.say("Exercise saved");
    return go("?view=exercises");
  }
}

export function editorPage(editor, reference, view) {
  const { one } = editor;
  const fresh = !view.exercise.id;
  const put = (what) => (event) => editor.set(what, event.target.value);
  return html`<div class="head"><div><p><a class="btn quiet sm" data-go href="?view=exercises" style="margin-inline-start:-.625rem">${icon("chevron-left")}Exercises</a></p>
      <h1 tabindex="-1">${fresh ? "New exercise" : view.exercise.title}</h1><p>${view.course.title}</p></div></div>
    ${view.closed ? html`<div class="note wait">${icon("info")}<div>This course is archived. Bring it back before you change something in it.</div></div>` : nothing}
    ${editor.behind ? behind(editor, view) : nothing}
    <div class="co" style="margin-block-start:0"><form class="card stack c7" aria-label=${fresh ? "New exercise" : "The exercise"} @submit=${(event) => {
      event.preventDefault();
      editor.save();
    }}>
      <div class="field"><label for="pk-title">Title</label><input class="in" id="pk-title" maxlength=${view.limits.title} required autocomplete="off" .value=${live(one.title)} @input=${put("title")}></div>
      <div class="row wrap" style="align-items:start">${field("pk-cat", "Category", html`<input class="in" id="pk-cat" list="pk-cats" maxlength=${view.limits.word} autocomplete="off" .value=${live(one.category)} @input=${put("category")}><datalist id="pk-cats">${view.categories.map((word) => html`<option value=${word}></option>`)}</datalist>`)}
        ${field("pk-due", "Due", html`<input class="in" id="pk-due" type="datetime-local" .value=${live(one.due)} @input=${put("due")}>`, `Time in ${view.zone}. Leave it empty for none.`)}</div>
      ${field("pk-words", "Instructions", html`<textarea class="in" id="pk-words" rows="10" maxlength=${view.limits.instructions} .value=${live(one.instructions)} @input=${put("instructions")}></textarea>`, "*stress*, **strong**, lists with - or 1., links. An empty line begins a new paragraph.")}
      ${field("pk-tags", "Tags", html`<input class="in" id="pk-tags" list="pk-known" autocomplete="off" .value=${live(one.tags)} @input=${put("tags")}><datalist id="pk-known">${offered(one.tags, view.tags).map((words) => html`<option value=${words}></option>`)}</datalist>`, "With commas between them. Exercises are found by them.")}
      <p class="row wrap"><button class="btn primary" id="pk-save" ?disabled=${editor.busy || view.closed}>${fresh ? "Add the exercise" : "Save the exercise"}</button>
        ${editor.dirty ? html`<button class="btn quiet" type="button" @click=${() => editor.leave()}>${fresh ? "Start over" : "Leave as it was"}</button>` : nothing}</p></form>
    <div class="stack loose c5"><section class="card" aria-labelledby="pk-seen"><header><h2 id="pk-seen" style="font-size:var(--pk-text-l)">As students read it</h2></header>
      ${editor.shown ? html`<div class="said">${unsafeHTML(editor.shown)}</div>` : html`<p class="muted">The instructions appear here while you write them.</p>`}</section>
      ${fresh ? html`<p class="meta">Its reference video and rubric are added once the exercise is there.</p>` : html`${reference.draw()}<p><a class="btn" data-go href="?view=exercises&exercise=${view.exercise.id}">${icon("list-checks")}Rubric</a></p>`}</div></div>`;
}

const field = (id, label, inside, hint = "") => html`<div class="field" style="flex:1;min-inline-size:12rem"><label for=${id}>${label}</label>${inside}${hint ? html`<p class="hint">${hint}</p>` : nothing}</div>`;

const behind = (editor, view) => html`<div class="note wait" role="status" style="margin-block-end:var(--pk-4)">${icon("triangle-alert")}<div>Somebody changed this exercise while you were writing. Its title there is “${view.exercise.title}”.
  <p class="row wrap" style="margin-block-start:var(--pk-2)"><button class="btn sm" type="button" @click=${() => editor.insist()}>Keep my words</button><button class="btn sm quiet" type="button" @click=${() => editor.leave()}>Show theirs</button></p></div></div>`;
