// Exemplars of an exercise on its card: small pictures that lead to the comparison or the library.
import { html, nothing } from "../lib/dom.js";
import { url } from "../lib/base.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { whose } from "../library/exemplars.js";

/** Where an exemplar opens: beside one's own take, else by itself. Pure. */
export const placeOf = (one) => (one.own ? `?take=${one.own}&with=exemplar:${one.id}` : `?view=library&exemplar=${one.id}`);

export function exemplarsAt(view, exercise) {
  const list = (view.exemplars ?? []).filter((one) => one.exercise.id === exercise);
  if (!list.length) return nothing;
  return html`<div class="stack tight" style="margin-block-start:var(--pk-2)"><h3 style="font-size:var(--pk-text-m)">${count(list.length, "exemplar")}</h3><ul class="row wrap" style="list-style:none;padding:0;align-items:start">${list.map((one) => html`<li style="inline-size:7.5rem"><a href=${placeOf(one)} data-go style="color:inherit;text-decoration:none"><span class="video" style="display:grid;place-items:center;color:var(--pk-stage-ink)" aria-hidden="true">${one.video.poster ? html`<img src=${url(one.video.poster)} alt="" width="640" height="360" loading="lazy">` : icon("video")}</span>
    <span class="meta" style="overflow-wrap:anywhere">${whose(one)}<span class="vh">, ${one.own ? "compare with yours" : "watch it"}</span></span></a></li>`)}</ul></div>`;
}

/** On "Today": a teacher waits for a yes or a no. */
export const askedNote = (view) => view.asked?.length
  ? html`<div class="note" style="margin-block-end:var(--pk-4)">${icon("users")}<div>${view.asked.length === 1 ? `${view.asked[0].asked_by} asks whether the class may see ${view.asked[0].title}.` : `You are asked about ${view.asked.length} of your takes.`} <a href="?view=library" data-go>Answer in the library</a></div></div>`
  : nothing;
