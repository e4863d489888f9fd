// The front end of our own pages: it reads what the server streams into the page, draws the
// widgets, and keeps their line to the kernel. What a person is told is page.js's part.
import { readBlocks } from "./front/blocks.js";
import { Connection } from "./front/connection.js";
import { Manager } from "./front/manager.js";

const root = document.documentElement;
const base = root.dataset.base ?? "/";
// page.js may come later than the first block; it then finds here what it missed.
const front = (window.__practikaFront = {
  block: null,
  shown: false,
  get heardAt() {
    return connection?.heardAt ?? -Infinity;
  },
});
const tell = (name, detail) => window.dispatchEvent(new CustomEvent(name, { detail }));
const mark = (name) => performance.mark(`practika:${name}`);
mark("front");

let connection = null;
let whole = false; // every block has come
const NOTHING = 500; // ms without anything to see, once everything is there: boxes draw their children later
const MARGINS = 16; // px; what boxes without a content may have
const cells = () => document.getElementById("pk-cells");

/** Say once that there is something to see. */
function drawn() {
  if (front.shown) return;
  front.shown = true;
  mark("shown");
  tell("practika:shown");
}

/** A view is drawn before it hangs in the page, so the page's own growth is the sign. Told before
 * the browser paints: the skeleton and the page are never seen together. */
function watchGrowth() {
  const watcher = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.height <= MARGINS) return;
    watcher.disconnect();
    drawn();
  });
  watcher.observe(cells());
}

const manager = new Manager(base);

let due = 0;

function resync() {
  clearTimeout(due);
  manager.resync().then(() => mark("resynced"), (error) => console.error(error));
}

/** What the page was given is as old as its text. To ask at once would stand before the first
 * click in the kernel's queue; while somebody clicks, the answers bring what is new. */
function resyncAtRest() {
  clearTimeout(due);
  due = setTimeout(() => (connection.isQuiet ? resync() : resyncAtRest()), 500);
}

function begin(block) {
  const address = `${location.origin.replace(/^http/, "ws")}${base}api/kernels/${block.kernel}/channels`;
  connection = manager.connection = new Connection(address, {
    onOpen: (again) => {
      mark("opened");
      if (again) resync();
      else if (whole) resyncAtRest();
    },
    onWidget: (comm, message) => {
      manager.handle_comm_open(comm, message).catch((error) => console.error(error));
    },
    tell: (state, { code, reason }) => tell("practika:kernel", { state, code, reason }),
  });
  mark("kernel");
  front.block = block;
  tell("practika:page", block);
  watchGrowth();
  connection.connect();
}

/** Where outputs go: not among the blocks, where the browser is still writing. */
let stage = null;

function output({ view, html, text }) {
  if (!stage) cells().prepend((stage = document.createElement("div")));
  const el = document.createElement(text === undefined ? "div" : "pre");
  stage.append(el);
  if (view) return manager.show(view, el);
  if (html !== undefined) el.innerHTML = html;
  else el.textContent = text;
  return undefined;
}

const shown = [];

readBlocks((block) => {
  if (block.kernel) begin(block);
  if (block.models) manager.add(block.models);
  for (const one of block.outputs ?? []) shown.push(output(one));
  if (!block.end) return;
  whole = manager.expected.whole = true;
  mark("whole");
  if (connection?.isOpen) resyncAtRest();
  Promise.allSettled(shown).then(() => setTimeout(() => cells().offsetHeight || drawn(), NOTHING)); // is an end, too
});

addEventListener("practika:reached", (event) => (event.detail?.status ?? 200) === 200 && connection?.connect());
// Let go before the next page is asked for: the server gives this kernel only to a page that has
// no line to it, and behind a proxy that holds answers back this page stays until that one is whole.
addEventListener("beforeunload", () => {
  connection?.rest();
  setTimeout(() => connection?.connect(), 1000); // a link to a file asks to leave, and then stays
});
addEventListener("pagehide", () => connection?.rest());
addEventListener("pageshow", (event) => event.persisted && connection?.connect());
