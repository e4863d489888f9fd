// The teacher's desk: one take, what is said about it, and the next one.
import { html, nothing } from "./lib/dom.js";
import { onOurPage, widget } from "./lib/base.js";
import { icon } from "./lib/icons.js";
import { keysDialog, listen } from "./player/help.js";
import { keyHint } from "./player/keyring.js";
import { takePage } from "./player/page.js";
import { history } from "./player/history.js";
import { painter } from "./player/paint.js";
import { shuttleKeys } from "./player/shuttle.js";
import { neverThere } from "./player/stage.js";
import { compose } from "./reply/compose.js";
import { ReplyDesk } from "./reply/desk.js";
import { guests } from "./guests/card.js";
import { judgedAt, verdictKeys } from "./ledger/last.js";
import { moments } from "./ledger/moments.js";
import { last, timeUnder } from "./reply/last.js";
import { list } from "./reply/list.js";
import { rubric } from "./reply/rubric.js";
import { full, stage } from "./reply/stage.js";
import { bankDialog } from "./reply/bank.js";
import { keepTake } from "./shelf/keep.js";
import { tagsDialog } from "./reply/tags.js";
import { watchInk } from "./lib/ink.js";
import { moveTake } from "./moving/dialog.js";
import { keepFresh } from "./student/poll.js";

let number = 0;

function setup(tools) {
  const names = `pk-reply-${(number += 1)}`;
  const desk = new ReplyDesk(tools);
  const paint = painter(tools.el, desk.clock, (time) => desk.passes(time));
  const keys = listen(tools.el, doings(desk, tools), { changed: tools.redraw, words: { sound: "sound on, off" }, shown: ["save", "leave"] });
  keepFresh(tools, (view) => desk.unsettled || view.ledger?.waiting || view.moments?.state === "waiting");
  const slow = setInterval(() => watch(desk, tools), 500);
  const leaving = () => desk.composer.keep();
  window.addEventListener("pagehide", leaving);
  const giveBack = takePage();
  const unwatch = watchInk(tools.el, timeUnder(desk));
  const width = watchWidth(tools, desk);
  tools.onCleanup(() => {
    window.removeEventListener("pagehide", leaving);
    clearInterval(slow);
    giveBack();
    unwatch();
    width.disconnect();
    paint.stop();
    keys.stop();
    desk.close();
  });
  return (view) => {
    desk.show(view);
    queueMicrotask(() => paint.paint());
    return page({ desk, view, names, keys, tools, width: desk.width ?? 700 });
  };
}

const page = (parts) => html`${deskbar(parts)}
  <div class="wrap-page desk reply"><div>${stage(parts)}${compose(parts)}${moments(parts)}${rubric(parts)}</div>
    <div>${history(parts.view.take)}${note(parts)}${last(parts)}${list(parts)}${keepTake(parts)}${guests(parts)}</div>
    <div class="actionbar"><span class="meta row" style="flex:1">${kept(parts.desk)}</span>${releaseButton(parts)}</div></div>
  ${keysDialog(parts.keys)}${bankDialog(parts)}${tagsDialog(parts)}`;

const STATE = { waiting: "waiting", late: "waiting", replied: "replied", seen: "reply seen", draft: "draft", imported: "imported" };

function deskbar({ desk, view, keys, tools }) {
  const { take, position } = view;
  const line = [`Take ${take.number}`, `${STATE[take.status] ?? take.status} ${take.age}`.replace(/^(reply seen|replied|draft|imported) .*/, "$1")];
  if (position.index) line.push(`${position.index} of ${position.total}`);
  const move = take.history ? nothing : html`<button class="btn quiet icon" type="button" aria-label="Move this take to another exercise" title="Move this take to another exercise" @click=${() => moveTake(tools, take.id)}>${icon("move-up-right")}</button>`;
  return html`<header class="deskbar" role=${onOurPage() ? nothing : "group"} aria-label=${onOurPage() ? nothing : "What is answered"}><div class="wrap-page">
    ${onOurPage() ? html`<a class="btn quiet icon" href=${location.pathname} data-go aria-label="Back to the queue" title="Back to the queue">${icon("chevron-left")}</a>` : nothing}
    <div class="who"><h1 tabindex="-1">${take.student.name}, ${take.exercise.title}</h1><p class="meta">${line.join(" · ")}</p></div>
    <span class="meta only-wide saved" style="align-items:center;gap:.375rem">${kept(desk)}</span>
    ${step(desk, "Previous in the queue", "chevron-left", position.previous, "only-wide", keyHint("previous"))}${step(desk, "Next in the queue", "chevron-right", position.next, "", keyHint("next"))}
    ${onOurPage() && !neverThere(take.video) ? html`<a class="btn quiet icon only-wide saved" data-go href="?take=${take.id}&with=" aria-label="Compare this take" title="Compare this take">${icon("columns-2")}</a>` : nothing}
    ${move}<button class="btn quiet icon only-wide" type="button" aria-label="Keys" title="Keys (?)" @click=${keys.open}>${icon("keyboard")}</button>
    ${releaseButton({ desk, view }, "only-wide")}</div></header>`;
}

const step = (desk, label, picture, id, cls, key) => html`<button class="btn icon ${cls}" type="button" aria-label=${label} title="${label}${key}"
  ?disabled=${!id} @click=${() => desk.openTake(id)}>${icon(picture)}</button>`;

const releaseButton = ({ desk }, cls = "") => html`<button class="btn primary ${cls}" type="button" data-release
  aria-disabled=${desk.releasing ? "true" : nothing} @click=${() => desk.release()}>${icon("send")}Release reply</button>`;

const kept = (desk) => {
  const line = desk.composer.keptLine;
  if (!line) return nothing;
  return html`${icon(desk.composer.trouble ? "triangle-alert" : "check")}${line}`;
};

const note = ({ view }) =>
  view.take.note
    ? html`<section class="card o3" style="padding:var(--pk-4)" aria-label="The student's note"><h2 style="font-size:var(--pk-text-l)">What ${view.take.student.name.split(" ")[0]} wrote</h2>
        <p style="margin-block-start:var(--pk-1);white-space:pre-line">${view.take.note}</p></section>`
    : nothing;

function doings(desk, tools) {
  const { clock, composer } = desk;
  return {
    toggle: () => clock.toggle(),
    comment: () => desk.comment(),
    draw: () => desk.drawer.toggle(),
    tag: (event) => desk.tagByNumber(Number(event.key)),
    ...verdictKeys(tools, () => judgedAt(desk.view.ledger, clock.time)),
    rangeIn: () => composer.rangeIn(), rangeOut: () => composer.rangeOut(),
    back10: () => clock.by(-10), on10: () => clock.by(10),
    back5: () => clock.by(-5), on5: () => clock.by(5),
    back1: () => clock.by(-1), on1: () => clock.by(1),
    frameBack: () => clock.step(-1), frameOn: () => clock.step(1),
    slower: () => clock.shift(-1), faster: () => clock.shift(1),
    ...shuttleKeys(clock),
    loopStart: () => clock.setLoop({ start: clock.time, end: clock.loop && clock.loop.end > clock.time ? clock.loop.end : clock.duration }),
    loopEnd: () => clock.setLoop({ start: clock.loop && clock.loop.start < clock.time ? clock.loop.start : 0, end: clock.time }),
    loopOff: () => clock.setLoop(null),
    captions: () => desk.captioned && desk.toggleCaptions(),
    sound: () => clock.setSound(clock.sound === "none" ? "a" : "none"),
    full: () => full(tools.el.querySelector("[data-stage] .canvas")),
    next: () => desk.view.position.next && desk.openTake(desk.view.position.next),
    previous: () => desk.view.position.previous && desk.openTake(desk.view.position.previous),
  };
}

function watchWidth(tools, desk) {
  const seen = new ResizeObserver(() => {
    const line = tools.el.querySelector("[data-line] .marks");
    const width = Math.round(line?.getBoundingClientRect().width ?? 0);
    if (width && width !== desk.width) {
      desk.width = width;
      tools.redraw();
    }
  });
  seen.observe(tools.el);
  return seen;
}

/** Twice a second: a draft that could not be kept is tried again, long waiting is said. */
function watch(desk, tools) {
  const { clock, composer } = desk;
  if (composer.trouble && !composer.busy) composer.keep();
  desk.waited = clock.playing && clock.waiting ? (desk.waited ?? 0) + 1 : 0;
  if (desk.waited > 1 !== Boolean(desk.slow)) {
    desk.slow = desk.waited > 1;
    tools.redraw();
  }
  desk.remember();
}

export default widget("reply", setup, { back: "?" });
