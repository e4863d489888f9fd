// What survives a reload: recordings (they exist nowhere else) and handles of dropped files.
// IndexedDB, because it takes blobs; where it is missing, the page asks for the file again.

const STORE = "files";

function open() {
  return new Promise((resolve, reject) => {
    if (!globalThis.indexedDB) return reject(new Error("no IndexedDB"));
    const asked = indexedDB.open("practika-uploads", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function run(mode, work) {
  try {
    const db = await open();
    return await new Promise((resolve, reject) => {
      const done = db.transaction(STORE, mode);
      const asked = work(done.objectStore(STORE));
      done.oncomplete = () => (db.close(), resolve(asked.result));
      done.onerror = () => (db.close(), reject(done.error));
      done.onabort = () => (db.close(), reject(done.error));
    });
  } catch (error) {
    console.info("practika: not kept for after a reload:", error?.message);
    return undefined;
  }
}

/** Keep a Blob or a file handle under the upload's id. */
export const keep = (id, thing) => run("readwrite", (store) => store.put(thing, id));

/** Forget it. */
export const forget = (id) => run("readwrite", (store) => store.delete(id));

/** Ids of everything kept. */
export const kept = async () => (await run("readonly", (store) => store.getAllKeys())) ?? [];

/**
 * The file kept under an id, or null. A handle needs the person's leave again after a restart
 * of the browser; that can only be asked for inside a click (`asking`).
 */
export async function keptFile(id, { asking = false } = {}) {
  const thing = await run("readonly", (store) => store.get(id));
  if (!thing) return null;
  if (thing instanceof Blob) return thing;
  try {
    let leave = await thing.queryPermission({ mode: "read" });
    if (leave !== "granted" && asking) leave = await thing.requestPermission({ mode: "read" });
    return leave === "granted" ? await thing.getFile() : null;
  } catch {
    return null; // moved or deleted since
  }
}
