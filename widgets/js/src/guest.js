// The page of a guest: one take, what they write about it, and nothing else. No kernel behind it;
// the server's answers over HTTP are all there is.
import { render } from "./lib/dom.js";
import { url } from "./lib/base.js";
import { watchInk } from "./lib/ink.js";
import { say } from "./lib/live.js";
import { listen } from "./player/help.js";
import { painter } from "./player/paint.js";
import { GuestDesk } from "./guest/desk.js";
import { page } from "./guest/page.js";
import { speaker } from "./guest/speak.js";

/** What the keys do: those of every player, and those of writing where guests may write. */
export function doings(desk) {
  const { clock, composer } = desk;
  const playing = {
    toggle: () => clock.toggle(),
    back10: () => clock.by(-10), on10: () => clock.by(10),
    back5: () => clock.by(-5), on5: () => clock.by(5),
    back1: () => clock.by(-1), on1: () => clock.by(1),
    frameBack: () => clock.step(-1), frameOn: () => clock.step(1),
    slower: () => clock.shift(-1), faster: () => clock.shift(1),
    sound: () => desk.toggleSound(),
  };
  if (!desk.view.writes) return playing;
  const writing = { comment: () => desk.comment(), draw: () => desk.drawer.toggle(), rangeIn: () => composer.rangeIn(), rangeOut: () => composer.rangeOut() };
  return { ...playing, ...writing };
}

/** Milliseconds between two looks whether the link still opens. */
const OFTEN = 15_000;

function start(root) {
  const view = JSON.parse(root.dataset.room);
  let asked = false;
  const redraw = () => {
    if (asked) return;
    asked = true;
    queueMicrotask(() => {
      asked = false;
      draw();
    });
  };
  const find = (what) => root.querySelector(what);
  const desk = new GuestDesk({ view, speak: speaker(url(root.dataset.here)), changed: redraw, say, find, name: root.dataset.here.slice(-12) });
  const keys = listen(root, doings(desk), { changed: redraw, words: { sound: "sound on, off" }, shown: view.writes ? ["save", "leave"] : [] });
  const paint = painter(root, desk.clock, (time) => desk.passes(time));
  const draw = () => {
    desk.show();
    render(page({ desk, view, keys, names: "pk-guest", width: desk.width ?? 700 }), root);
    queueMicrotask(() => paint.paint());
  };
  setInterval(() => document.hidden || desk.look(), OFTEN);
  root.replaceChildren();
  watchInk(root, () => desk.clock.time);
  new ResizeObserver(() => {
    const width = Math.round(find("[data-line] .marks")?.getBoundingClientRect().width ?? 0);
    if (width && width !== desk.width) {
      desk.width = width;
      redraw();
    }
  }).observe(root);
  draw();
}

const root = globalThis.document?.getElementById("pk-guest");
if (root) start(root);
