// The page "Exercises": what to practise, with the reference to listen to.
import { html, nothing, ref, unsafeHTML } from "../lib/dom.js";
import { clock, count, day } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { url } from "../lib/base.js";
import { shownOnce } from "../lib/once.js";
import { exemplarsAt } from "./exemplars.js";

export class Exercises {
  constructor(tools) {
    Object.assign(this, { tools, playing: "", show: shownOnce() });
  }

  draw(view) {
    const words = view.exercises.length ? "Listen to the reference, then film yourself." : "";
    return html`<div class="head"><div><h1 tabindex="-1">Exercises</h1><p>${words}</p></div></div>
      ${view.exercises.length
        ? html`<div style="display:grid;gap:var(--pk-5);grid-template-columns:repeat(auto-fill,minmax(min(20rem,100%),1fr))">${view.exercises.map((one) => this.card(one, view))}</div>`
        : html`<div class="empty">${icon("music")}<h3>No exercise yet</h3><p>Your teacher adds exercises to your course; they appear here by themselves.</p></div>`}`;
  }

  card(one, view) {
    const wanted = view.exercise_id;
    const here = one.id === wanted;
    return html`<article class="card flush" style=${`display:grid;align-content:start${here ? ";border-color:var(--pk-accent)" : ""}`} ${ref((el) => here && this.show(el, wanted))}>
      ${this.picture(one)}
      <div class="stack tight" style="padding:var(--pk-4) var(--pk-5) var(--pk-5)">
        <p class="meta">${[one.course, one.category, ...one.tags.map((tag) => `#${tag}`)].filter(Boolean).join(" · ")}</p>
        <h2 style="font-size:var(--pk-text-l)">${one.title}</h2>
        ${one.instructions ? html`<div class="said muted">${unsafeHTML(one.instructions)}</div>` : nothing}
        <p class="meta">${[one.due ? `Due ${day(one.due)}` : "No date", one.takes ? count(one.takes, "take") : "no take yet", one.reference ? `reference ${clock(one.reference.seconds)}${one.reference_by ? ` by ${one.reference_by}` : ""}` : ""].filter(Boolean).join(" · ")}</p>
        <div class="row wrap" style="margin-block-start:var(--pk-2)"><a class="btn soft" href="?view=today&exercise=${one.id}" data-go>${icon("upload")}Upload a take</a>
          ${one.newest ? html`<a class="btn" href="?take=${one.newest}${one.reference ? "&with=reference" : ""}" data-go>${icon("columns-2")}Compare</a>` : nothing}</div>${exemplarsAt(view, one.id)}
      </div></article>`;
  }

  picture(one) {
    const video = one.reference;
    if (!video?.ready)
      return html`<div class="video" style="border-radius:0;display:grid;place-items:center"><span style="color:var(--pk-stage-ink-2)">${video ? "The reference is being prepared" : "No reference yet"}</span></div>`;
    if (this.playing === one.id)
      return html`<div class="video" style="border-radius:0"><video style="inline-size:100%;block-size:100%;object-fit:contain" controls autoplay playsinline src=${url(video.src)} aria-label="Reference of ${one.title}"></video></div>`;
    return html`<div class="video" style="border-radius:0">${video.poster ? html`<img src=${url(video.poster)} alt="" width="640" height="360" loading="lazy">` : nothing}
      <button class="big" aria-label="Play the reference of ${one.title}" @click=${() => ((this.playing = one.id), this.tools.redraw())}>${icon("play")}</button>
      <span class="cap">${clock(video.seconds)}</span></div>`;
  }
}
