/**
 * The folders on this machine that projects have pictures in: handles, which only IndexedDB can store. A project notes by an empty file which
 * of them it needs; copies of a project share them.
 *
 * @module
 */

const DATABASE = 'tabsam folders';
const STORE = 'folders';

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} ask
 * @returns {Promise<T>}
 */
async function withStore(mode, ask) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new DOMException('The folder could not be noted.', 'AbortError'));
    });
  } finally {
    database.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Store a folder, in the place of the one that was known by this id.
 *
 * @param {string} id
 * @param {FileSystemDirectoryHandle} handle
 * @returns {Promise<unknown>}  rejects where the browser stores none
 */
export const putFolder = (id, handle) => withStore('readwrite', (store) => store.put(handle, id));

/** @param {string} id @returns {Promise<FileSystemDirectoryHandle | null>} */
export const folderBy = (id) => withStore('readonly', (store) => store.get(id)).then((handle) => handle ?? null, () => null);

/** Forget all others: no project needs them. @param {ReadonlySet<string>} needed  ids */
export async function keepFolders(needed) {
  const ids = await withStore('readonly', (store) => store.getAllKeys());
  for (const id of ids) if (!needed.has(String(id))) await withStore('readwrite', (store) => store.delete(id));
}
