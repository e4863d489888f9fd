// A desk has the page to itself: the menu makes room while one is shown.
import { onOurPage } from "../lib/base.js";

let shown = 0;

/** Mark the page as a desk; gives the way to take the mark back. In a notebook nothing changes. */
export function takePage() {
  if (!onOurPage()) return () => {};
  shown += 1;
  document.body.dataset.desk = "";
  return () => {
    shown -= 1;
    if (!shown) delete document.body.dataset.desk;
  };
}
