// Changes that reach the page, and the one voice that reads them out.

/** Call fn(details) when the record changed, at most once in 150 ms. Returns how to stop. */
export function onChange(fn, { delay = 150, target = globalThis.window } = {}) {
  let timer = 0;
  let details = [];
  const heard = (event) => {
    details = details.concat(event.detail ?? []);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const batch = details;
      details = [];
      fn(batch);
    }, delay);
  };
  target.addEventListener("practika:changed", heard);
  return () => {
    clearTimeout(timer);
    target.removeEventListener("practika:changed", heard);
  };
}

/** Say it once in the page's live region; in a notebook's cell a region is made. */
export function say(sentence) {
  let region = document.querySelector('[role="status"][aria-live]');
  if (!region) {
    region = document.createElement("div");
    region.setAttribute("role", "status");
    region.setAttribute("aria-live", "polite");
    region.style.cssText = "position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)";
    document.body.append(region);
  }
  region.textContent = "";
  setTimeout(() => (region.textContent = sentence), 50);
}

/** Go to another view of this page; the router hears it and Python answers. */
export function go(query, { replace = false } = {}) {
  window.dispatchEvent(new CustomEvent("practika:go", { detail: { query, replace } }));
}
