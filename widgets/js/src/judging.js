// Judging: a blind second rating, a pair of takes, what is judged, and what came of it.
import { onOurPage, widget } from "./lib/base.js";
import { onChange } from "./lib/live.js";
import { listen } from "./player/help.js";
import { takePage } from "./player/page.js";
import { painter } from "./player/paint.js";
import { MarksAside } from "./reply/marks.js";
import { Desk, listPage } from "./judging/list.js";
import { Choosing, pairPage } from "./judging/pair.js";
import { HandingIn, openNext, ratingPage } from "./judging/rating.js";
import { standingPage } from "./judging/standing.js";
import { playing, Viewer } from "./judging/viewer.js";

let number = 0;

/** A viewer with its clock, its keys and the page to itself. `more` are the desk's own keys. */
function seat(tools, more, words) {
  const viewer = new Viewer(tools.redraw);
  const paint = painter(tools.el, viewer.clock);
  const keys = listen(tools.el, { ...playing(viewer), ...more }, { changed: tools.redraw, words });
  const giveBack = takePage();
  const sizes = new ResizeObserver(() => {
    const width = Math.round(tools.el.querySelector("[data-line]")?.getBoundingClientRect().width ?? 0);
    if (!width || width === viewer.width) return;
    viewer.width = width;
    tools.redraw();
  });
  sizes.observe(tools.el);
  tools.onCleanup(() => {
    sizes.disconnect();
    giveBack();
    paint.stop();
    keys.stop();
    viewer.close();
  });
  return { viewer, keys, width: () => viewer.width ?? 700, painted: () => queueMicrotask(() => paint.paint()) };
}

function rating(tools) {
  const names = `pk-rating-${(number += 1)}`;
  const marks = new MarksAside(tools);
  const handing = new HandingIn(tools, marks);
  const beside = (way) => openNext((tools.model.get("view") ?? {}).position?.[way]);
  const one = seat(tools, onOurPage() ? { next: () => beside("next"), previous: () => beside("previous") } : {}, { sound: "sound on, off" });
  return (view) => {
    if (marks.takeId !== view.take.id) marks.open(view.take.id);
    one.viewer.show(view.take.video);
    one.painted();
    return ratingPage({ view, marks, handing, names, viewer: one.viewer, keys: one.keys, width: one.width(), redraw: tools.redraw });
  };
}

function pair(tools) {
  const choosing = new Choosing(tools);
  const one = seat(
    tools,
    { leftBetter: () => choosing.say("left"), rightBetter: () => choosing.say("right"), cannotTell: () => choosing.say("skip") },
    { sound: "whose sound: A, B, nobody" },
  );
  return (view) => {
    if (view.more) choosing.bring();
    if (view.pair) one.viewer.show(view.pair.left, view.pair.right);
    else if (one.viewer.clock.playing) one.viewer.clock.pause();
    one.painted();
    return pairPage({ view, choosing, viewer: one.viewer, keys: one.keys, width: one.width() });
  };
}

function list(tools) {
  const desk = new Desk(tools);
  tools.onCleanup(onChange(() => tools.ask("refresh").catch(() => {})));
  return (view) => listPage({ view, desk });
}

function standing(tools) {
  const state = { explain: false };
  tools.onCleanup(onChange(() => tools.ask("refresh").catch(() => {})));
  return (view) => standingPage({ view, state, redraw: tools.redraw });
}

const PARTS = { rating, pair, list, standing };

export default widget("judging", (tools) => {
  let draw = null; // the part never changes while a widget lives; it is known with the first view
  return (view) => {
    draw ??= PARTS[view.part]?.(tools);
    return draw?.(view);
  };
}, { back: "?view=judging" });
