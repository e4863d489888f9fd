// One dialog for what does not stand on the page: rows behind a bar, and on a phone explanations.
import { html, nothing, ref } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { explained } from "./figures.js";
import { rowsDialog } from "./rows.js";

/** The number or chart whose explanation is open, or undefined. */
export const explainedOne = (view, state) =>
  view.figures.find((one) => one.key === state.explain || `chart-${one.key}` === state.explain) ?? state.sections[state.explain]?.found?.figure;

function inside(view, state, act) {
  const one = explainedOne(view, state);
  if (one && act.narrow()) {
    return html`<header><span style="margin-inline-end:auto"></span><form method="dialog"><button class="btn quiet icon" aria-label="Close">${icon("x")}</button></form></header>
      <div class="explain" id="pk-explain">${explained(one, view, state, act)}</div>`;
  }
  // What belongs to an open explanation stands in it.
  const own = one && (state.rows === one.key);
  return state.rows && !own && state.found ? rowsDialog(state.found) : nothing;
}

export function sheet(view, state, act) {
  const content = inside(view, state, act);
  const wanted = content !== nothing;
  const place = (dialog) => {
    if (!dialog) return;
    // After this drawing, or the dialog would open empty.
    queueMicrotask(() => {
      if (wanted && !dialog.open && dialog.isConnected) dialog.showModal();
      if (wanted || !dialog.open) return;
      // The page grew wide and shows it itself: what is open stays open.
      dialog.ours = true;
      dialog.close();
    });
  };
  const closed = ({ target }) => {
    const ours = target.ours;
    target.ours = false;
    if (!ours) act.change(explainedOne(view, state) && act.narrow() ? { explain: "", rows: "" } : { rows: "" });
  };
  return html`<dialog class="dlg sheet" aria-label="Behind the number" @close=${closed} ${ref(place)}>${content}</dialog>`;
}
