// Transfers of this page. They live beside the widgets, not in them, so that going to another
// view, or a kernel that starts anew, does not stop an upload.
import { Transfer } from "../lib/transfer.js";
import { forget, keep } from "./keep.js";

function shelf() {
  window.__practikaTransfers ??= { all: [], listeners: new Set(), online: false };
  const found = window.__practikaTransfers;
  if (!found.online) {
    found.online = true;
    const hurry = () => found.all.forEach((transfer) => transfer.hurry());
    window.addEventListener("online", hurry);
    window.addEventListener("practika:reached", hurry); // page.js: the server answers again
  }
  return found;
}

const tell = () => shelf().listeners.forEach((fn) => fn());

/** All transfers of this page, oldest first. */
export const transfers = () => shelf().all;

/** Hear of every change of any transfer; returns how to stop. */
export function onTransfers(fn) {
  shelf().listeners.add(fn);
  return () => shelf().listeners.delete(fn);
}

const lockName = (id) => `practika-upload-${id}`;

/** While this page holds an upload, no other tab of the browser carries it on by itself. */
function claim(transfer, id) {
  const ended = new Promise((resolve) => transfer.onChange(() => ["done", "cancelled"].includes(transfer.state) && resolve()));
  navigator.locks?.request(lockName(id), { ifAvailable: true }, (lock) => (lock ? ended : null));
}

/** Whether another tab of this browser is sending this upload now. */
export async function heldElsewhere(id) {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some((lock) => lock.name === lockName(id));
}

/** Send a file. `handle` is kept so that a reload can carry on by itself. */
export function send(file, { metadata, uploadUrl = null, handle = null } = {}) {
  const transfer = new Transfer(file, { metadata, uploadUrl });
  let noted = "";
  transfer.onChange(() => {
    if (transfer.id && noted !== transfer.id) {
      noted = transfer.id;
      claim(transfer, noted);
      if (handle) keep(noted, handle);
    }
    if (["done", "cancelled"].includes(transfer.state) && transfer.id) forget(transfer.id);
    tell();
  });
  shelf().all.push(transfer);
  transfer.start();
  return transfer;
}

/** Show a recording that is on its way among the others. */
export function adopt(growing) {
  growing.onChange(tell);
  shelf().all.push(growing);
  tell();
  return growing;
}

/** Take a transfer off the page. */
export function drop(transfer) {
  shelf().all = shelf().all.filter((one) => one !== transfer);
  tell();
}
