// A widget's script is loaded before anywidget asks for it: anywidget gives a script two seconds
// and then takes in no message for that widget ever again, and a phone may need longer.
import { sentence } from "./failed.js";

const guarded = new WeakSet();

/** Load a script by its address, so that a failure of it shows as a sentence. Rejects when it cannot be loaded. */
export async function load(address) {
  const module = await import(address);
  guard(module.default);
}

/** Wrap render() of a widget's definition in place: where it throws, a sentence stands. */
export function guard(widget) {
  if (typeof widget?.render !== "function" || guarded.has(widget) || Object.isFrozen(widget)) return;
  guarded.add(widget);
  const { render } = widget;
  widget.render = async (tools) => {
    try {
      return await render.call(widget, tools);
    } catch (error) {
      console.error(error);
      tools.el.replaceChildren(sentence());
      return undefined;
    }
  };
}
