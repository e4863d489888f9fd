// The page "Library": what the class may see of each other, and the collections of teachers.
import { html } from "./lib/dom.js";
import { widget } from "./lib/base.js";
import { onChange } from "./lib/live.js";
import { Collections } from "./library/collections.js";
import { Exemplars } from "./library/exemplars.js";
import { Questions } from "./library/questions.js";
import { tagFilter } from "./library/tags.js";

export default widget("library", (tools) => {
  const questions = new Questions(tools);
  const exemplars = new Exemplars(tools);
  const collections = new Collections(tools);
  tools.onCleanup(onChange(() => tools.ask("refresh").catch(() => {})));
  return (view) => {
    const teaches = view.courses.length > 0;
    return html`<div class="head"><div><h1 tabindex="-1">Library</h1><p>${teaches ? "Takes your students let the class see, and the lists you keep." : "Takes others let you learn from, and the lists of your teachers."}</p></div></div>
      ${tagFilter(view, tools)}<div class="stack loose">${questions.draw(view)}${exemplars.draw(view, teaches)}${collections.draw(view, teaches)}</div>`;
  };
}, { back: "?" });
