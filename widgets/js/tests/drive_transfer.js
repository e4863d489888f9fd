// Sends one file with the product's own Transfer, as test_tus_js.py tells it on stdin; what
// happens goes to stdout, one JSON object a line.
import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { createInterface } from "node:readline";
import { basename } from "node:path";
import { Transfer } from "../src/lib/transfer.js";

const told = JSON.parse(process.argv[2]);
const bytes = readFileSync(told.file);
// A stream does not say how long it is: the library names the length with the last piece.
const source = told.deferred ? new PassThrough().end(bytes) : bytes;
const file = Object.assign(source, { name: told.name ?? basename(told.file), size: bytes.length, type: "video/mp4", lastModified: 1 });
let halted = false;

function halt(_size, accepted, total) {
  if (halted || !told.haltAt || accepted / total < told.haltAt) return;
  halted = true;
  transfer.pause();
}

const transfer = new Transfer(file, {
  endpoint: told.endpoint,
  uploadUrl: told.uploadUrl ?? null,
  metadata: told.metadata,
  headers: told.headers,
  options: { uploadLengthDeferred: Boolean(told.deferred), chunkSize: told.chunk ?? 16384, storeFingerprintForResuming: false, onChunkComplete: halt },
});

const say = (what, more = {}) =>
  console.log(JSON.stringify({ what, id: transfer.id, sent: transfer.sent, total: transfer.total, problem: transfer.problem, ...more }));

let state = "";
transfer.onChange(() => {
  if (transfer.state !== state) say((state = transfer.state));
  if (["done", "failed", "cancelled"].includes(state)) lines.close();
});

const lines = createInterface({ input: process.stdin });
lines.on("line", async (line) => {
  if (line === "resume") transfer.resume();
  if (line === "hurry") transfer.hurry();
  if (line === "cancel") {
    await transfer.cancel();
    say("gone");
    lines.close();
  }
});
transfer.start();
