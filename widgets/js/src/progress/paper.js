// Print: everything is fetched and drawn first, in light colours, then the browser prints.

/** Resolves when every chart on the page is drawn, or after a while: paper waits, not for ever. */
async function drawn(root, seconds = 20) {
  const until = performance.now() + seconds * 1000;
  const missing = () => [...root.querySelectorAll("pk-plot")].some((one) => one.chart?.figure && !one.settled);
  while (missing() && performance.now() < until) await new Promise((done) => setTimeout(done, 50));
}

export async function printAll(root, wanted, names) {
  const page = document.documentElement;
  const theme = page.dataset.theme;
  await wanted.all(names);
  await new Promise((done) => requestAnimationFrame(done));
  page.dataset.theme = "light";
  root.querySelectorAll("pk-plot").forEach((one) => one.show());
  await drawn(root);
  addEventListener("afterprint", () => (theme ? (page.dataset.theme = theme) : delete page.dataset.theme), { once: true });
  print();
}
