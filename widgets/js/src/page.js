// Loaded by every page of the server: theme, menu, sign-in form, live changes, and what a
// person is told when the connection or the kernel is lost. It runs while the page is still
// arriving, so it asks for elements when it needs them and listens on the document.

const root = document.documentElement;
const base = root.dataset.base ?? "/";
const byId = (id) => document.getElementById(id);

/* ---- theme ---- */

function isDark() {
  return getComputedStyle(root).colorScheme === "dark" || root.dataset.theme === "dark"
    || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
}

function toggleTheme() {
  root.dataset.theme = isDark() ? "light" : "dark";
  try {
    localStorage.setItem("practika-theme", root.dataset.theme);
  } catch {
    // A browser that stores nothing keeps the theme for this page alone.
  }
  window.dispatchEvent(new CustomEvent("practika:theme", { detail: root.dataset.theme }));
}

/* ---- clicks ---- */

function togglePassword(button) {
  const field = byId(button.dataset.showPassword);
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
}

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest?.(selector);
  if (on("[data-theme-toggle]")) toggleTheme();
  if (on("[data-show-password]")) togglePassword(on("[data-show-password]"));
  if (on("[data-reload]")) location.reload();
  const profile = document.querySelector(".pk-profile[open]");
  if (profile && !profile.contains(event.target)) profile.open = false;
});

document.addEventListener("keydown", (event) => {
  const profile = document.querySelector(".pk-profile[open]");
  if (event.key !== "Escape" || !profile) return;
  profile.open = false;
  profile.querySelector("summary").focus();
});

// Buttons that do nothing without this script are hidden until it runs.
for (const each of document.querySelectorAll("[data-theme-toggle], [data-show-password]")) {
  each.hidden = false;
}

/* ---- menu ---- */

function markMenu() {
  const page = location.pathname.slice(base.length);
  const view = new URLSearchParams(location.search).get("view") ?? "";
  for (const link of document.querySelectorAll("#pk-top .nav a")) {
    const here = link.dataset.page === page && link.dataset.view === view;
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

// Widgets change the address without a page being loaded; browsers say so for "back" only.
for (const name of ["pushState", "replaceState"]) {
  const change = history[name].bind(history);
  history[name] = (...args) => {
    change(...args);
    markMenu();
  };
}
addEventListener("popstate", markMenu);
markMenu();

/* ---- banner ---- */

const lost = new Set();
let away = 0;

function say(text) {
  const live = byId("pk-live");
  if (live && live.textContent !== text) live.textContent = text;
}

function banner(text, { reload = false } = {}) {
  const bar = byId("pk-banner");
  if (!bar) return;
  clearTimeout(away);
  bar.hidden = false;
  bar.querySelector("[data-text]").textContent = text;
  bar.querySelector("[data-reload]").hidden = !reload;
  say(text);
}

/** Something is cut off. A moment's grace: most cuts mend before anybody notices. */
function cut(what) {
  if (lost.has("over") || lost.has(what)) return;
  lost.add(what);
  setTimeout(() => {
    if (lost.has(what) && !lost.has("over")) banner("Connection lost. Trying again…", { reload: true });
  }, 800);
}

function mended(what) {
  if (!lost.delete(what) || lost.size > 0 || byId("pk-banner")?.hidden !== false) return;
  banner("Connected again.");
  away = setTimeout(() => {
    byId("pk-banner").hidden = true;
  }, 4000);
}

addEventListener("offline", () => cut("network"));
addEventListener("online", () => {
  mended("network");
  if (lost.size > 0) findOut();
});

/* ---- the widgets' kernel ---- */

let leaving = false;
addEventListener("beforeunload", () => {
  leaving = true;
});

/** What the server says about the kernel: an HTTP status, 0 when nobody answers. */
async function kernelStatus() {
  try {
    const signal = AbortSignal.timeout(8000); // a network that swallows everything never says no
    return (await fetch(`${base}api/kernels/${root.dataset.kernel}`, { cache: "no-store", signal })).status;
  } catch {
    return 0;
  }
}

function over(sentence) {
  if (lost.has("over")) return;
  lost.add("over");
  source?.close();
  banner(sentence, { reload: true });
}

/** Uploads do not need the kernel; the widgets keep them where this script can see them. */
const sending = () => (window.__practikaTransfers?.all ?? []).some((one) => one.moving);

let asking = false;

/** Find out what a cut means, and ask again until somebody answers. */
async function findOut() {
  if (asking || leaving || lost.has("over")) return;
  asking = true;
  const status = await kernelStatus();
  asking = false;
  if (leaving) return;
  if ([200, 401, 404].includes(status)) window.dispatchEvent(new CustomEvent("practika:reached"));
  if (status === 401) {
    over("You have been signed out. Reload the page to sign in again.");
  } else if (status === 404) {
    over(sending()
      ? "This page was closed on the server. What you saved is safe and your upload goes on; reload the page when it has arrived."
      : "This page was closed on the server. What you saved is safe. Reload it to carry on.");
  } else if (status !== 200) {
    setTimeout(findOut, 2000);
  } else {
    mended("live");
    if (source?.readyState === EventSource.CLOSED) listen();
  }
}

// Voila's front end keeps its websocket to itself; a line in the page's head lets us watch it.
addEventListener("practika:kernel", (event) => {
  if (event.detail === "open") {
    mended("kernel");
  } else if (!leaving) {
    cut("kernel");
    findOut();
  }
});

/* ---- live changes ---- */

let source = null;

let last = root.dataset.mark ?? "";

function listen() {
  source = new EventSource(`${base}live?after=${encodeURIComponent(last)}`);
  // The server is back, but is the kernel?
  source.onopen = () => lost.has("live") && findOut();
  source.onerror = () => {
    if (leaving) return;
    cut("live");
    if (source.readyState === EventSource.CLOSED) findOut();
  };
  source.addEventListener("changed", (event) => {
    last = event.lastEventId || last;
    const detail = JSON.parse(event.data);
    window.dispatchEvent(new CustomEvent("practika:changed", { detail }));
  });
}

if (root.dataset.kernel) {
  listen();
  // A page kept for the back button holds no connection open.
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

/* ---- while the kernel starts ---- */

function whenShown(found) {
  byId("pk-skeleton")?.remove();
  if (byId("pk-slow")) byId("pk-slow").hidden = true;
  found.disconnect();
}

if (root.dataset.kernel) {
  const slow = setTimeout(() => {
    if (byId("pk-skeleton") && byId("pk-slow")) byId("pk-slow").hidden = false;
  }, 10000);
  const watcher = new MutationObserver(() => {
    const cells = byId("pk-cells");
    if (!cells?.querySelector(".jupyter-widgets, .lm-Widget > *, [data-failed]")) return;
    clearTimeout(slow);
    whenShown(watcher);
  });
  watcher.observe(document, { childList: true, subtree: true });
}
