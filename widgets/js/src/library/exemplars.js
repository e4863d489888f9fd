// Exemplars: takes whose students said yes, played where they stand, compared with one's own.
import { html, nothing, ref } from "../lib/dom.js";
import { url } from "../lib/base.js";
import { clock } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { said } from "../lib/said.js";
import { shownOnce } from "../lib/once.js";

/** Exemplars by exercise, in the order they come. Pure. */
export function byExercise(list) {
  const groups = new Map();
  for (const one of list) {
    if (!groups.has(one.exercise.id)) groups.set(one.exercise.id, { exercise: one.exercise, list: [] });
    groups.get(one.exercise.id).list.push(one);
  }
  return [...groups.values()];
}

/** Whose it is, as far as they want it told. Pure. */
export const whose = (one) => (one.mine ? `You${one.who ? "" : ", without your name"}` : one.who || "A student of the course");

/** What may stand beside an exemplar: comment and marks that were agreed to. */
export const told = (one, go = () => {}) => html`${one.words ? html`<p>${one.words}</p>` : nothing}
  ${one.reply ? html`<blockquote class="stack tight" style="margin:0;padding-inline-start:var(--pk-3);border-inline-start:3px solid var(--pk-line-strong)"><p class="meta">${one.reply.author}${one.reply.start === null ? "" : ` at ${clock(one.reply.start)}`}</p>${said(one.reply, go)}</blockquote>` : nothing}
  ${one.marks?.length ? html`<p class="meta">${one.marks.map((mark) => `${mark.title}: ${mark.name}`).join(" · ")}</p>` : nothing}`;

export class Exemplars {
  constructor(tools) {
    Object.assign(this, { tools, playing: "", show: shownOnce() });
  }

  draw(view, teaches) {
    const groups = byExercise(view.exemplars);
    return html`<section class="sec" aria-labelledby="lb-ex"><header><h2 id="lb-ex">Exemplars</h2></header>
      ${groups.length ? groups.map((group) => html`<h3 style="margin-block:var(--pk-4) var(--pk-2)">${group.exercise.title} <span class="meta">${group.exercise.course}</span></h3>
          <div style="display:grid;gap:var(--pk-5);grid-template-columns:repeat(auto-fill,minmax(min(18rem,100%),1fr))">${group.list.map((one) => this.card(one, view))}</div>`)
        : view.tag ? html`<p class="muted">No exemplar at an exercise with the tag ${view.tag}.</p>` : html`<div class="empty">${icon("video")}<h3>No exemplar yet</h3><p>${teaches
            ? "A take that shows how something can be done. On the reply desk you ask its student; the class sees it from the yes on, for as long as the yes stands."
            : "Your teachers may ask you or others whether a take may be seen by the class. It stands here from a yes on, and you can compare yours with it."}</p></div>`}</section>`;
  }

  card(one, view) {
    const wanted = view.exemplar;
    const asked = one.mine ? null : view.questions.find((each) => each.id === one.id);
    const here = one.id === wanted;
    return html`<article class="card flush" data-exemplar=${one.id} style=${`display:grid;align-content:start${here ? ";border-color:var(--pk-accent)" : ""}`} ${ref((el) => here && this.show(el, wanted))}>
      ${picture(one, this)}
      <div class="stack tight" style="padding:var(--pk-4) var(--pk-5) var(--pk-5)"><h4 style="font-size:var(--pk-text-l)">${whose(one)}</h4>${told(one, (time) => this.seek(one, time))}
        ${asked ? html`<p><a href="?take=${asked.take_id}" data-go>Take ${asked.number} of ${asked.student}</a></p>` : nothing}${compare(one)}</div></article>`;
  }

  /** Play it from a moment a comment names. */
  seek(one, time) {
    this.play(one.id);
    requestAnimationFrame(() => {
      const film = this.tools.el.querySelector(`[data-exemplar="${one.id}"] video`);
      if (film) film.currentTime = time;
    });
  }

  play(id) {
    this.playing = id;
    this.tools.redraw();
  }
}

/** The picture, or the player once it was pressed: one at a time. */
export function picture(one, player) {
  const { video } = one;
  const name = `Exemplar, ${whose(one)}`;
  if (!video.ready) return html`<div class="video" style="border-radius:0;display:grid;place-items:center"><span style="color:var(--pk-stage-ink-2)">${video.problem || "It is being prepared"}</span></div>`;
  if (player.playing === one.id) return html`<div class="video" style="border-radius:0"><video style="inline-size:100%;block-size:100%;object-fit:contain" controls autoplay playsinline src=${url(video.src)} aria-label=${name}></video></div>`;
  return html`<div class="video" style="border-radius:0">${video.poster ? html`<img src=${url(video.poster)} alt="" width="640" height="360" loading="lazy">` : nothing}
    <button class="big" aria-label="Play: ${name}, ${one.exercise.title}" @click=${() => player.play(one.id)}>${icon("play")}</button><span class="cap">${clock(video.seconds)}</span></div>`;
}

/** The way to the compare player; without a take of one's own there is nothing to compare. */
export const compare = (one) => (one.own ? html`<p><a class="btn" href="?take=${one.own}&with=exemplar:${one.id}" data-go>${icon("columns-2")}Compare with mine</a></p>` : nothing);
