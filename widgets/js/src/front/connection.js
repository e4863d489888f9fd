// The websocket to the page's kernel. Messages are handled one after the other: an older one
// that takes longer must not undo a newer one. While the socket is closed, what the page sends
// waits here; whether to try again is page.js's decision ("practika:reached").
import { Comm } from "./comm.js";
import { uuid4 as uuid } from "./shims/uuid.js";
import { decode, encode, PROTOCOL } from "./wire.js";

/** Milliseconds without a word from the page after which nothing of it is on its way. */
const QUIET = 250;

/** How much may wait while the socket is closed; what comes on top is refused. */
export const WAITING = { messages: 1000, bytes: 8 * 1024 * 1024 };

export class Connection {
  /**
   * address: of the kernel's channels. onOpen(again): the socket is open, `again` after the
   * first time. onWidget(comm, message): the kernel made a widget. tell(state, event): "opened"
   * or "closed" with the socket's event.
   */
  constructor(address, { onOpen, onWidget, tell, Socket = globalThis.WebSocket }) {
    Object.assign(this, { address, onOpen, onWidget, tell, Socket });
    this.session = uuid();
    this.comms = new Map();
    this.callbacks = new Map();
    this.waiting = [];
    this.waitingBytes = 0;
    this.opened = 0;
    this.sentAt = -Infinity;
    this.heardAt = -Infinity; // performance.now() of the last message
    this.turn = Promise.resolve();
    this.socket = null;
  }

  get isOpen() {
    return this.socket?.readyState === 1;
  }

  /** Whether the line is open and everything that was sent has been done. */
  get isQuiet() {
    return this.isOpen && this.callbacks.size === 0 && performance.now() - this.sentAt > QUIET;
  }

  /** Connect, unless a socket is open or on its way. */
  connect() {
    if (this.socket && this.socket.readyState < 2) return;
    const socket = new this.Socket(`${this.address}?session_id=${this.session}`, [PROTOCOL]);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.socket === socket && this.begin();
    socket.onmessage = ({ data }) => {
      this.heardAt = performance.now();
      this.turn = this.turn.then(() => this.take(data)).catch((error) => console.error(error));
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.forgetCallbacks();
      this.tell("closed", event);
    };
  }

  /** Close without a word to anybody: the page goes, or is kept for the back button. */
  rest() {
    const socket = this.socket;
    this.socket = null;
    this.forgetCallbacks();
    socket?.close();
  }

  begin() {
    const again = this.opened > 0;
    this.opened += 1;
    for (const message of this.waiting.splice(0)) this.socket.send(message);
    this.waitingBytes = 0;
    this.tell("opened", {});
    this.onOpen(again);
  }

  /** Answers to what was sent before the cut never come; a model that waits for one would
   * hold back its next change for ever. */
  forgetCallbacks() {
    const idle = { content: { execution_state: "idle" } };
    const waiting = [...this.callbacks.values()];
    this.callbacks.clear();
    for (const one of waiting) one.iopub?.status?.(idle);
  }

  /** Send, or keep until the socket is open. Returns the message's id. */
  send(type, content, { callbacks, metadata = {}, buffers = [], channel = "shell" } = {}) {
    const id = uuid();
    this.sentAt = performance.now();
    const date = new Date().toISOString();
    const header = { msg_id: id, username: "", session: this.session, msg_type: type, version: "5.4", date };
    const bytes = encode({ channel, header, parent_header: {}, metadata, content, buffers });
    if (this.isOpen) this.socket.send(bytes);
    else this.keep(bytes);
    if (callbacks && Object.keys(callbacks).length) this.callbacks.set(id, callbacks);
    return id;
  }

  keep(bytes) {
    if (this.waiting.length >= WAITING.messages || this.waitingBytes + bytes.byteLength > WAITING.bytes)
      throw new Error("The connection is lost, and too much waits for it.");
    this.waiting.push(bytes);
    this.waitingBytes += bytes.byteLength;
  }

  comm(id, target) {
    return new Comm(this, id, target);
  }

  async take(data) {
    const message = decode(data);
    const type = message.header.msg_type;
    const parent = message.parent_header.msg_id;
    const callbacks = this.callbacks.get(parent);
    if (message.channel === "shell") callbacks?.shell?.reply?.(message);
    if (message.channel !== "iopub") return;
    if (type === "status") {
      callbacks?.iopub?.status?.(message);
      if (message.content.execution_state === "idle") this.callbacks.delete(parent);
    } else if (type.startsWith("comm_")) {
      await this.hear(type, message);
    }
  }

  async hear(type, message) {
    const { comm_id: id, target_name: target } = message.content;
    const comm = this.comms.get(id);
    if (type === "comm_msg") await comm?.deliver(message);
    if (type === "comm_open" && target === "jupyter.widget" && !comm) this.onWidget(this.comm(id, target), message);
    if (type === "comm_close" && comm) {
      this.comms.delete(id);
      comm.closed?.(message);
    }
  }
}
