// All videos of a course as one file: how much that is stands before the download.
import { html, nothing, render } from "../lib/dom.js";
import { url } from "../lib/base.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";

/** Ask how much it is, say it, and offer the download. */
export async function offerBundle(tools, course) {
  const found = await tools.attempt(tools.ask("weigh", { course: course.id }));
  if (!found) return;
  const dialog = document.createElement("dialog");
  dialog.className = "dlg";
  dialog.setAttribute("aria-labelledby", "pk-zip-h");
  const back = document.activeElement;
  const shut = () => dialog.close();
  render(html`<header><h2 id="pk-zip-h" style="font-size:var(--pk-text-l)">Videos of ${course.title}</h2>
      <button class="btn quiet icon" type="button" aria-label="Close" @click=${shut}>${icon("x")}</button></header>
    <div class="stack tight">${found.videos
      ? html`<p class="strong">${found.size}, ${count(found.videos, "video")} of ${count(found.students, "student")}</p><p class="muted">One zip with each take as it was sent. It begins at once and takes as long as your connection needs.</p>
        <ul class="muted" style="padding-inline-start:1.25rem">${found.left_out.map((line) => html`<li>${line}</li>`)}</ul>`
      : html`<p>There is no video to download here yet.</p>`}</div>
    <footer><button class="btn" type="button" @click=${shut}>Not now</button>
      ${found.videos ? html`<a class="btn primary" href=${url(found.address)} download @click=${shut}>${icon("download")}Download ${found.size}</a>` : nothing}</footer>`, dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (back?.isConnected) back.focus();
  });
  (tools.el.parentElement ?? document.body).append(dialog);
  dialog.showModal();
}
