/**
 * The origin's private file system, which keeps model files in a folder: whole ones under their SHA-256, unfinished ones beside them.
 *
 * @module
 */

import { accessTo, rename, writeAt } from './sync-access.js';

const FOLDER = 'models';
const UNFINISHED = '.part';

/** @typedef {{ name: string, bytes: number }} Stored */

/** @returns {Promise<ModelFolder | null>} null where the browser gives the page no storage (private windows, some embedded ones) */
export async function openModelFolder() {
  try {
    const root = await navigator.storage.getDirectory();
    return new ModelFolder(await root.getDirectoryHandle(FOLDER, { create: true }));
  } catch {
    return null;
  }
}

export class ModelFolder {
  /** @param {FileSystemDirectoryHandle} directory */
  constructor(directory) {
    this.directory = directory;
  }

  /**
   * @param {string} name
   * @returns {Promise<File | null>}
   */
  async find(name) {
    try {
      return await (await this.directory.getFileHandle(name)).getFile();
    } catch {
      return null;
    }
  }

  /**
   * @param {string} name
   * @returns {Promise<ArrayBuffer | null>} null where there is none, or what there is cannot be read: another tab has just removed it
   */
  async read(name) {
    try {
      return (await (await this.find(name))?.arrayBuffer()) ?? null;
    } catch (error) {
      if (error instanceof DOMException) return null;
      throw error;
    }
  }

  /** @returns {Promise<Stored[]>} whole and unfinished files */
  async list() {
    const stored = [];
    for await (const [name, handle] of this.directory.entries()) {
      const file = handle.kind === 'file' && (await this.find(name)); // one that has just been finished has another name by now
      if (file) stored.push({ name, bytes: file.size });
    }
    return stored;
  }

  /**
   * @param {string} name  of a file when it is whole
   * @returns {Promise<number>} how much of it has come, in bytes
   */
  async sizeOfPartial(name) {
    return (await this.find(name + UNFINISHED))?.size ?? 0;
  }

  /** @param {string} name */
  async remove(name) {
    await this.directory.removeEntry(name).catch(() => {});
    await this.directory.removeEntry(name + UNFINISHED).catch(() => {});
  }

  /**
   * Open an unfinished file to go on with it; what it holds already stays.
   *
   * @param {string} name  its name when it is whole
   * @returns {Promise<PartialFile>}
   * @throws {DOMException} NoModificationAllowedError while another tab writes it; QuotaExceededError when there is no room at all
   */
  async begin(name) {
    const handle = await this.directory.getFileHandle(name + UNFINISHED, { create: true });
    return new PartialFile(this, name, handle, await accessTo(handle));
  }
}

/** A file that is being written under a temporary name. */
class PartialFile {
  /**
   * @param {ModelFolder} folder
   * @param {string} name
   * @param {FileSystemFileHandle} handle
   * @param {FileSystemSyncAccessHandle} access
   */
  constructor(folder, name, handle, access) {
    this.folder = folder;
    this.name = name;
    this.handle = handle;
    this.access = access;
    this.size = access.getSize();
    this.lasting = true;
  }

  /**
   * See that there is room, before anything is fetched. `navigator.storage.estimate` cannot tell: the quota that Chrome reports is
   * made up, so that nobody is known by the size of their disk.
   *
   * @param {number} bytes  of the whole
   * @throws {DOMException} QuotaExceededError when there is none
   */
  reserve(bytes) {
    if (bytes <= this.size) return;
    try {
      this.access.truncate(bytes);
    } finally {
      this.access.truncate(this.size);
    }
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} chunk
   * @throws {DOMException} QuotaExceededError when the disk is full
   */
  append(chunk) {
    this.size = writeAt(this.access, chunk, this.size);
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

  /** @returns {ArrayBuffer} all that is there */
  contents() {
    const bytes = new Uint8Array(this.size);
    for (let at = 0; at < bytes.byteLength; ) {
      const read = this.access.read(bytes.subarray(at), { at });
      if (read === 0) throw new DOMException('The file is shorter than what was written.', 'NotReadableError');
      at += read;
    }
    return bytes.buffer;
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

  /**
   * Give it its own name: it is whole.
   *
   * @param {string} [name]
   */
  async finish(name = this.name) {
    this.close();
    await rename(this.handle, name);
  }

  async discard() {
    this.access.close();
    await this.folder.directory.removeEntry(this.handle.name).catch(() => {});
  }
}
