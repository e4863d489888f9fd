// The keys of the player as the page has them: whether single signs are heard, and news of them.
import { remembered } from "../player/address.js";

export const TAKEN = "practika:keyring"; // what the scripts of a page tell each other

/** What the page says of its person's keys; null where no server of ours brought it. */
export function told(root = globalThis.document?.documentElement) {
  try {
    return JSON.parse(root?.dataset?.keys || "null");
  } catch {
    return null;
  }
}

/** Whether letters, figures and signs are heard. */
export function hearsSigns(root) {
  const found = told(root);
  return found?.stored ? found.single : remembered("keys", "on") !== "off";
}

/** Keep what is so now for scripts that come later, and tell those that are there. */
export function spread(root, now, by = null) {
  root.dataset.keys = JSON.stringify(now);
  globalThis.dispatchEvent?.(new CustomEvent(TAKEN, { detail: { by, now } }));
}

/** Hear of changes on another page or device, once for all scripts of this page. */
export function watchKeys(root = document.documentElement) {
  addEventListener("practika:keys", async () => {
    const answer = await fetch(`${root.dataset.base ?? "/"}api/keys`, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return; // the connection's own trouble is said elsewhere
    const { stored, single, pro, keys } = await answer.json();
    spread(root, { stored, single, pro, keys });
  });
}
