// "Last time, here" beside a comparison.
import { html, nothing } from "../lib/dom.js";
import { go } from "../lib/live.js";
import { onOurPage } from "../lib/base.js";
import { bothAt } from "./carry.js";
import { lastItems } from "./last.js";

export function lastTime(desk, tools) {
  const { ledger, take_id: takeId } = desk.view;
  if (!ledger?.last.length) return nothing;
  return html`<section class="card flush" aria-label="Last time, here"><header><h2 style="font-size:var(--pk-text-l)">Last time, here</h2></header>
    ${lastItems({
      tools, ledger, takeId, time: desk.onTake(desk.clock.time),
      here: (item) => desk.goTo(item.at),
      there: (item) => beside(desk, takeId, item),
    })}</section>`;
}

/** Both takes at the comment's moment: here when they stand side by side already, else opened so. */
function beside(desk, takeId, item) {
  if (desk.view.choice === `take:${item.take.id}`) desk.goTo(item.at);
  else if (onOurPage()) go(bothAt(takeId, item));
}
