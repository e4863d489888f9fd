// What stands in the place of a widget that cannot be shown. Takes the place of base's
// errorwidget, which offers people a stack trace to click on and writes it as HTML.
import { DOMWidgetModel, DOMWidgetView } from "@jupyter-widgets/base/lib/widget.js";

export const SENTENCE =
  "This part of the page could not be shown. The rest of the page works; reload it to try again.";

/** The sentence as an element. */
export function sentence(text = SENTENCE) {
  const note = document.createElement("div");
  note.className = "note bad";
  note.setAttribute("role", "alert");
  const icon = document.createElement("i");
  icon.className = "i i-triangle-alert";
  icon.setAttribute("aria-hidden", "true");
  const words = document.createElement("div");
  words.textContent = text;
  note.append(icon, words);
  return note;
}

export function createErrorWidgetModel(error, why) {
  console.error(why, error);
  return class extends DOMWidgetModel {
    constructor(attributes, options) {
      const view = { _view_name: "ErrorWidgetView", _view_module: "@jupyter-widgets/base" };
      super({ ...attributes, ...view, description: "" }, options ?? {});
      this.comm_live = true;
    }
  };
}

export class ErrorWidgetView extends DOMWidgetView {
  render() {
    this.el.replaceChildren(sentence());
  }
}

export function createErrorWidgetView(error, why) {
  console.error(why, error);
  return ErrorWidgetView;
}
