// Where widgets' classes come from: what our pages use is here, the rest of the standard
// controls comes when a page uses one of them.
import * as base from "@jupyter-widgets/base";
import * as box from "@jupyter-widgets/controls/lib/widget_box.js";
import * as core from "@jupyter-widgets/controls/lib/widget_core.js";
import * as messaging from "@lumino/messaging";
import * as signaling from "@lumino/signaling";
import * as lumino from "@lumino/widgets";
import anywidget from "anywidget";
import jquery from "jquery";

/** What the lazy chunk takes from here: two copies of it would not know each other. */
export const SHARED = {
  "@jupyter-widgets/base": base,
  "@lumino/messaging": messaging,
  "@lumino/signaling": signaling,
  jquery,
  "practika:lumino": lumino,
  widget_box: box,
  widget_core: core,
};

let controls = null;

/** The other controls and their styles, once. A failure is not kept: the next use tries again. */
function loadControls() {
  controls ??= Promise.all([import(CONTROLS), style(CONTROLS_CSS)]).then(
    ([chunk]) => chunk.default((name) => SHARED[name]),
    (error) => {
      controls = null;
      throw error;
    },
  );
  return controls;
}

function style(name) {
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(name, import.meta.url).href;
    link.onload = link.onerror = resolve; // without styles a control still works
    document.head.prepend(link); // before our own styles, which refine them
  });
}

let any = null;

const MODULES = {
  "@jupyter-widgets/base": async (name) => base[name],
  "@jupyter-widgets/controls": async (name) => box[name] ?? (await loadControls())[name],
  anywidget: async (name) => (any ??= anywidget(base))[name],
};

/** One class of one module; rejects for those that a lean page does not bring. */
export async function classOf(name, module) {
  const found = await MODULES[module]?.(name);
  if (!found) throw new Error(`${name} of ${module} is not part of this page`);
  return found;
}
