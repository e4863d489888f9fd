// The student's page: today, stacks, exercises, progress. Python says which.
import { goAhead } from "./lib/ahead.js";
import { widget } from "./lib/base.js";
import { UploadPanel } from "./upload/panel.js";
import { Drafts } from "./student/drafts.js";
import { Exercises } from "./student/exercises.js";
import { Figures } from "./student/figures.js";
import { keepFresh, preparing } from "./student/poll.js";
import { Own } from "./student/own.js";
import { progressPage } from "./student/progress.js";
import { Stacks } from "./student/stacks.js";
import { todayPage } from "./student/today.js";

/** Milliseconds after which the new reply shows its very moment instead of the poster: a decoder
 * that starts with the page takes the processor from the first click. */
const AT_REST = 800;

function setup(tools) {
  const drafts = new Drafts(tools);
  const figures = new Figures(tools);
  const own = new Own(tools);
  const stacks = new Stacks(tools);
  const exercises = new Exercises(tools);
  // One filled button a page: the reply's, else a draft's, else the upload's.
  const primary = (view) => !view.new.length && !view.drafts.some((take) => take.video.state === "ready");
  const panel = new UploadPanel(tools, { primary });
  keepFresh(tools, (view) => preparing(view) || (view.page === "today" && panel.busy(view)));
  const pages = {
    today: (view) => todayPage(view, tools, { drafts, panel, figures }),
    stacks: (view) => stacks.draw(view),
    exercises: (view) => exercises.draw(view),
    progress: (view) => progressPage(view, figures, own),
  };
  const page = goAhead(tools);
  let aimed = null;
  const aim = (exercise) => {
    if (exercise && exercise !== aimed) {
      panel.exercise = ""; // what was chosen before gives way to what the link says
      showUpload();
    }
    aimed = exercise;
  };
  const timer = setTimeout(() => {
    tools.atRest = true;
    tools.redraw();
  }, AT_REST);
  tools.onCleanup(() => clearTimeout(timer));
  return (view) => {
    aim(view.exercise_id);
    return pages[page(view.page)](view);
  };
}

/** "Upload a take" of an exercise leads to the card where that exercise is chosen already. */
const showUpload = () =>
  requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById("upload")?.scrollIntoView({ block: "center" })));

export default widget("student", setup, { back: "?view=today" });
