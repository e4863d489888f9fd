// Takes that wait: one large, the others in a list.
import { html, nothing } from "../lib/dom.js";
import { avatar } from "../lib/avatar.js";
import { url } from "../lib/base.js";
import { MONTHS, onClock, WEEKDAYS } from "../lib/calendar.js";
import { clock } from "../lib/format.js";
import { icon } from "../lib/icons.js";

/** "due Fri 27" this month, "due Tue 1 Dec" later, "due was 3 Nov" when it is past. */
export function dueWords(iso, now = new Date(), zone = undefined) {
  if (!iso) return "no date";
  const date = new Date(iso);
  const { day, month, weekday } = onClock(date, zone);
  const dayMonth = `${day} ${MONTHS[month]}`;
  if (date < now) return `was due ${dayMonth}`;
  const near = date.getTime() - now.getTime() < 7 * 864e5;
  return `due ${WEEKDAYS[weekday]} ${near ? day : dayMonth}`;
}

/** Late after three days, to be watched from one day on. */
export function waitKind(take, now = new Date()) {
  if (take.late) return "is-bad";
  return now - new Date(take.submitted ?? take.created) >= 864e5 ? "is-wait" : "";
}

const picture = (take, words) => html`<img src=${url(take.video?.poster)} alt=${words} width="640" height="360" loading="lazy"
  @error=${(event) => (event.target.style.visibility = "hidden")}>`;

/** Why a video could not be prepared, and another try where that may help. */
const failed = (take, retry) =>
  take.video?.step === "failed"
    ? html`<div class="note bad" style="margin-block-start:.375rem">${icon("triangle-alert")}<div>${take.video.problem}
        ${take.video.retry ? html`<p style="margin-block-start:.375rem"><button class="btn sm" type="button" @click=${() => retry(take)}>${icon("rotate-ccw")}Try again</button></p>` : nothing}</div></div>`
    : nothing;

/** What a press does: a blind rating is no reply, and says so. */
const pressHere = ({ take, draft, rating }) => {
  if (rating) return draft ? "Go on with the rating" : "Rate this take";
  return draft ? "Go on with the reply" : `Reply to take ${take.number}`;
};

/** The take a teacher is most likely to answer now, and the way to the others. */
export function upNext(item, at, total, go, retry) {
  const { take } = item;
  const kind = waitKind(take);
  return html`<article class="card upnext" aria-label="Up next">
    <a class="video" href="?take=${take.id}" data-go tabindex="-1" aria-hidden="true">${take.video?.poster ? picture(take, "") : nothing}
      ${take.video?.seconds ? html`<span class="cap">${clock(take.video.seconds)}</span>` : nothing}${item.rating ? nothing : html`<span class="cap r">take ${take.number}</span>`}</a>
    <div class="stack tight"><p class="row wrap"><span class="badge ${kind}">${icon(kind === "is-bad" ? "triangle-alert" : "clock")}Waiting ${take.age}${take.late ? ", late" : ""}</span>
      <span class="meta num">${at + 1} of ${total}</span></p>
    <div class="row">${item.rating ? nothing : avatar(take.student)}<h3>${take.student.name}, ${take.exercise.title}</h3></div><p class="muted">${take.note ? html`“${take.note}”` : item.line}</p>
    ${failed(take, retry)}
    <p class="acts" style="margin-block-start:.375rem"><a class="btn primary" href="?take=${take.id}" data-go>${pressHere(item)}${icon("arrow-right")}</a>
    ${total > 1 ? html`<span class="row push"><button class="btn icon" aria-label="Previous in the queue" ?disabled=${at === 0} @click=${() => go(at - 1)}>${icon("chevron-left")}</button>
      <button class="btn icon" aria-label="Next in the queue" ?disabled=${at === total - 1} @click=${() => go(at + 1)}>${icon("chevron-right")}</button></span>` : nothing}</p></div></article>`;
}

export function listItem({ take, due, draft, rating }) {
  const kind = waitKind(take);
  return html`<a class="q" href="?take=${take.id}" data-go><span class="video thumb" style="inline-size:5rem">${take.video?.poster ? picture(take, "") : nothing}</span>
    <span class="what"><span class="row">${rating ? nothing : avatar(take.student, "sm")}<span class="strong">${take.student.name}</span></span><span class="meta">${take.exercise.title}${rating ? "" : ` · take ${take.number}`}${take.video?.step === "failed" ? " · video failed" : ""}</span></span>
    <span class="when"><span class="badge ${kind}">${icon(draft ? "pencil" : kind === "is-bad" ? "triangle-alert" : "clock")}<span class="vh">waiting </span>${take.age}</span>
    <span class="meta">${draft ? (rating ? "begun" : "draft reply") : rating ? "marks only" : dueWords(due)}</span></span></a>`;
}
