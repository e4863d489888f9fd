// The bell in the header. Its script comes when the page has been drawn and rests, or at once
// when somebody presses it: nothing of it stands before the first picture.
const REST = 1200; // ms after the first picture; a click in this time finds the page awake
const byId = (id) => document.getElementById(id);

export function watchBell(load = (address) => import(address)) {
  let asked = null;
  let there = false; // then it hears presses itself
  const fetched = () => {
    const bell = byId("pk-bell");
    // What cannot be fetched now is asked for again by the next press.
    asked ??= bell && load(bell.dataset.script).catch(() => (asked = null));
    asked?.then((script) => (there = Boolean(script)));
    return asked;
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#pk-bell")) return;
    if (!there) fetched()?.then((script) => script?.open());
  });
  const soon = () => setTimeout(fetched, REST);
  if (document.body?.dataset.front !== "lean") addEventListener("load", soon, { once: true });
  else if (window.__practikaFront?.shown) soon();
  else addEventListener("practika:shown", soon, { once: true });
}
