// What a crash must not take: pieces the server has not yet, and what the recording is for.
// IndexedDB, because it takes blobs; without it only the server remembers.

const NOTES = "notes";
const PIECES = "pieces";

function open() {
  return new Promise((resolve, reject) => {
    if (!globalThis.indexedDB) return reject(new Error("no IndexedDB"));
    const asked = indexedDB.open("practika-recordings", 1);
    asked.onupgradeneeded = () => [NOTES, PIECES].forEach((name) => asked.result.createObjectStore(name));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function run(name, mode, work) {
  try {
    const db = await open();
    return await new Promise((resolve, reject) => {
      const done = db.transaction(name, mode);
      const asked = work(done.objectStore(name));
      done.oncomplete = () => (db.close(), resolve(asked.result));
      done.onerror = () => (db.close(), reject(done.error));
      done.onabort = () => (db.close(), reject(done.error));
    });
  } catch (error) {
    console.info("practika: not kept for after a crash:", error?.message);
    return undefined;
  }
}

const range = (key, below = Infinity) => IDBKeyRange.bound([key, 0], [key, below], false, true);

/** Keep what is known of a recording: {key, upload, purpose, place, parent, name, type, seconds, wanted, reply}. */
export const putNote = (note) => run(NOTES, "readwrite", (store) => store.put(note, note.key));

export const notes = async () => (await run(NOTES, "readonly", (store) => store.getAll())) ?? [];

/** Keep a piece: {index, from, blob}, where `from` counts the bytes before it. */
export const putPiece = (key, piece) => run(PIECES, "readwrite", (store) => store.put(piece, [key, piece.index]));

/** Pieces in their order. */
export const piecesOf = async (key) => (await run(PIECES, "readonly", (store) => store.getAll(range(key)))) ?? [];

/** Forget pieces that the server holds. */
export const dropPieces = (key, below) => run(PIECES, "readwrite", (store) => store.delete(range(key, below)));

/** Forget the whole recording. */
export async function forgetRecording(key) {
  await run(PIECES, "readwrite", (store) => store.delete(range(key)));
  await run(NOTES, "readwrite", (store) => store.delete(key));
}
