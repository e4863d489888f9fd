// The bar above a comparison: where from, what, and what can be done with the pair.
import { html, nothing } from "../lib/dom.js";
import { onOurPage } from "../lib/base.js";
import { icon } from "../lib/icons.js";
import { say } from "../lib/live.js";
import { keyHint } from "../player/keyring.js";
import { shelve } from "../shelf/shelve.js";
import { moveTake } from "../moving/dialog.js";

export function deskbar(desk, tools, keys) {
  const { view } = desk;
  const page = onOurPage();
  return html`<header class="deskbar" role=${page ? nothing : "group"} aria-label=${page ? nothing : "What is compared"}><div class="wrap-page">
    ${page ? html`<a class="btn quiet icon" href=${back(view)} data-go aria-label=${view.can?.reply ? "Back to the reply" : "Back"}>${icon("chevron-left")}</a>` : nothing}
    <div class="who"><h1>${view.title}</h1><p class="meta">${line(desk)}</p></div>
    ${desk.b ? html`<button class="btn only-wide saved" type="button" title="Swap A and B${keyHint("swap")}" @click=${() => desk.swap()}>${icon("arrow-left-right")}Swap</button>` : nothing}
    ${(view.options ?? []).length > 1 ? html`<button class="btn only-wide" type="button" @click=${() => tools.el.querySelector("dialog[data-choose]").showModal()}>Choose videos${icon("chevron-down")}</button>` : nothing}
    ${view.can?.reply ? html`<button class="btn quiet icon only-wide saved" type="button" aria-label="Add this take to a collection" title="Add to a collection" @click=${() => shelve(tools, "take", view.take_id, "this take")}>${icon("rows-2")}</button>` : nothing}
    ${page ? html`<button class="btn quiet icon only-wide saved" type="button" aria-label="Copy the link to this view" title="Copy the link to this view" @click=${() => copyLink(desk)}>${icon("link")}</button>` : nothing}
    ${view.can?.move ? html`<button class="btn quiet icon" type="button" aria-label="Move this take to another exercise" title="Move this take to another exercise" @click=${() => moveTake(tools, view.take_id)}>${icon("move-up-right")}</button>` : nothing}
    <button class="btn quiet icon" type="button" aria-label="Keys" title="Keys (?)" @click=${keys.open}>${icon("keyboard")}</button>
    ${page ? html`<button class="btn quiet icon" type="button" data-theme-toggle aria-label="Light or dark" title="Light or dark">${icon("moon")}</button>` : nothing}
  </div></header>`;
}

/** Teachers come from the reply, students from their own page. */
const back = (view) => (view.can?.reply ? `?take=${view.take_id}` : location.pathname);

function line(desk) {
  const { view } = desk;
  if (!desk.settings.swap || !view.b) return view.line ?? "";
  return `${desk.a.label} beside ${desk.b.label}`;
}

async function copyLink(desk) {
  desk.putAddress();
  try {
    await navigator.clipboard.writeText(location.href);
    say("Link copied");
  } catch {
    // Without the clipboard (an address without https) the person copies by hand.
    window.prompt("The link to this view:", location.href);
  }
}

export const chooseDialog = (desk, names, choose) => html`<dialog class="dlg" data-choose aria-label="Choose videos">
  <header><h2>What stands beside ${desk.view.a?.label.split(",")[0].toLowerCase() ?? "it"}</h2>
    <button class="btn quiet icon" type="button" aria-label="Close" @click=${(event) => event.target.closest("dialog").close()}>${icon("x")}</button></header>
  <div class="stack tight">${(desk.view.options ?? []).map(
    (option) => html`<label class="check"><input type="radio" name="${names}-choose" .checked=${option.key === desk.view.choice}
      @change=${(event) => {
        event.target.closest("dialog").close();
        choose(option.key);
      }}><span>${option.label}</span></label>`,
  )}</div></dialog>`;
