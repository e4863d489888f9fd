// Models that are spoken of before they are here: the page's own text and the websocket are two
// ways, and a widget may come on one before its layout comes on the other.

/** How long a model may be waited for, in ms: while the page still arrives, and after. */
export const PATIENCE = { arriving: 30_000, whole: 2_000 };

export class Expected {
  constructor(patience = PATIENCE) {
    this.patience = patience;
    this.whole = false;
    this.waiting = new Map(); // id -> {promise, resolve}
  }

  /** A promise of the model; rejects when it does not come in time. */
  wait(id) {
    const found = this.waiting.get(id);
    if (found) return found.promise;
    const entry = {};
    entry.promise = new Promise((resolve, reject) => {
      const missing = () => {
        this.waiting.delete(id);
        reject(new Error(`widget ${id} is not here`));
      };
      const timer = setTimeout(missing, this.whole ? this.patience.whole : this.patience.arriving);
      entry.resolve = (model) => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(model);
      };
    });
    this.waiting.set(id, entry);
    return entry.promise;
  }

  /** The model (or a promise of it) is here. */
  came(id, model) {
    this.waiting.get(id)?.resolve(model);
  }
}
