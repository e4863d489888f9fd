// Light or dark, the password's eye, the profile menu: what pages need without any widget.

const root = document.documentElement;

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

function togglePassword(button) {
  const field = document.getElementById(button.dataset.showPassword);
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
}

/** Listen on the document: parts of the page may still be arriving. */
export function watchButtons() {
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
}
