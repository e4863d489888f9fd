// Loaded by every page of the server: theme, menu, search, sign-in form, live changes, and what a
// person is told when the connection or the kernel is lost. It runs while the page is still
// arriving, so it asks for elements when it needs them and listens on the document.
import { watchBell } from "./page/bell.js";
import { watchDoing } from "./page/doing.js";
import { comeBack, hear, sayWhyRebuilt, watchKernel } from "./page/kernel.js";
import { watchKeys } from "./page/keys.js";
import { watchAddress } from "./page/menu.js";
import { watchOpening } from "./page/opening.js";
import { keepWayBack } from "./page/returning.js";
import { watchSearch } from "./page/search.js";
import { watchButtons } from "./page/theme.js";

const root = document.documentElement;

/** A page with a kernel: at once for Voila's front end, for ours when the kernel is known. */
function begin(block) {
  if (root.dataset.kernel === block.kernel) return;
  root.dataset.kernel = block.kernel;
  keepWayBack(block, root.dataset.base ?? "/");
  hear(block.mark);
  addEventListener("pageshow", (event) => event.persisted && comeBack());
}

watchButtons();
watchSearch();
watchAddress();
watchBell();
watchKeys();

if (root.dataset.kernel) {
  watchKernel();
  watchDoing();
  watchOpening();
  sayWhyRebuilt();
  hear(root.dataset.mark ?? "");
  // Voila's front end does not connect again: kept for the back button it would be dead.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
} else if (document.body?.dataset.front === "lean") {
  watchKernel();
  watchDoing();
  watchOpening();
  sayWhyRebuilt();
  addEventListener("practika:page", (event) => begin(event.detail));
  if (window.__practikaFront?.block) begin(window.__practikaFront.block);
}
