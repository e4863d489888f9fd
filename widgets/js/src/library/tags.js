// What is shown in the library by the tags of exercises; completed while one types.
import { html, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";

export function tagFilter(view, tools) {
  if (!view.tags.length && !view.tag) return nothing;
  const show = (tag) => tools.attempt(tools.ask("filter", { tag }));
  return html`<form class="row wrap" style="margin-block-end:var(--pk-4)" @submit=${(event) => (event.preventDefault(), show(event.target.elements.tag.value))}><label for="lb-tag">With the tag</label>
    <input class="in" id="lb-tag" name="tag" list="lb-tags" maxlength="40" autocomplete="off" style="inline-size:12rem" .value=${view.tag} @change=${(event) => show(event.target.value)}><datalist id="lb-tags">${view.tags.map((tag) => html`<option value=${tag}></option>`)}</datalist>
    ${view.tag ? html`<button class="btn sm quiet" type="button" @click=${() => show("")}>${icon("x")}Everything</button>` : nothing}</form>`;
}
