// The upload card by itself, for a notebook's cell.
import { html, nothing } from "./lib/dom.js";
import { widget } from "./lib/base.js";
import { Drafts } from "./student/drafts.js";
import { keepFresh, preparing } from "./student/poll.js";
import { UploadPanel } from "./upload/panel.js";

function setup(tools) {
  const drafts = new Drafts(tools);
  const panel = new UploadPanel(tools, { primary: (view) => !view.drafts.some((take) => take.video.state === "ready") });
  keepFresh(tools, (view) => preparing(view) || panel.busy(view));
  return (view) => html`<section class="card" style="max-inline-size:32rem" aria-labelledby="${panel.uid}-h">
    <header><h2 id="${panel.uid}-h" style="font-size:var(--pk-text-l)">Upload a take</h2></header>
    <div class="stack">${panel.draw(view)}${view.drafts.length ? html`<hr style="margin:0">${drafts.draw(view, true)}` : nothing}</div></section>`;
}

export default widget("upload", setup);
