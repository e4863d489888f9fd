// The exercises of a person's courses, and the editor of one.
import { widget } from "./lib/base.js";
import { onChange } from "./lib/live.js";
import { Editor, editorPage } from "./exercises/editor.js";
import { List, listPage } from "./exercises/list.js";
import { Reference } from "./exercises/reference.js";

export default widget("exercises", (tools) => {
  const editor = new Editor(tools);
  const reference = new Reference(tools);
  const list = new List(tools);
  // What is typed is the editor's own: reading the exercise again takes no word of it away.
  tools.onCleanup(onChange(() => tools.ask("refresh").catch(() => {})));
  return (view) => {
    if (view.courses) return listPage(list.show(view), view);
    return editorPage(editor.show(view), reference.show(view), view);
  };
}, { back: "?view=exercises" });
