// The rubric of an exercise.
import { widget } from "./lib/base.js";
import { Editor } from "./rubrics/editor.js";
import { rubricPage } from "./rubrics/page.js";

export default widget("rubrics", (tools) => {
  const editor = new Editor(tools);
  return (view) => {
    editor.show(view);
    return rubricPage(editor, view);
  };
}, { back: "?view=exercises" });
