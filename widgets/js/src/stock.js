// Runs before Voila's front end, which opens its line to the kernel by the browser's WebSocket.
globalThis.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    if (!String(args[0]).includes("/api/kernels/")) return;
    const tell = (state, { code, reason } = {}) => dispatchEvent(new CustomEvent("practika:kernel", { detail: { state, code, reason } }));
    let opened = false;
    this.addEventListener("open", () => ((opened = true), tell("opened")));
    this.addEventListener("error", (event) => opened || event.stopImmediatePropagation());
    // Voila's front end waits longer after each try, up to minutes, and gives up after seven.
    // It hears of a try that failed only once page.js finds that the server answers again.
    this.addEventListener("close", (event) => {
      if (!event.isTrusted) return;
      if (!opened) {
        event.stopImmediatePropagation();
        const { code, reason, wasClean } = event;
        addEventListener("practika:reached", () => this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean })), { once: true });
      }
      tell("closed", event);
    });
  }
};
globalThis.voila_finish = () => {};
globalThis.voila_process = () => {};
