// The page's kernel: whether it answers, and what happens when it has ended.
import { banner, cut, isCut, isOver, mended, over } from "./banner.js";
import { atRisk, quiet, sending } from "./doing.js";
import { after, before, decide, endingOf } from "./endings.js";
import { gaveUp, listen, stopListening } from "./live.js";

const root = document.documentElement;
const REBUILT = "practika-rebuilt"; // in sessionStorage: when, and the sentence to show after it
const WAITS = [1, 2, 2, 3, 5, 5, 10]; // seconds between questions; the last one for ever

let leaving = false;
let asking = false;
let asked = 0;
let timer = 0;
let lostAt = Infinity;

/** What the server says about the kernel: an HTTP status (0 when nobody answers), and its words. */
async function ask() {
  try {
    const signal = AbortSignal.timeout(8000); // a network that swallows everything never says no
    const address = `${root.dataset.base ?? "/"}api/kernels/${root.dataset.kernel}`;
    const answer = await fetch(address, { cache: "no-store", signal });
    const told = answer.status === 410 ? await answer.json().catch(() => null) : null;
    return { status: answer.status, told };
  } catch {
    return { status: 0, told: null };
  }
}

/** Find out what a cut means, and ask again until somebody answers. */
export async function findOut() {
  if (asking || leaving || isOver() || !root.dataset.kernel) return;
  clearTimeout(timer);
  asking = true;
  const { status, told } = await ask();
  asking = false;
  if (leaving) return;
  const ending = endingOf(status, told);
  // Uploads hear that somebody answers again; the front end connects when it is its kernel.
  if (status === 200 || ending) window.dispatchEvent(new CustomEvent("practika:reached", { detail: { status } }));
  if (ending) return end(ending);
  if (status !== 200) {
    timer = setTimeout(findOut, 1000 * (WAITS[asked] ?? WAITS.at(-1)));
    asked += 1;
    return;
  }
  asked = 0;
  mended("live");
  if (gaveUp()) hear();
}

function end(ending) {
  stopListening();
  const visible = document.visibilityState === "visible";
  const todo = decide(ending, { atRisk: atRisk(lostAt), quiet: quiet(), visible, sinceRebuild: sinceRebuild() });
  if (todo === "rebuild") return rebuild(ending);
  over(before(ending, { sending: sending() }));
  if (todo === "wait") document.addEventListener("visibilitychange", () => end(ending), { once: true });
}

/* ---- building the page again ---- */

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(REBUILT)) ?? {};
  } catch {
    return {};
  }
}

const sinceRebuild = () => (Date.now() - (stored().at ?? -Infinity)) / 1000;

function rebuild(ending) {
  over("");
  try {
    sessionStorage.setItem(REBUILT, JSON.stringify({ at: Date.now(), sentence: after(ending) }));
  } catch {
    return over(before(ending)); // without a memory it might reload for ever
  }
  // Everybody's page hears of a restart at once; the server should not hear of all of them at once.
  return setTimeout(() => location.reload(), Math.random() * 1000);
}

/** After a page was built again it says why, once. */
export function sayWhyRebuilt() {
  const { at, sentence } = stored();
  if (!sentence) return;
  try {
    sessionStorage.setItem(REBUILT, JSON.stringify({ at }));
  } catch {
    return; // it would be said again after every load
  }
  banner(sentence, { seconds: 8 });
}

/* ---- the line to it ---- */

/** Begin to listen for changes: after a mark, or after the last one heard. */
export function hear(after) {
  listen(after, { onCut: findOut, onBack: findOut });
}

function onKernel({ state }) {
  if (state === "opened") {
    lostAt = Infinity;
    asked = 0;
    mended("kernel");
  } else if (!leaving) {
    lostAt = Math.min(lostAt, performance.now());
    cut("kernel");
    findOut();
  }
}

export function watchKernel() {
  addEventListener("practika:kernel", (event) => onKernel(event.detail));
  addEventListener("offline", () => cut("network"));
  addEventListener("online", () => {
    mended("network");
    if (isCut()) findOut();
  });
  addEventListener("beforeunload", () => {
    leaving = true;
    // A link to a file asks to leave, too, and then stays.
    setTimeout(() => (leaving = false), 3000);
  });
  addEventListener("pagehide", () => {
    leaving = true;
    stopListening();
  });
}

/** The page came back from the browser's memory: its kernel may have ended meanwhile. */
export function comeBack() {
  leaving = false;
  hear();
  findOut();
}
