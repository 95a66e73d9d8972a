/**
 * Files of the origin's private file system that one worker at a time reads and writes at once.
 *
 * @module
 */

/** A worker that was just ended, or a tab that was closed, lets go of its files a moment later than of its locks. Milliseconds. */
const TRY_AGAIN_AFTER = 50;
const TRIES = 60;

/**
 * @param {FileSystemFileHandle} handle
 * @returns {Promise<OpenFile>}
 * @throws {DOMException} NoModificationAllowedError while another tab has it; QuotaExceededError when there is no room at all
 */
export async function openFile(handle) {
  const root = await navigator.storage.getDirectory();
  for (let tries = 1; ; tries++) {
    try {
      return new OpenFile(root, handle, await handle.createSyncAccessHandle());
    } catch (error) {
      if (tries === TRIES || !(error instanceof DOMException) || error.name !== 'NoModificationAllowedError') throw error;
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER));
    }
  }
}

export class OpenFile {
  #root;
  #access;
  #isOpen = true;

  /**
   * @param {FileSystemDirectoryHandle} root  as it was then: what is made after all was cleared away is another one
   * @param {FileSystemFileHandle} handle
   * @param {FileSystemSyncAccessHandle} access
   */
  constructor(root, handle, access) {
    this.#root = root;
    this.handle = handle;
    this.#access = access;
  }

  /** Bytes. */
  get size() {
    return this.#access.getSize();
  }

  /**
   * Write bytes at a place.
   *
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @param {number} at
   * @returns {number}  where they end
   * @throws {DOMException} QuotaExceededError when the disk is full
   */
  write(bytes, at) {
    if (this.#access.write(bytes, { at }) < bytes.byteLength) throw new DOMException('The disk is full.', 'QuotaExceededError');
    return at + bytes.byteLength;
  }

  /**
   * @param {number} start
   * @param {number} end
   * @returns {Uint8Array<ArrayBuffer>}  zeros where the file has ended before
   */
  read(start, end) {
    const bytes = new Uint8Array(end - start);
    for (let at = 0; at < bytes.byteLength; ) {
      const read = this.#access.read(bytes.subarray(at), { at: start + at });
      if (read === 0) break;
      at += read;
    }
    return bytes;
  }

  /** Cut it, or make it longer with zeros. @param {number} size @throws {DOMException} QuotaExceededError when the disk is full */
  truncate(size) {
    this.#access.truncate(size);
  }

  /** Have the system write what it still holds back. */
  flush() {
    this.#access.flush();
  }

  /**
   * Let go of it, once; after that it does nothing.
   *
   * Chrome (156) never comes back from closing a file that was cleared away with all that is stored for the page, and the worker hangs: it is
   * made again first, empty, so that there is one to close.
   *
   * @throws {DOMException} NotFoundError when it was cleared away, and with it what was written
   */
  async close() {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const error = await this.handle.getFile().then(() => null, (reason) => reason);
    if (!(error instanceof DOMException && error.name === 'NotFoundError')) {
      this.#access.close();
      return;
    }
    const remove = await makeAgain(this.#root, this.handle);
    this.#access.close();
    await remove().catch(() => {});
    throw error;
  }
}

/** @param {FileSystemDirectoryHandle} root @param {FileSystemFileHandle} handle @returns {Promise<() => Promise<void>>}  removes it */
async function makeAgain(root, handle) {
  const path = (await root.resolve(handle)) ?? [];
  let folder = root;
  for (const name of path.slice(0, -1)) folder = await folder.getDirectoryHandle(name, { create: true });
  await folder.getFileHandle(handle.name, { create: true });
  return () => folder.removeEntry(handle.name);
}

/**
 * Write a whole file, in the place of what was in it.
 *
 * @param {FileSystemDirectoryHandle} directory
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @throws {DOMException} QuotaExceededError when the disk is full
 */
export async function writeFile(directory, name, bytes) {
  const file = await openFile(await directory.getFileHandle(name, { create: true }));
  try {
    file.truncate(0);
    file.write(bytes, 0);
  } finally {
    await file.close();
  }
}

/**
 * Give a file another name, in the place of what has it.
 *
 * @param {FileSystemFileHandle} handle
 * @param {string} name
 */
export async function rename(handle, name) {
  // Every browser with OPFS has it; the type library does not yet.
  await /** @type {FileSystemFileHandle & { move(name: string): Promise<void> }} */ (handle).move(name);
}
