// Choices that stay in this browser, as boxes to tick: the keys of the player, on the profile page.
import { remember, remembered } from "../player/address.js";

/** Whether a box is ticked: what was chosen in this browser, else as the page has it. */
export const ticked = (box) => remembered(box.dataset.kept, box.checked ? "on" : "off") === "on";

/** Fill the boxes with `data-kept`, show what holds them, and keep what is chosen at once. */
export function watchKept(page = document) {
  for (const box of page.querySelectorAll("input[data-kept]")) {
    box.checked = ticked(box);
    box.addEventListener("change", () => remember(box.dataset.kept, box.checked ? "on" : "off"));
  }
  for (const part of page.querySelectorAll("[data-kept-here]")) part.hidden = false;
}
