// The bell of every page: how much is new, the list under it, and messages as they come. Fetched
// by page/bell.js when the page rests.
import { html, nothing, render } from "./lib/dom.js";
import { url } from "./lib/base.js";
import { icon } from "./lib/icons.js";
import { onChange } from "./lib/live.js";
import { choose } from "./bell/choices.js";
import { panel } from "./bell/list.js";
import { badge, bellName, linesOf, split } from "./bell/news.js";
import { talk } from "./bell/talk.js";
import { Toast } from "./bell/toast.js";

const PATH = "api/notices";
const bell = document.getElementById("pk-bell");
const box = document.createElement("section");
const state = { view: null, problem: "" };
let mark = null; // the newest that was news already when this page looked first

const address = (line) => url(line.link);
const takeOnScreen = () => (document.visibilityState === "visible" ? new URLSearchParams(location.search).get("take") : null);

function ring(unread) {
  bell.setAttribute("aria-label", bellName(unread));
  render(html`${icon("bell")}${badge(unread) ? html`<span class="pk-count" aria-hidden="true">${badge(unread)}</span>` : nothing}`, bell);
}

const draw = () => box.matches(":popover-open") && render(panel(state, act), box);

async function list() {
  try {
    state.view = await talk(PATH);
    state.problem = "";
    ring(state.view.unread);
  } catch (error) {
    state.problem = error.message;
  }
  draw();
}

/** Look what is new; tell of it unless it is on screen or was there when the page opened. */
async function look() {
  const view = await talk(`${PATH}?news=1`).catch(() => null);
  if (!view) return; // the banner says that the connection is lost
  const { fresh, here } = split(view, mark ?? view.mark, takeOnScreen());
  mark = Math.max(mark ?? 0, view.mark);
  ring(view.unread);
  toast.keep(new Set(linesOf(view).flatMap((line) => line.ids)));
  if (here.length) talk(PATH, { take: here[0].take_id }).then(look, () => {});
  if (box.matches(":popover-open")) list();
  else toast.show(fresh);
}

const toast = new Toast({ open: (line, event) => act.open(line, event), more: () => open(), address });

const act = {
  address,
  open: (line) => {
    talk(PATH, { ids: line.ids }, { last: true }).catch(() => {});
    toast.clear();
    box.hidePopover();
  },
  all: () =>
    talk(PATH, { all: true }).then(list, (error) => {
      state.problem = error.message;
      draw();
    }),
  close: () => {
    box.hidePopover();
    bell.focus();
  },
  choose: () => {
    box.hidePopover();
    choose();
  },
};

export function open() {
  box.style.insetBlockStart = `${Math.max(0, bell.getBoundingClientRect().bottom) + 4}px`;
  box.showPopover();
  render(panel(state, act), box);
  list().then(() => box.querySelector("h2")?.focus());
}

box.id = "pk-notices";
box.className = "pk-notices";
box.popover = "auto";
box.setAttribute("role", "dialog");
box.setAttribute("aria-labelledby", "pk-notices-h");
bell.after(box);
bell.popoverTargetElement = box; // so that a press on the bell closes what it opened
bell.popoverTargetAction = "hide";
box.addEventListener("toggle", (event) => bell.setAttribute("aria-expanded", String(event.newState === "open")));
let wasOpen = false;
bell.addEventListener("pointerdown", () => (wasOpen = box.matches(":popover-open")));
bell.addEventListener("click", () => {
  if (!wasOpen && !box.matches(":popover-open")) open();
  wasOpen = false;
});
onChange((changes) => changes.some((change) => change.kind === "notice.changed") && look(), { delay: 60 });
for (const name of ["practika:went", "popstate"]) addEventListener(name, () => look());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
look();
if (new URLSearchParams(location.search).get("notices") === "choose") choose();
