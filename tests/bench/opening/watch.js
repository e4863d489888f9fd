// Notes, inside the page, the moment something can be seen. Numbers are milliseconds since 1970,
// so that they hold over a reload, too. SCENE is put in front of this text.
if (window === top && location.protocol.startsWith("http")) {
  const roots = [document];
  const marks = JSON.parse(sessionStorage.getItem("bench") ?? "{}");
  const now = () => performance.timeOrigin + performance.now();
  const mark = (name, value = now()) => {
    marks[name] = value;
    sessionStorage.setItem("bench", JSON.stringify(marks));
    console.debug(`bench ${name}`); // who measures listens, and asks nothing of a page that is opening
  };
  if (!marks.start) mark("start", performance.timeOrigin);
  window.__bench = marks;

  const visible = (one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(one).visibility === "visible";
  };
  const all = (selector) => roots.flatMap((root) => [...root.querySelectorAll(selector)]);
  const see = (selector) => all(selector).find(visible);
  const words = (selector, least) => all(selector).find((one) => visible(one) && one.innerText.trim().length >= least);
  const button = (label) => all("button").find((one) => one.innerText.trim() === label && visible(one));
  const word = () => (SCENE.told ? new Function(`return ${SCENE.told}`)() : "");
  const said = () => see(SCENE.changes)?.innerText.trim() ?? "";
  const find = Object.fromEntries(["first", "target", "chart"].map(
    (name) => [name, SCENE[name] ? new Function("see", "words", "button", `return ${SCENE[name]}`).bind(null, see, words, button) : () => null],
  ));
  const act = new Function("it", SCENE.act);

  const click = () => {
    if (marks.answered) return;
    const it = find.target();
    if (!it) return;
    if (marks.before === undefined) {
      if (!said()) return;
      mark("before", said());
    }
    marks.word ??= word();
    mark("clicked", marks.clicked ?? now());
    mark("clicks", (marks.clicks ?? 0) + 1);
    act(it);
    setTimeout(click, 1000); // a person whose click was not heard clicks again
  };
  let asked = false;
  const look = () => {
    const over = marks.answered && (marks.told || !SCENE.told);
    if (marks.first && (marks.chart || !SCENE.chart) && (over || !SCENE.click)) return;
    if (!marks.first && find.first()) mark("first");
    if (SCENE.chart && !marks.chart && find.chart()) mark("chart");
    if (SCENE.click && marks.first && !marks.clicked && !asked && find.target() && said()) {
      asked = true;
      setTimeout(() => ((asked = false), click()), 0);
    }
    if (marks.clicked && !marks.answered && said() && said() !== marks.before) mark("answered");
    if (marks.clicked && !marks.told && SCENE.told && word() !== marks.word) mark("told");
  };
  const watch = (root) =>
    new MutationObserver(look).observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (...how) {
    const root = attach.apply(this, how);
    roots.push(root);
    watch(root);
    return root;
  };
  watch(document);
  setInterval(look, 50); // a style sheet that arrives changes what is seen, but no element
  window.__click = () => ((SCENE.click = true), look());
}
