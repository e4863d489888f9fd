// A dialog that is drawn anew as one types in it.
import { html, render } from "../lib/dom.js";
import { icon } from "../lib/icons.js";

/** A dialog that draws itself anew; the focus returns to where it was. */
export function open(title, draw, where) {
  const dialog = document.createElement("dialog");
  dialog.className = "dlg";
  dialog.setAttribute("aria-label", title);
  const back = document.activeElement;
  const close = () => dialog.close();
  const redraw = () => render(html`<header><h2 style="font-size:var(--pk-text-l)">${title}</h2><button class="btn quiet icon" type="button" aria-label="Close" @click=${close}>${icon("x")}</button></header>${draw({ close, redraw })}`, dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (back?.isConnected) back.focus();
  });
  redraw();
  where.append(dialog);
  dialog.showModal();
  return redraw;
}
