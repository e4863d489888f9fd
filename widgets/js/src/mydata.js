// The student's page "My data": what is held, what was agreed to, taking it back, receipts.
import { avatar } from "./lib/avatar.js";
import { url, widget } from "./lib/base.js";
import { html, nothing } from "./lib/dom.js";
import { count, day, seenBy } from "./lib/format.js";
import { icon } from "./lib/icons.js";
import { onChange } from "./lib/live.js";
import { saveFile } from "./lib/save.js";
import { Consent } from "./mydata/consent.js";
import { Erasing } from "./mydata/erasing.js";
import { Shown } from "./mydata/guests.js";

/** Milliseconds between two looks while something is being removed. */
const OFTEN = 2000;

export default widget("mydata", (tools) => {
  const consent = new Consent(tools);
  const erasing = new Erasing(tools);
  const guests = new Shown(tools);
  const look = () => tools.ask("refresh").catch(() => {});
  tools.onCleanup(onChange(look));
  const timer = setInterval(() => erasing.open(tools.model.get("view")) && !document.hidden && look(), OFTEN);
  tools.onCleanup(() => clearInterval(timer));
  return (view) => html`<div class="head"><div><h1 tabindex="-1">My data</h1><p>What this school holds of you, what you agreed to, and how to take it back.</p></div></div>
    <div class="stack loose">${held(view, erasing)}${shown(view.exemplars, tools)}${guests.draw(view.guests)}${consent.draw(view.consent)}${erasing.receipts(view.receipts)}</div>`;
}, { back: "?view=today" });

/** Takes the class may see, each with the way back. */
function shown(exemplars, tools) {
  const list = exemplars.filter((one) => one.state === "shown");
  if (!list.length) return nothing;
  const title = (one) => `${one.exercise.title}, take ${one.number}`;
  const back = async (one) => {
    if (await tools.attempt(tools.ask("take_back", { exemplar: one.id }))) tools.say(`${title(one)} is not shown any more.`);
    tools.focus("#md-shown button, h1");
  };
  return html`<section class="card" id="md-shown" aria-labelledby="md-shown-h"><h2 id="md-shown-h" style="font-size:var(--pk-text-l)">What the class sees of you</h2>
    <ul class="entries">${list.map((one) => html`<li class="row wrap" style="padding-block:var(--pk-2)"><span>${title(one)}${one.part ? ", a part" : ""}<br><span class="meta">${one.named ? "with your name" : "without your name"}, because you said yes</span></span><button class="btn sm push" aria-label="Take it back: ${title(one)}" @click=${() => back(one)}>${icon("undo-2")}Take it back</button></li>`)}</ul></section>`;
}

const held = ({ holds, exemplars }, erasing) => html`<section class="card flush" aria-labelledby="md-held"><header><h2 id="md-held" style="font-size:var(--pk-text-l)">What is held</h2></header>
  <div class="stack tight" style="padding:0 min(var(--pk-gutter), var(--pk-5)) var(--pk-4)">
    <p>${holds.name}, ${holds.email}, since ${day(holds.since)}${holds.courses.length ? `, in ${holds.courses.join(", ")}` : ""}.</p>
    <dl class="row wrap" id="md-ways" style="gap:.25rem var(--pk-4);margin:0">${holds.picture ? avatar({ initials: "", picture: holds.picture }) : nothing}${holds.ways.map(([what, how]) => html`<div class="row" style="gap:.375rem"><dt class="muted">${what}:</dt><dd style="margin:0">${how}</dd></div>`)}</dl>
    <p class="row wrap" style="gap:var(--pk-2)">${holds.picture ? html`<a class="btn sm" href=${url(holds.picture)} download="picture.webp">${icon("download")}Download my picture</a>` : nothing}
      <button class="btn sm" id="md-json" @click=${() => saveFile("my-data.json", JSON.stringify(holds, null, 2), "application/json")}>${icon("download")}This list as JSON</button>
      <a class="btn sm quiet" href=${url("profile")}>${icon("settings")}Change it in your profile</a></p>
    ${holds.room ? html`<p class="note wait" id="md-room" style="margin:0">${icon("info")}<span>${holds.room.words} of your room are used. Take back what you no longer need before you send more.</span></p>` : nothing}
    <p class="muted">${holds.takes.length
      ? `${count(holds.takes.length, "video")} (${holds.size}) and ${count(holds.comments, "comment")} on them. Your teachers see what you submitted; nobody else in the class does${exemplars.some((one) => one.state === "shown") ? ", but for what you let them see below" : ""}.`
      : "No video yet."}${holds.thrown ? ` ${count(holds.thrown, "draft")} you threw away ${holds.thrown === 1 ? "is" : "are"} still kept; nobody sees ${holds.thrown === 1 ? "it" : "them"}.` : ""}</p></div>
  ${holds.takes.length ? html`<ul class="entries" id="md-takes" aria-label="Your videos" style="padding:0 min(var(--pk-gutter), var(--pk-5))">${holds.takes.map((one) => take(one, erasing))}</ul>` : nothing}
  ${holds.takes.length || holds.thrown ? html`<p style="padding:var(--pk-4) min(var(--pk-gutter), var(--pk-5)) var(--pk-5)"><button class="btn" id="md-all" @click=${() => erasing.ask("")}>${icon("trash-2")}Take back all my videos</button>
    ${holds.takes.some((one) => one.download) ? html` <a class="btn" id="md-zip" href=${url("download/videos.zip")} download>${icon("download")}Download all, ${holds.size}</a>` : nothing}</p>` : nothing}</section>`;

const take = (one, erasing) => html`<li class="row" style="padding-block:var(--pk-2)"><div style="min-inline-size:0"><p class="row wrap strong" style="gap:0 var(--pk-2)">${one.title}${one.draft ? html`<span class="badge">${icon("circle-dashed")}Draft</span>` : nothing}</p>
    <p class="meta">${[day(one.at), one.bytes ? one.size : "no video", count(one.comments, "comment")].join(" · ")}</p>${one.removed ? html`<p class="meta">${one.removed}</p>` : nothing}${one.seen?.length ? html`<p class="meta">${seenBy(one.seen)}</p>` : nothing}</div>
  <span class="row push" style="gap:0">${one.download ? html`<a class="btn quiet icon" href=${url(one.download)} download aria-label="Download ${one.title}" title="Download">${icon("download")}</a>` : nothing}
    <button class="btn quiet icon" aria-label="Take back ${one.title}" title="Take back" @click=${() => erasing.ask(one.id)}>${icon("trash-2")}</button></span></li>`;
