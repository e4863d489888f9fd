// The address is the state: what it says goes to Python, what Python decides comes back.
import { say } from "./lib/live.js";
import { ask } from "./lib/ask.js";
import { onOurPage } from "./lib/base.js";

const plain = (event) => event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

/** The query of a link that stays on this page, or null. */
export function queryOf(link, here = window.location) {
  if (!link || link.target || link.hasAttribute("download")) return null;
  const there = new URL(link.getAttribute("href"), here.href);
  const same = there.origin === here.origin && there.pathname === here.pathname;
  return same ? there.search : null;
}

function render({ model, el }) {
  el.hidden = true;
  const ours = onOurPage();
  let query = ours ? window.location.search : "";
  let seq = (model.get("view") ?? {}).seq ?? 0;

  const tell = (how) =>
    ask(model, "went", { query, how }).catch((error) => say(error.sentence ?? "The page did not answer."));

  const goTo = (wanted, { replace = false } = {}) => {
    if (wanted === query && !replace) return window.scrollTo({ top: 0 });
    query = wanted;
    // A page with its own address keeps it; a notebook's cell must not touch the notebook's.
    if (ours) window.history[replace ? "replaceState" : "pushState"]({}, "", window.location.pathname + wanted);
    announce();
    return tell("link");
  };

  const announce = () => window.dispatchEvent(new CustomEvent("practika:went", { detail: { query } }));

  const onClick = (event) => {
    const link = event.target.closest?.("a[data-go]");
    if (!link || !plain(event) || event.defaultPrevented) return;
    const wanted = ours ? queryOf(link) : link.getAttribute("href");
    if (wanted === null || (!ours && !wanted.startsWith("?"))) return;
    event.preventDefault();
    goTo(wanted);
  };
  const onGo = (event) => goTo(event.detail.query, event.detail);
  const onPop = () => {
    query = window.location.search;
    announce();
    tell("back");
  };
  const onView = () => {
    const view = model.get("view") ?? {};
    if (ours && view.title) document.title = `${view.title} · Practika`;
    if (view.seq === seq) return;
    seq = view.seq;
    if (view.query !== null && view.query !== undefined && view.query !== query) goTo(view.query, { replace: view.replace });
    arrived();
  };

  document.addEventListener("click", onClick);
  window.addEventListener("practika:go", onGo);
  if (ours) window.addEventListener("popstate", onPop);
  model.on("change:view", onView);
  if (ours) {
    onView();
    tell("load");
  }
  return () => {
    document.removeEventListener("click", onClick);
    window.removeEventListener("practika:go", onGo);
    window.removeEventListener("popstate", onPop);
    model.off("change:view", onView);
  };
}

/** A new view is there: start at its top, and let a screen reader begin with its heading. */
function arrived() {
  window.scrollTo({ top: 0 });
  const heading = document.querySelector("main h1[tabindex='-1']");
  if (heading && !heading.closest("[hidden]")) heading.focus({ preventScroll: true });
}

export default { render };
