// The bell of every page: how much is new, the list under it, and messages as they come. Fetched
// by page/bell.js when the page rests.
import { html, nothing, render } from "./lib/dom.js";
import { url } from "./lib/base.js";
import { icon } from "./lib/icons.js";
import { say } from "./lib/live.js";
import { choose } from "./bell/choices.js";
import { panel } from "./bell/list.js";
import { badge, bellName, linesOf, split, spoken } from "./bell/news.js";
import { talk } from "./bell/talk.js";
import { Toast } from "./bell/toast.js";

const PATH = "api/notices";
const SETTLES = 300; // ms until the page itself has drawn what is new
const bell = document.getElementById("pk-bell");
const box = document.createElement("section");
const state = { view: null, problem: "" };
let latest = null; // what was unread when it was looked last
let mark = null; // the newest that was news already when this page looked first

const address = (line) => url(line.link);
const takeOnScreen = () => (document.visibilityState === "visible" ? new URLSearchParams(location.search).get("take") : null);

/** Whether the page shows it by itself: the new reply on Today, the new take in the queue, what
 * became of an upload where it was sent. */
function shown(line) {
  if (line.kind === "video" && !line.take_id) return inSight(document.getElementById("upload"));
  const place = line.kind === "take" ? "main" : "main .hero";
  const links = line.take_id ? document.querySelectorAll(`${place} a[href*="take=${CSS.escape(line.take_id)}"]`) : [];
  return [...links].some(inSight);
}

function inSight(el) {
  const { top, bottom, height } = el?.getBoundingClientRect() ?? { height: 0 };
  return height > 0 && bottom > 0 && top < innerHeight;
}

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
  latest = view;
  const { fresh, here } = split(view, mark ?? view.mark, takeOnScreen());
  mark = Math.max(mark ?? 0, view.mark);
  ring(view.unread);
  toast.keep(new Set(linesOf(view).flatMap((line) => line.ids)));
  setTimeout(() => tell(fresh), SETTLES);
  if (here.length) talk(PATH, { take: here[0].take_id }).then(look, () => {});
  if (box.matches(":popover-open")) list();
}

/** What the page does not show by itself gets a message; the rest is only said. */
function tell(fresh) {
  const hidden = box.matches(":popover-open") ? [] : fresh.filter((line) => !shown(line));
  if (hidden.length) toast.show(hidden);
  else if (fresh.length) say(spoken(fresh));
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
  toast.clear();
  box.style.insetBlockStart = `${Math.max(0, bell.getBoundingClientRect().bottom) + 4}px`;
  box.showPopover();
  render(panel(state, act), box);
  list().then(() => box.querySelector("h2")?.focus());
}

bell.replaceChildren(); // the icon that came with the page is drawn anew with the count
ring(0);
box.id = "pk-notices";
box.className = "pk-notices";
box.popover = "auto";
box.setAttribute("role", "dialog");
box.setAttribute("aria-labelledby", "pk-notices-h");
bell.after(box);
box.addEventListener("toggle", (event) => bell.setAttribute("aria-expanded", String(event.newState === "open")));
let wasOpen = false; // a press closes the list, as any press beside it does, before it is a click
bell.addEventListener("pointerdown", () => (wasOpen = box.matches(":popover-open")));
bell.addEventListener("click", () => {
  if (box.matches(":popover-open")) box.hidePopover();
  else if (!wasOpen) open();
  wasOpen = false;
});
addEventListener("practika:noticed", () => look());
// Who comes to a take that is news has seen it.
const arrived = () => latest && split(latest, mark, takeOnScreen()).here.length && look();
for (const name of ["practika:went", "popstate"]) addEventListener(name, arrived);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
look();

const query = new URLSearchParams(location.search);
if (query.get("notices") === "choose") {
  query.delete("notices"); // once: a reload is no second question
  history.replaceState(history.state, "", location.pathname + (query.size ? `?${query}` : ""));
  choose();
}
