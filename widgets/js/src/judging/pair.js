// A pair: two videos beside each other without names, and which is better.
import { html, nothing } from "../lib/dom.js";
import { onOurPage } from "../lib/base.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { keysDialog } from "../player/help.js";
import { spanOf } from "../player/paint.js";
import { picture, ratioOf } from "../player/stage.js";
import { axis, track } from "../player/timeline.js";
import { clockLine, playGroup, speed, tool, whyStill } from "../player/transport.js";

const SAID = { left: "A is better", right: "B is better", skip: "Not judged" };

/** How far the judging is, from 0 to 100. Pure. */
export const shareOf = ({ said, wanted }) => (wanted > 0 ? Math.min(100, Math.round((said / wanted) * 100)) : 0);

/** Tells Python, once a pair: a second press while the first is on its way is none. */
export class Choosing {
  constructor(tools) {
    this.tools = tools;
    this.busy = "";
  }

  /** A pair is chosen when somebody comes to judge, never by looking alone. */
  async bring() {
    if (this.bringing) return;
    this.bringing = true;
    await this.tools.attempt(this.tools.ask("next"));
    this.bringing = false;
  }

  async say(better) {
    const { pair } = this.tools.model.get("view") ?? {};
    if (!pair || this.busy === pair.id) return;
    this.busy = pair.id;
    this.tools.redraw();
    const done = await this.tools.attempt(this.tools.ask("judge", { pair: pair.id, better }));
    if (done === undefined) this.busy = "";
    else this.tools.say(`${SAID[better]}. The next pair.`);
    this.tools.redraw();
  }
}

export function pairPage({ view, viewer, choosing, keys, width }) {
  const { judging, pair } = view;
  return html`${bar(judging, keys)}<div class="wrap-page desk pairs">${pair ? desk({ view, viewer, choosing, width }) : view.more ? html`<span class="skel" style="block-size:24rem"></span>` : done(view)}</div>
    ${keysDialog(keys)}`;
}

const bar = (judging, keys) => html`<header class="deskbar" role=${onOurPage() ? nothing : "group"} aria-label=${onOurPage() ? nothing : "What is judged"}><div class="wrap-page">
  ${onOurPage() ? html`<a class="btn quiet icon" href="?view=judging" data-go aria-label="Back to judging" title="Back to judging">${icon("chevron-left")}</a>` : nothing}
  <div class="who"><h1 tabindex="-1">${judging.question}</h1><p class="meta">${judging.exercise} · ${judging.said} of ${judging.wanted} judged, ${judging.mine} by you</p></div>
  <div class="bar only-wide" style="inline-size:10rem" role="progressbar" aria-label="Judged so far" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${shareOf(judging)}><i style="inline-size:${shareOf(judging)}%"></i></div>
  <button class="btn quiet icon only-wide" type="button" aria-label="Keys" title="Keys (?)" @click=${keys.open}>${icon("keyboard")}</button></div></header>`;

const done = ({ line }) => html`<div class="empty">${icon("circle-check")}<h2 style="font-size:var(--pk-text-l)">Nothing to judge</h2><p>${line}</p>
  <a class="btn" href="?view=judging" data-go>Back to judging</a></div>`;

function desk({ view, viewer, choosing, width }) {
  const { pair } = view;
  const busy = choosing.busy === pair.id;
  const choose = (better, words, cls) => html`<button class="btn ${cls}" type="button" data-better=${better} ?disabled=${busy} @click=${() => choosing.say(better)}>${words}</button>`;
  return html`${stage(viewer, width)}
    <div><div class="row wrap choose">${choose("left", html`<span class="ab a">A</span>A is better`, "primary")}${choose("skip", "Cannot tell", "quiet")}${choose("right", html`<span class="ab b">B</span>B is better`, "primary")}</div>
    <p class="meta" style="text-align:center">Who plays is hidden, and the same two never come again. “Cannot tell” counts as not judged.</p></div>`;
}

function stage(viewer, width) {
  const { clock } = viewer;
  const span = spanOf(clock) || Math.max(viewer.videos.a.seconds, viewer.videos.b?.seconds ?? 0);
  return html`<section class="stage bleed" aria-label="Both videos" data-stage>
    <div class="panes" data-view="side">${pane(viewer, "a")}${pane(viewer, "b")}</div>
    <div class="transport"><div class="grp">${playGroup(clock, viewer.who === "both" ? "both" : viewer.who.toUpperCase())}</div>${clockLine(clock, whyStill(clock))}
      <fieldset class="seg"><legend>Play</legend>${[["both", "Both"], ["a", "Only A"], ["b", "Only B"]].map(([key, words]) => html`<label><input type="radio" name="pk-who" .checked=${viewer.who === key} @change=${() => viewer.setWho(key)}><span class="o">${words}</span></label>`)}</fieldset>
      <div class="grp push">${speed(clock)}</div></div>
    <div class="tl" data-line style="padding:0 var(--pk-4) var(--pk-3)">${track({
      clock, label: "Time in the videos", toTime: (share) => share * span,
      content: html`<div style="block-size:1.5rem;display:grid;align-items:center"><div style="block-size:.25rem;border-radius:2px;background:var(--pk-line-strong)"></div></div><div class="head-line" data-head="a"></div>`,
    })}${axis(span, width)}</div></section>`;
}

function pane(viewer, letter) {
  const video = viewer.videos[letter];
  const heard = viewer.sound === letter && (viewer.who === "both" || viewer.who === letter);
  const off = viewer.who !== "both" && viewer.who !== letter;
  const ratio = Math.max(ratioOf(viewer.videos.a, viewer.elements.a), ratioOf(viewer.videos.b, viewer.elements.b));
  return html`<div class="pane ${letter}" style=${off ? "opacity:.45" : ""}><header><span class="ab ${letter}">${letter.toUpperCase()}</span><span class="t vh">Video ${letter.toUpperCase()}</span>
    ${video.sound === false || !video.ready || off ? nothing
      : html`<button class="btn sm push" type="button" aria-pressed=${heard} aria-label="Sound of ${letter.toUpperCase()}" @click=${() => viewer.setSound(heard ? "none" : letter)}>${icon(heard ? "volume-2" : "volume-x")}<span>Sound</span></button>`}</header>
    ${picture({ video, element: viewer.elements[letter], ratio, high: "52vh" })}</div>`;
}

export const line = (judging) => `${count(judging.takes, "take")}, ${judging.said} of ${judging.wanted} judged by ${count(judging.judges, "judge")}`;
