/**
 * The origin's private file system, as a shelf of model files: whole ones under their SHA-256, unfinished ones beside them.
 *
 * @module
 */

const FOLDER = 'models';
const UNFINISHED = '.part';

/** @typedef {{ name: string, bytes: number }} Stored */

/** @returns {Promise<Shelf | null>} null where the browser gives the page no storage (private windows, some embedded ones) */
export async function openShelf() {
  try {
    const root = await navigator.storage.getDirectory();
    return new Shelf(await root.getDirectoryHandle(FOLDER, { create: true }));
  } catch {
    return null;
  }
}

export class Shelf {
  /** @param {FileSystemDirectoryHandle} folder */
  constructor(folder) {
    this.folder = folder;
  }

  /**
   * @param {string} name
   * @returns {Promise<File | null>}
   */
  async find(name) {
    try {
      return await (await this.folder.getFileHandle(name)).getFile();
    } catch {
      return null;
    }
  }

  /** @returns {Promise<Stored[]>} whole and unfinished files */
  async list() {
    const stored = [];
    for await (const [name, handle] of this.folder.entries()) {
      if (handle.kind === 'file') stored.push({ name, bytes: (await /** @type {FileSystemFileHandle} */ (handle).getFile()).size });
    }
    return stored;
  }

  /** @param {string} name */
  async remove(name) {
    await this.folder.removeEntry(name).catch(() => {});
    await this.folder.removeEntry(name + UNFINISHED).catch(() => {});
  }

  /**
   * Open an unfinished file to go on with it; what it holds already stays.
   *
   * @param {string} name  its name when it is whole
   * @returns {Promise<Unfinished | null>} null when it cannot be written: another tab holds it, or there is no room at all
   */
  async begin(name) {
    try {
      const handle = await this.folder.getFileHandle(name + UNFINISHED, { create: true });
      return new Unfinished(this, name, handle, await handle.createSyncAccessHandle());
    } catch {
      return null;
    }
  }

  /** @returns {Promise<number>} bytes that can still be stored, as far as the browser tells */
  static async room() {
    const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
    return quota - usage;
  }
}

/** A file that is being written under a passing name. */
export class Unfinished {
  /**
   * @param {Shelf} shelf
   * @param {string} name
   * @param {FileSystemFileHandle} handle
   * @param {FileSystemSyncAccessHandle} access
   */
  constructor(shelf, name, handle, access) {
    this.shelf = shelf;
    this.name = name;
    this.handle = handle;
    this.access = access;
    this.size = access.getSize();
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} chunk
   * @throws {DOMException} QuotaExceededError when the disk is full
   */
  append(chunk) {
    const written = this.access.write(chunk, { at: this.size });
    if (written < chunk.byteLength) throw new DOMException('The disk is full.', 'QuotaExceededError');
    this.size += written;
  }

  /**
   * @param {(chunk: Uint8Array<ArrayBuffer>) => void} take  called for all that is there, in order
   */
  readInto(take) {
    const buffer = new Uint8Array(4 << 20);
    for (let at = 0; at < this.size; ) {
      const read = this.access.read(buffer, { at });
      if (read === 0) break;
      take(buffer.subarray(0, read));
      at += read;
    }
  }

  reset() {
    this.access.truncate(0);
    this.size = 0;
  }

  /** Leave it as it is, to go on another time. */
  close() {
    this.access.flush();
    this.access.close();
  }

  /** Give it its own name: it is whole. */
  async finish() {
    this.close();
    // Every browser with OPFS has it; the type library does not yet.
    await /** @type {FileSystemFileHandle & { move(name: string): Promise<void> }} */ (this.handle).move(this.name);
  }

  async discard() {
    this.access.close();
    await this.shelf.folder.removeEntry(this.handle.name).catch(() => {});
  }
}
