// A question before something is lost.
import { html, render } from "../lib/dom.js";
import { icon } from "../lib/icons.js";

/**
 * Ask in a dialog; resolves to true or false. The focus returns to where it was.
 * `yes` is a verb, never "OK"; `danger` draws it as one that takes something away. `body` stands
 * in the place of the words where these are more than a sentence.
 */
export function confirm({ title, words = "", body = html`<p class="muted">${words}</p>`, yes, no = "Keep it", danger = true }, where = document.body) {
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = "dlg";
    dialog.setAttribute("aria-labelledby", "pk-confirm");
    const end = (answer) => () => ((dialog.returnValue = answer), dialog.close());
    render(
      html`<header style="padding-block-end:var(--pk-2)"><h2 id="pk-confirm" style="font-size:var(--pk-text-l)">${title}</h2>
          <button class="btn quiet icon" aria-label="Close" @click=${end("")}>${icon("x")}</button></header>
        <div>${body}</div>
        <footer><button class="btn" autofocus @click=${end("")}>${no}</button>
          <button class="btn ${danger ? "danger" : "primary"}" @click=${end("yes")}>${yes}</button></footer>`,
      dialog,
    );
    const back = document.activeElement;
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
      if (back?.isConnected) back.focus();
    });
    where.append(dialog);
    dialog.showModal();
  });
}
