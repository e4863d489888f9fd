// The address is the state: what it says goes to Python, what Python decides comes back.
import { say } from "./lib/live.js";
import { ask } from "./lib/ask.js";
import { ensureStyle, onOurPage, problem } from "./lib/base.js";
import { nothing, render as draw } from "./lib/dom.js";

const plain = (event) => event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

/** The query of a link that stays on this page, or null. A bare "#place" is the browser's. */
export function queryOf(link, here = window.location) {
  if (!link || link.target || link.hasAttribute("download")) return null;
  if (link.getAttribute("href").startsWith("#")) return null;
  const there = new URL(link.getAttribute("href"), here.href);
  const same = there.origin === here.origin && there.pathname === here.pathname;
  return same ? there.search : null;
}

/** Milliseconds a view has to stand in sight before it counts as looked at; nothing that the first
 * picture or the first click waits for is asked before. */
const STANDS = 1500;

/** Calls `tell` when a view has stood in sight; `again()` begins anew with another view. */
function standing(tell) {
  let timer = 0;
  const again = () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", again);
    timer = setTimeout(() => (document.visibilityState === "hidden" ? document.addEventListener("visibilitychange", again) : tell()), STANDS);
  };
  const stop = () => (clearTimeout(timer), document.removeEventListener("visibilitychange", again));
  return { again, stop };
}

function render({ model, el }) {
  ensureStyle(el);
  const ours = onOurPage();
  let moved = null; // the heading that was there when the person left
  let inCell = ""; // where a page in a notebook's cell is; it has no address of its own
  const here = () => (ours ? window.location.search : inCell);
  let seq;
  const stand = standing(() => ask(model, "stands").catch(() => {}));

  /** Python hears first where the person goes, then the page: both work at the same time. */
  const tell = (how) => {
    const told = ask(model, "went", { query: here(), how });
    if (how !== "load") window.dispatchEvent(new CustomEvent("practika:went", { detail: { query: here(), told } }));
    if (moved && heading() !== moved.from) arrive();
    return told.catch((error) => say(error.sentence ?? "The page did not answer."));
  };

  const arrive = () => {
    arrived(moved.from);
    moved = null;
  };

  const goTo = (wanted, { replace = false } = {}) => {
    if (wanted === here() && !replace) return window.scrollTo({ top: 0 });
    inCell = wanted;
    moved = { from: heading() };
    if (ours) window.history[replace ? "replaceState" : "pushState"]({}, "", window.location.pathname + (wanted === "?" ? "" : wanted));
    return tell("link");
  };

  const onClick = (event) => {
    // On our page the menu's links lead to views of it, too: no reload, no second kernel.
    const link = event.target.closest?.(ours ? "a[href]" : "a[data-go]");
    if (!link || !plain(event) || event.defaultPrevented) return;
    const wanted = ours ? queryOf(link) : link.getAttribute("href");
    if (wanted === null || (!ours && !wanted.startsWith("?"))) return;
    event.preventDefault();
    goTo(wanted);
  };
  const onGo = (event) => goTo(event.detail.query, event.detail);
  const onPop = () => {
    moved = { from: heading() };
    tell("back");
  };
  const onView = () => {
    const view = model.get("view") ?? {};
    draw(view.missing ? problem(view.missing, "?") : nothing, el);
    el.hidden = !view.missing;
    if (ours && view.title) document.title = `${view.title} · Practika`;
    if (view.seq === seq) return;
    seq = view.seq;
    if (!view.missing) stand.again();
    if (view.query !== null && view.query !== undefined && view.query !== here()) goTo(view.query, { replace: view.replace });
    if (moved) arrive();
  };

  document.addEventListener("click", onClick);
  window.addEventListener("practika:go", onGo);
  if (ours) window.addEventListener("popstate", onPop);
  model.on("change:view", onView);
  seq = (model.get("view") ?? {}).seq;
  onView();
  stand.again();
  if (ours && (model.get("view") ?? {}).at !== here()) tell("load");
  return () => {
    stand.stop();
    document.removeEventListener("click", onClick);
    window.removeEventListener("practika:go", onGo);
    window.removeEventListener("popstate", onPop);
    model.off("change:view", onView);
  };
}

const heading = () => document.querySelector("h1[tabindex='-1']");

/** A new view comes: begin at its top, and let a screen reader begin with its heading. */
function arrived(from, frames = 90) {
  window.scrollTo({ top: 0 });
  const look = (left) => {
    const found = heading();
    if (found && found !== from) found.focus({ preventScroll: true });
    else if (left) requestAnimationFrame(() => look(left - 1));
  };
  look(frames);
}

export default { render };
