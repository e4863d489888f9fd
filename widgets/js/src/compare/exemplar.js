// What was agreed to be said of an exemplar that stands beside the take.
import { html, nothing } from "../lib/dom.js";
import { note } from "../lib/base.js";
import { told } from "../library/exemplars.js";

export function exemplarCard(desk) {
  const { view } = desk;
  if (view.gone) return note("", view.gone);
  const one = view.b?.told;
  if (!one || !(one.words || one.reply || one.marks.length)) return nothing;
  return html`<section class="card stack tight" style="padding:var(--pk-4)" aria-label="About the exemplar"><h2 style="font-size:var(--pk-text-l)">About the exemplar</h2>${told(one, (time) => desk.clock.seek(desk.clock.map?.toA?.(time) ?? time))}</section>`;
}
