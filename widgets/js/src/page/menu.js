// The menu marks where the person is, also when a widget changes the address.

const root = document.documentElement;

function mark() {
  const page = location.pathname.slice((root.dataset.base ?? "/").length);
  const view = new URLSearchParams(location.search).get("view") ?? "";
  for (const link of document.querySelectorAll("#pk-top .nav a")) {
    const here = link.dataset.page === page && link.dataset.view === view;
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Widgets change the address without a page being loaded; browsers say so for "back" only. */
export function watchAddress() {
  for (const name of ["pushState", "replaceState"]) {
    const change = history[name].bind(history);
    history[name] = (...args) => {
      change(...args);
      mark();
    };
  }
  addEventListener("popstate", mark);
  mark();
}
