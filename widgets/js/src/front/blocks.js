// Blocks: JSON that arrives in the page's own text, each followed by a mark that proves it whole.

/**
 * Hand every block to `take`, once and in order, whether it is here already or still to come.
 * Ends after `{"end": true}`. Returns how to stop earlier.
 */
export function readBlocks(take, { root = document, Observer = MutationObserver } = {}) {
  let watcher = null;
  let ended = false;
  const stop = () => {
    ended = true;
    watcher?.disconnect();
  };
  const look = () => {
    for (const mark of root.querySelectorAll("[data-block-end]")) {
      if (ended) return;
      const block = parse(mark);
      if (block) take(block);
      if (block?.end) stop();
    }
  };
  look();
  if (ended) return stop;
  watcher = new Observer(look);
  watcher.observe(root.documentElement ?? root, { childList: true, subtree: true });
  return stop;
}

/** The block before a mark, or null; both leave the page. */
function parse(mark) {
  const script = mark.previousElementSibling;
  mark.remove();
  if (!script?.matches?.("script[data-block]")) return null;
  script.remove();
  try {
    return JSON.parse(script.textContent);
  } catch (error) {
    console.error(error);
    return null;
  }
}

/** A model's buffers as DataViews with their paths. */
export function buffersOf(model) {
  const found = model.buffers ?? [];
  return {
    paths: found.map((one) => one.path),
    views: found.map((one) => new DataView(Uint8Array.from(atob(one.data), (each) => each.charCodeAt(0)).buffer)),
  };
}
