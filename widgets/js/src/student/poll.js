// Refresh when the record changed, and every second while something is being prepared.
import { onChange } from "../lib/live.js";

export function keepFresh(tools, busy) {
  let asking = false;
  const refresh = async () => {
    if (asking) return;
    asking = true;
    await tools.ask("refresh").catch(() => {});
    asking = false;
  };
  tools.onCleanup(onChange(refresh));
  const tick = setInterval(() => {
    if (document.visibilityState !== "hidden" && busy(tools.model.get("view") ?? {})) refresh();
  }, 1000);
  tools.onCleanup(() => clearInterval(tick));
}

/** True while the view holds a draft whose video is still being prepared. */
export const preparing = (view) => (view.drafts ?? []).some((take) => take.video.state === "preparing");
