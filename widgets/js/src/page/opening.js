// While the page opens: the skeleton goes when there is something to see or to read, and after
// ten seconds a sentence asks for patience.

const byId = (id) => document.getElementById(id);
const DRAWN = { lean: "[data-failed]", stock: ".jupyter-widgets, .lm-Widget > *, [data-failed]" };

export function watchOpening() {
  const slow = setTimeout(() => {
    if (byId("pk-skeleton") && byId("pk-slow")) byId("pk-slow").hidden = false;
  }, 10000);
  const shown = () => {
    clearTimeout(slow);
    watcher.disconnect();
    byId("pk-skeleton")?.remove();
    if (byId("pk-slow")) byId("pk-slow").hidden = true;
  };
  const look = () => {
    // A lean page says itself when it is drawn; of a stock page the first widget is a sign.
    const drawn = DRAWN[document.body?.dataset.front === "lean" ? "lean" : "stock"];
    if (byId("pk-cells")?.querySelector(drawn)) shown();
  };
  const watcher = new MutationObserver(look);
  if (window.__practikaFront?.shown) return shown();
  watcher.observe(document, { childList: true, subtree: true });
  addEventListener("practika:shown", shown, { once: true });
  return look();
}
