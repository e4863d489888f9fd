// "New for you": the newest reply, opened at the first moment it speaks of.
import { html, nothing, ref } from "../lib/dom.js";
import { clock, count, when } from "../lib/format.js";
import { icon, mark, markName } from "../lib/icons.js";
import { avatar } from "../lib/avatar.js";
import { url } from "../lib/base.js";
import { cluster } from "../player/marks.js";
import { waveform } from "../lib/wave.js";

const WIDTH = 440; // pixels of the mark row on a desk; only decides which marks melt together

/** Where a take opens: "?take=ID&t=26.2". */
export const at = (take, seconds) =>
  `?take=${take.id}${seconds === null || seconds === undefined ? "" : `&t=${Number(seconds.toFixed(2))}`}`;

const timed = (items) => items.filter((item) => item.start !== null);

function picture(row, start, tools) {
  const { video } = row.take;
  const still = start === null || !tools.atRest ? nothing : html`<video muted playsinline preload="metadata" tabindex="-1" aria-hidden="true"
    src="${url(video.src)}#t=${start}" style="position:absolute;inset:0;inline-size:100%;block-size:100%;object-fit:contain;opacity:0"
    ${ref((el) => el && (el.onloadeddata = () => (el.style.opacity = 1)))}></video>`;
  const label = start === null ? `Watch the reply to take ${row.take.number}` : `Watch the reply from ${clock(start)}`;
  const length = clock(video.seconds);
  return html`<div class="video">
    ${video.poster ? html`<img src=${url(video.poster)} alt="Your take ${row.take.number}" width="640" height="360">` : nothing}
    ${video.src ? still : nothing}
    <a class="big" href=${at(row.take, start)} data-go aria-label=${label}>${icon("play")}</a>
    <span class="cap">${start === null ? length : `${clock(start)} of ${length}`}</span></div>`;
}

function marks(row) {
  const { take, items } = row;
  const total = take.video.seconds || 1;
  const points = timed(items).map((item) => ({ at: item.start, item }));
  return cluster(points, WIDTH, total).map(({ at: place, members }) => {
    const left = `inset-inline-start:${Math.min(100, (place / total) * 100)}%`;
    const times = members.map((one) => clock(one.at)).join(" and ");
    const [first] = members;
    if (members.length > 1)
      return html`<a class="mark more" style=${left} href=${at(take, first.at)} data-go aria-label="${members.length} comments, ${times}"><b>${members.length}</b></a>`;
    return html`<a class="mark" style=${left} href=${at(take, first.at)} data-go aria-label="${markName(first.item.kind)}, ${times}">${mark(first.item.kind)}</a>`;
  });
}

const said = (item) =>
  (item.plain ?? item.text) || item.tag?.name || (item.drawing ? "A drawing on your video" : item.video ? "A video for you" : item.clip ? "A clip of this moment" : "A mark without words");

function lead(row) {
  if (row.lead) return row.lead;
  if (row.marks && !row.count) return count(row.marks, "mark");
  return row.fix ? `${count(row.fix, "thing")} to fix` : count(row.count, "comment");
}

/** One new reply, large; `tools` redraws when the waveform has arrived. */
export function hero(row, tools, main = true) {
  const first = timed(row.items)[0]?.start ?? null;
  const { take } = row;
  return html`<article class="card flush hero">
    <div class="pic stage">${picture(row, first, tools)}
      ${take.video.wave || timed(row.items).length ? html`<div class="tl"><div class="marks" style="block-size:1.75rem">${marks(row)}</div>
        ${take.video.wave ? waveform(take.video, first ?? 0, tools.redraw) : nothing}</div>` : nothing}</div>
    <div class="body">
      <div class="from">${avatar(row.teacher)}<p class="meta">${row.teacher.name} replied ${when(row.released)}</p></div>
      <div><h2>${take.exercise.title}</h2><p class="muted">Take ${take.number}. ${lead(row)}</p></div>
      <div class="three">${row.items.map((item) => html`<a href=${at(take, item.start)} data-go>${mark(item.kind)}
        ${item.start === null ? html`<span class="vh">${markName(item.kind)}</span>` : html`<span class="at"><span class="vh">${markName(item.kind)}, </span>${clock(item.start)}</span>`}<span>${said(item)}</span></a>`)}
        ${row.count > row.items.length ? html`<p class="meta">and ${row.count - row.items.length} more</p>` : nothing}</div>
      <div class="row wrap"><a class="btn ${main ? "primary" : ""}" href=${at(take, first)} data-go>${icon("play")}${first === null ? "Open the reply" : `Watch from ${clock(first)}`}</a>
        <a class="btn" href="?take=${take.id}&with=reference" data-go>${icon("columns-2")}Compare</a></div>
    </div></article>`;
}
