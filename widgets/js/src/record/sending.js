// Videos on their way to the comments they belong to.
import { url } from "../lib/base.js";
import { Transfer } from "../lib/transfer.js";
import { recordingOf } from "./holding.js";

export class Sending {
  /** `changed()` redraws; `arrived()` is called when one is there. */
  constructor({ changed, arrived }) {
    Object.assign(this, { changed, arrived });
    this.transfers = new Map(); // comment's id -> Transfer or Growing
  }

  /** Send a video for a saved comment; a file chosen again goes on where it stopped. */
  async send(file, take, reply) {
    const recording = recordingOf(file);
    if (recording) return this.follow(await recording.use(reply), reply);
    const transfer = new Transfer(file, { metadata: { purpose: "reply", take, reply }, endpoint: url("files") });
    this.follow(transfer, reply);
    return transfer.start();
  }

  /** Show how a comment's video is doing until it has arrived. */
  follow(transfer, reply) {
    this.transfers.set(reply, transfer);
    transfer.onChange(() => {
      if (transfer.state === "done") this.arrived();
      this.changed();
    });
    this.changed();
  }

  /** The comment is gone, so nobody waits for its video. */
  cancel(reply) {
    this.transfers.get(reply)?.cancel();
    this.transfers.delete(reply);
  }
}

/** Why a chosen file cannot be sent; "" when it can. */
export const tooLarge = (file, limit) =>
  limit && file.size > limit
    ? `This file has ${Math.round(file.size / 1e6)} MB; up to ${Math.round(limit / 1e6)} MB fit. Nothing was sent.`
    : "";
