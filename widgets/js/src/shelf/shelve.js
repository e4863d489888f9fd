// Putting something into a collection from where one stands.
import { html, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { open } from "./dialog.js";

/** Choose a collection for a thing, or begin one. `what` names it in a sentence. */
export async function shelve(tools, kind, thing, what) {
  const offered = await tools.attempt(tools.ask("shelves", { kind, thing }));
  if (!offered) return;
  const state = { name: "", course: offered.courses[0]?.id ?? "", problem: "" };
  const put = async (asking, name, ui) => {
    try {
      await asking();
      ui.close();
      tools.say(`${what} is in ${name}`);
    } catch (error) {
      state.problem = error.sentence ?? "That did not work.";
      ui.redraw();
    }
  };
  open(`Add ${what} to a collection`, (ui) => html`<div class="stack tight">
      ${offered.lists.length ? html`<ul class="entries">${offered.lists.map((one) => html`<li class="row"><span style="min-inline-size:0;overflow-wrap:anywhere">${one.name}</span>${one.holds ? html`<span class="badge is-good push">${icon("check")}In it</span>` : html`<button class="btn sm push" type="button" aria-label="Add to ${one.name}" @click=${() => put(() => tools.ask("shelve", { collection: one.id, kind, thing }), one.name, ui)}>${icon("plus")}Add</button>`}</li>`)}</ul>` : html`<p class="muted">You have no collection yet. Begin one; only you see it until you share it in the library.</p>`}
      ${state.problem ? html`<p class="row" role="alert" style="color:var(--pk-bad)">${icon("triangle-alert")}${state.problem}</p>` : nothing}
      <form class="stack tight" @submit=${(event) => (event.preventDefault(), put(() => tools.ask("new_shelf", { course: state.course, name: state.name, kind, thing }), state.name.trim(), ui))}>
        <div class="field"><label for="pk-shelf-new">A new collection</label><input class="in" id="pk-shelf-new" maxlength="80" required autocomplete="off" .value=${state.name} @input=${(event) => (state.name = event.target.value)}></div>
        ${offered.courses.length > 1 ? html`<div class="field"><label for="pk-shelf-in">In the course</label><select class="in" id="pk-shelf-in" @change=${(event) => (state.course = event.target.value)}>${offered.courses.map((one) => html`<option value=${one.id}>${one.title}</option>`)}</select></div>` : nothing}
        <p><button class="btn soft">Make it and add</button></p></form></div>`, tools.el.parentElement);
}
