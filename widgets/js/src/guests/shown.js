// On a student's own take: that it is shown to a guest at this moment, and where to end that.
import { html, nothing } from "../lib/dom.js";
import { onOurPage } from "../lib/base.js";
import { day } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { whom } from "./rows.js";

/** The line above the comments; nothing for staff, whose desk says more, and where nobody looks on. */
export function shownTo(view) {
  if (!view.guests?.length || !view.can?.upload) return nothing;
  const until = view.guests.map((one) => one.until).sort().at(-1);
  return html`<p class="note" data-shown>${icon("eye")}<span>Shown to ${view.guests.map(whom).join(", ")} until ${day(until)}.${onOurPage() ? html` <a data-go href="?view=data">End it on My data</a>` : nothing}</span></p>`;
}
