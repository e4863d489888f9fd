// The way into searching: the button in the top bar, and "/" unless somebody is typing. The box
// itself is a file of its own that is loaded when it is first asked for.
import { hearsSigns } from "./keys.js";

const TYPING = "input,textarea,select,[contenteditable=''],[contenteditable=true],dialog[open]";

/** Whether a key asks for the search box. `single` false leaves signs to the browser. Pure. */
export function asksToSearch(event, single = true) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  const target = event.composedPath?.()[0] ?? event.target;
  return single && !event.defaultPrevented && !target?.closest?.(TYPING);
}

/** Open the box; typed before it is there goes into it. */
async function open(button) {
  const { openSearch } = await import(button.dataset.search);
  openSearch(document.documentElement.dataset.base ?? "/");
}

export function watchSearch() {
  const button = () => document.querySelector("[data-search]");
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("[data-search]");
    if (pressed) open(pressed);
  });
  document.addEventListener("keydown", (event) => {
    if (!button() || document.querySelector("dialog[open]")) return;
    if (!asksToSearch(event, hearsSigns())) return;
    event.preventDefault();
    open(button());
  });
  for (const each of document.querySelectorAll("[data-search]")) each.hidden = false;
}
