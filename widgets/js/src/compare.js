// Two videos, one clock: the compare desk of teacher and student, and of a notebook's cell.
import { html, nothing } from "./lib/dom.js";
import { note, onOurPage, widget } from "./lib/base.js";
import { shownTo } from "./guests/shown.js";
import { say } from "./lib/live.js";
import { icon } from "./lib/icons.js";
import { putState } from "./player/address.js";
import { judgedAt, verdictKeys } from "./ledger/last.js";
import { watch } from "./ledger/watch.js";
import { keysDialog, listen } from "./player/help.js";
import { Heat } from "./player/heat.js";
import { takePage } from "./player/page.js";
import { painter } from "./player/paint.js";
import { watchInk } from "./lib/ink.js";
import { shuttleKeys } from "./player/shuttle.js";
import { frame, tool } from "./player/transport.js";
import { Answers } from "./compare/answers.js";
import { comments } from "./compare/comments.js";
import { exemplarCard } from "./compare/exemplar.js";
import { lastTime } from "./ledger/beside.js";
import { marked } from "./reply/rubric.js";
import { deskbar, chooseDialog } from "./compare/deskbar.js";
import { CompareDesk } from "./compare/desk.js";
import { knobs, setAnchor } from "./compare/knobs.js";
import { heading, keptBy, lanes } from "./compare/lanes.js";
import { practiceCard, practiceOf, practise } from "./compare/practise.js";
import { Strips } from "./compare/strips.js";
import { timeUnder } from "./compare/ink.js";
import { fullScreen, stage } from "./compare/panes.js";
import { history } from "./player/history.js";
import { neverThere } from "./player/stage.js";
import { mirror } from "./compare/mirror.js";
import { keepFresh } from "./student/poll.js";

let count = 0;

function setup(tools) {
  const names = `pk-cmp-${(count += 1)}`;
  const desk = new CompareDesk(tools.redraw);
  desk.practice = practiceOf(desk, tools);
  desk.heat = new Heat(tools);
  const paint = painter(tools.el, desk.clock, (time) => desk.passes(time));
  const keys = listen(tools.el, doings(desk, tools), { changed: tools.redraw, words: { full: "full screen", sound: "whose sound: A, B, nobody" } });
  const seeing = watch(tools, desk);
  const stops = [seeing.stop, takePage(), watchWidth(tools, desk), mirror(tools.model, desk), watchInk(tools.el, timeUnder(desk))];
  tools.answers = new Answers(tools, desk);
  keepFresh(tools, (view) => unsettled(view) || tools.answers.unsettled);
  const leaving = () => desk.practice.end();
  window.addEventListener("pagehide", leaving);
  const slow = setInterval(() => watchSlow(desk, tools), 500);
  tools.onCleanup(() => {
    paint.stop();
    keys.stop();
    stops.forEach((stop) => stop());
    clearInterval(slow);
    window.removeEventListener("pagehide", leaving);
    desk.practice.end();
    tools.answers.close();
    desk.close();
  });
  const choose = (key) => tools.attempt(tools.ask("choose", { with_: key })).then(() => onOurPage() && putState({ with: key }));
  const strips = new Strips();
  const apart = ["change:sync", "change:strips"];
  apart.forEach((name) => tools.model.on(name, tools.redraw));
  tools.onCleanup(() => {
    apart.forEach((name) => tools.model.off(name, tools.redraw));
    strips.close();
  });
  const visit = visits(tools);
  return (given) => {
    const view = together(given, tools.model, strips);
    desk.show(view);
    tools.answers.show(view);
    visit(view);
    desk.heat.want(view.a?.video.ready ? view.take_id : "");
    queueMicrotask(() => {
      paint.paint();
      seeing.look(view);
    });
    return page({ desk, tools, names, keys, choose });
  };
}

/** Two videos that stand alone: what is found out about them comes apart from the videos. */
function together(view, model, strips) {
  const [sync, drawn] = [model.get("sync"), model.get("strips")];
  if (!sync) return view;
  const side = (letter) => ({ ...view[letter], video: { ...view[letter].video, runs: sync.frames?.[letter], ...strips.of(drawn, letter) } });
  return { ...view, sync, a: side("a"), b: side("b") };
}

/**
 * Once a pair: Python hears that it is open, and again when it was in view for as long as counts
 * as looking. What is seen of the replies, watch.js tells.
 */
function visits(tools) {
  let [told, left] = ["", 0];
  const second = () => {
    if (!left || document.visibilityState === "hidden") return;
    left -= 1;
    if (!left) tools.ask("looked").catch(() => {});
  };
  const timer = setInterval(second, 1000);
  tools.onCleanup(() => clearInterval(timer));
  return (view) => {
    const key = `${view.take_id ?? ""} ${view.choice ?? ""}`;
    if (!view.take_id || key === told) return;
    told = key;
    left = view.b ? view.looked_after + 1 : 0;
    if (view.b) tools.ask("opened").catch(() => {});
  };
}

const page = (parts) => (neverThere(parts.desk.a.video) ? without(parts) : both(parts));

/** A take that was imported without its video: what is known of it, and what was said. */
const without = ({ desk, tools, names, keys }) => html`${deskbar(desk, tools, keys)}
  <div class="wrap-page desk cmp">${stage(desk, names)}<div class="cmpgrid"><div>${history(desk.view.take)}</div>${said(desk, tools, names)}</div></div>
  ${keysDialog(keys)}`;

const both = ({ desk, tools, names, keys, choose }) => html`${deskbar(desk, tools, keys)}
  <div class="wrap-page desk cmp">${stage(desk, names)}
    <div class="cmpgrid ${desk.view.take_id ? "" : "alone"}"><section class="card" aria-label="Time"><header style="margin-block-end:var(--pk-2)">
        <h2 style="font-size:var(--pk-text-l)">${heading(desk)}</h2>${desk.b ? keptBy(desk) : nothing}</header>
      ${desk.b && desk.sync.problem ? html`<div style="margin-block-end:var(--pk-3)">${note("", desk.sync.problem)}</div>` : nothing}
      ${lanes(desk, desk.width ?? 700, names, tools.redraw)}${knobs(desk, tools, names, choose)}
      ${desk.b ? nothing : note("", "There is nothing to put beside this take yet: no reference, no video reply, no other take.")}</section>
      ${desk.view.take_id ? said(desk, tools, names) : nothing}</div>
    <div class="actionbar mini"><p class="clock" data-now="clock"></p>${frame(desk.clock, -1)}
      <button class="btn icon primary play" type="button" aria-label="${desk.clock.playing ? "Pause" : "Play"}${desk.b ? " both" : ""}" @click=${() => desk.clock.toggle()}>${icon(desk.clock.playing ? "pause" : "play")}</button>
      ${frame(desk.clock, 1)}${tool("repeat", "Loop", () => desk.toggleLoop(), { pressed: String(Boolean(desk.clock.loop)) })}</div></div>
  ${keysDialog(keys)}${chooseDialog(desk, names, choose)}`;

/** What was said: this take's comments beside the line of time; under it, where there is room, last
 *  time's, else the marks. A phone has one column in the order of reading. */
function said(desk, tools, names) {
  const [marks, last] = [marked(desk.view.rubric ?? []), lastTime(desk, tools)];
  const beside = last !== nothing;
  const before = neverThere(desk.a.video) ? nothing : history(desk.view.take);
  return html`<div class="stack beside">${shownTo(desk.view)}${before}${exemplarCard(desk)}${practiceCard(desk, names)}${comments(desk, tools)}${beside ? marks : nothing}</div>
    <div class="stack under">${beside ? last : marks}</div>`;
}

function doings(desk, tools) {
  const { clock } = desk;
  return {
    toggle: () => clock.toggle(),
    ...verdictKeys(tools, () => judgedAt(desk.view.ledger, desk.onTake(clock.time))),
    back10: () => clock.by(-10), on10: () => clock.by(10),
    back5: () => clock.by(-5), on5: () => clock.by(5),
    back1: () => clock.by(-1), on1: () => clock.by(1),
    frameBack: () => clock.step(-1), frameOn: () => clock.step(1),
    slower: () => clock.shift(-1), faster: () => clock.shift(1),
    loopStart: () => desk.loopFrom(), loopEnd: () => desk.loopTo(), loopOff: () => clock.setLoop(null),
    overlay: () => desk.b && desk.toggleOverlay(),
    swap: () => desk.swap(),
    anchor: () => setAnchor(desk, tools),
    mixLess: () => desk.setMix(desk.settings.mix - 5), mixMore: () => desk.setMix(desk.settings.mix + 5),
    practise: () => practiseHere(desk, tools),
    captions: () => desk.captioned && desk.toggleCaptions(),
    meter: () => desk.b && desk.setMeter(!desk.settings.meter),
    ...shuttleKeys(clock),
    nudgeBack: () => desk.nudge(-1), nudgeOn: () => desk.nudge(1),
    sound: () => {
      desk.nextSound();
      say({ a: "Sound of A", b: "Sound of B", none: "No sound" }[desk.sound]);
    },
    full: () => fullScreen(tools.el.querySelector("[data-stage] .panes")),
  };
}

/** Something here will change by itself: a video, or how the two are kept together. */
const unsettled = (view) => view.sync?.state === "pending" || [view.a, view.b].some((one) => one?.video.state === "preparing");

/** Key R: the comment that is shown becomes a practice loop, or the loop ends. */
function practiseHere(desk, tools) {
  if (desk.practice.on) return desk.practice.end();
  const reply = (desk.view.replies ?? []).find((one) => one.id === desk.current);
  return reply && practise(desk, tools, reply);
}

/** Lines of time are drawn for their width, marks most of all. */
function watchWidth(tools, desk) {
  const seen = new ResizeObserver(() => {
    const line = tools.el.querySelector(".sync");
    const width = Math.round(line?.getBoundingClientRect().width ?? 0);
    if (width && width !== desk.width) {
      desk.width = width;
      tools.redraw();
    }
  });
  seen.observe(tools.el);
  return () => seen.disconnect();
}

/** Twice a second: practice time passes, the read-out is renewed; "loading" is said only when waiting is
 *  long enough to be noticed. */
function watchSlow(desk, tools) {
  const { clock } = desk;
  const now = performance.now();
  desk.practice.passed((now - (desk.watched ?? now)) / 1000);
  desk.watched = now;
  desk.measure();
  desk.waited = clock.playing && clock.waiting ? (desk.waited ?? 0) + 1 : 0;
  const slow = desk.waited > 1;
  if (slow !== Boolean(desk.slow)) {
    desk.slow = slow;
    tools.redraw();
  }
}

export default widget("compare", setup);
