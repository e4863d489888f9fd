/** Brings what a link names into view, once: a later drawing leaves the page where it is. */
export function shownOnce() {
  let opened = "";
  return (el, id) => {
    if (!el || opened === id) return;
    opened = id;
    requestAnimationFrame(() => el.scrollIntoView({ block: "center" }));
  };
}
