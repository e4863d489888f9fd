// The course's tags: pressed by hand or by figure, and kept in a dialog.
import { html, nothing } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { tool } from "../player/transport.js";

const COLOURS = ["blue", "amber", "green", "plum", "sky", "brown"];
const KINDS = [["fix", "Fix"], ["keep", "Keep"], ["ask", "Ask"]];
const FRESH = { tag: null, name: "", colour: "blue", kind: "fix", lead: 3 };

export function tagRow(desk, view) {
  const tags = view.tags ?? [];
  return html`<div class="tagrow" role="group" aria-label="Tags">${tags.map((tag, n) => html`<button class="chip c-${tag.colour}" type="button" aria-pressed=${desk.composer.tag === tag.id}
      title="${tag.name}, ${tag.lead} s before the press (${n + 1})" @click=${() => desk.pressTag(tag)}><b class="sign" aria-hidden="true">${tag.sign}</b>${tag.name}<kbd class="only-wide">${n + 1}</kbd></button>`)}
    <button class="chip quiet" type="button" @click=${() => open(desk)}>${icon("tag")}${tags.length ? "Tags" : "Add tags"}</button></div>`;
}

function open(desk, given = FRESH) {
  desk.tagging = { ...given };
  desk.changed();
  const dialog = desk.tools.el.querySelector("dialog[data-tags]");
  if (!dialog.open) dialog.showModal();
}

export function tagsDialog({ desk, view, names }) {
  const one = desk.tagging ?? FRESH;
  const tags = view.tags ?? [];
  return html`<dialog class="dlg" data-tags aria-label="Tags of ${view.take.exercise.course}"><header><h2>Tags of ${view.take.exercise.course}</h2>${tool("x", "Close", (event) => event.target.closest("dialog").close(), { cls: "quiet" })}</header>
    <div class="stack"><p class="meta">Press a tag while the video plays: it makes a comment a little before the press, as you need time to notice.</p>
      ${tags.length ? html`<ul class="entries">${tags.map((tag) => line(desk, tag))}</ul>` : nothing}
      <form class="stack tight" @submit=${(event) => put(event, desk)}><h3>${one.tag ? "Change the tag" : "Add a tag"}</h3>
        <div class="row wrap"><span class="field" style="flex:1 1 12rem"><label for="${names}-tn">Name</label><input class="in" id="${names}-tn" maxlength="30" required autocomplete="off" list="${names}-tw" .value=${one.name} @input=${set(desk, "name")}><datalist id="${names}-tw">${(view.tag_words ?? []).map((word) => html`<option value=${word}></option>`)}</datalist></span>
          <span class="field"><label for="${names}-tc">Colour</label><select class="in" id="${names}-tc" @change=${set(desk, "colour")}>${COLOURS.map((name) => html`<option .selected=${name === one.colour}>${name}</option>`)}</select></span>
          <span class="field"><label for="${names}-tk">Asks to</label><select class="in" id="${names}-tk" @change=${set(desk, "kind")}>${KINDS.map(([kind, name]) => html`<option value=${kind} .selected=${kind === one.kind}>${name}</option>`)}</select></span>
          <span class="field"><label for="${names}-tl">Seconds before</label><input class="in" id="${names}-tl" type="number" min="0" max="30" step="0.5" style="inline-size:6rem" .value=${String(one.lead)} @input=${set(desk, "lead")}></span></div>
        <p class="row"><button class="btn soft">${one.tag ? "Save the tag" : "Add the tag"}</button>${one.tag ? html`<button class="btn quiet" type="button" @click=${() => open(desk)}>Leave it</button>` : nothing}</p></form></div></dialog>`;
}

const line = (desk, tag) => html`<li class="row"><span class="tagged c-${tag.colour}"><b class="sign" aria-hidden="true">${tag.sign}</b>${tag.name}</span><span class="meta push">${tag.lead} s before</span>
  ${tool("pencil", `Change: ${tag.name}`, () => open(desk, { ...tag, tag: tag.id }), { cls: "quiet sm", title: "Change" })}${tool("trash-2", `Remove: ${tag.name}`, () => desk.tools.attempt(desk.tools.ask("tag_remove", { tag: tag.id })), { cls: "quiet sm", title: "Remove; comments keep it" })}</li>`;

const set = (desk, name) => (event) => {
  desk.tagging = { ...(desk.tagging ?? FRESH), [name]: event.target.value };
};

async function put(event, desk) {
  event.preventDefault();
  const { tag, name, colour, kind, lead } = desk.tagging ?? FRESH;
  const done = await desk.tools.attempt(desk.tools.ask("tag_put", { tag, name, colour, kind, lead: Number(lead) }));
  if (done) open(desk);
}
