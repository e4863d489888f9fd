// Runs before the page is painted: the look a person chose, so that no light page flashes up in the dark.
try {
  const theme = localStorage.getItem("practika-theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // A browser that stores nothing shows what the system prefers.
}
