// The targets of one class or of all: a form in a dialog; what is wrong is said in it.
import { html, live, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";

export function targetsDialog(view, state, act) {
  const { targets, options } = view;
  if (!targets?.may) return nothing;
  const form = state.aim;
  const close = (event) => event.target.closest("dialog").close();
  const submit = async (event) => {
    event.preventDefault();
    const dialog = event.target.closest("dialog");
    const fields = new FormData(event.target);
    const typed = Object.fromEntries(targets.rows.map((one) => [one.key, String(fields.get(one.key) ?? "")]));
    const problem = await act.aim(String(fields.get("course") ?? ""), typed);
    if (!problem) return dialog.close();
    act.change({ aim: { problem } });
    dialog.querySelector(`[name="${targets.rows.find((one) => problem.startsWith(one.label))?.key}"]`)?.focus();
    return undefined;
  };
  return html`<dialog class="dlg" data-targets aria-labelledby="pk-aims" @close=${() => act.change({ aim: {} })}><header><h2 id="pk-aims" style="font-size:var(--pk-text-l)">Targets</h2>
      <button class="btn quiet icon" aria-label="Close" @click=${close}>${icon("x")}</button></header>
    <form class="dlgform" @submit=${submit} novalidate><div class="stack">
      <p class="meta">What you want these numbers to be. They stand beside the numbers and change none of them. An empty field is no target.</p>
      ${form.problem ? html`<p class="err" role="alert">${icon("triangle-alert")}${form.problem}</p>` : nothing}
      <div class="field"><label for="pk-aim-course">For</label><select class="in" id="pk-aim-course" name="course"><option value="">All my classes</option>
        ${options.courses.map((one) => html`<option value=${one.id} ?selected=${one.id === view.filters.course}>${one.title}, ${one.term}</option>`)}</select></div>
      <div class="aims">${targets.rows.map((one) => html`<div class="field"><label for="pk-aim-${one.key}">${one.label}, ${one.sense}</label>
        <span class="row"><input class="in" id="pk-aim-${one.key}" name=${one.key} inputmode="decimal" autocomplete="off" .value=${live(one.typed)} aria-describedby="pk-unit-${one.key}"><span class="meta" id="pk-unit-${one.key}">${one.unit}</span></span></div>`)}</div></div>
      <footer><button class="btn" type="button" @click=${close}>Cancel</button><button class="btn primary">Keep targets</button></footer></form></dialog>`;
}
