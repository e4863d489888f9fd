// Print: everything is fetched and drawn first, in light colours and a sheet's width, then the
// browser prints. Charts cannot be drawn again while it does.

const fits = (plot) => {
  const picture = plot.querySelector("svg.main-svg");
  return !picture || Math.abs(picture.width.baseVal.value - plot.clientWidth) <= 2;
};

/** Resolves when every chart is drawn at its width, or after a while: paper waits, not for ever. */
async function drawn(root, seconds = 20) {
  const until = performance.now() + seconds * 1000;
  const missing = () => [...root.querySelectorAll("pk-plot")].some((one) => one.chart?.figure && !(one.settled && fits(one)));
  while (missing() && performance.now() < until) await new Promise((done) => setTimeout(done, 50));
}

export async function printAll(root, wanted, names) {
  const page = document.documentElement;
  const theme = page.dataset.theme;
  await wanted.all(names);
  root.classList.add("paper");
  page.dataset.theme = "light";
  await new Promise((done) => requestAnimationFrame(done));
  root.querySelectorAll("pk-plot").forEach((one) => one.show());
  await drawn(root);
  const back = () => {
    root.classList.remove("paper");
    if (theme) page.dataset.theme = theme;
    else delete page.dataset.theme;
  };
  addEventListener("afterprint", back, { once: true });
  print();
}
