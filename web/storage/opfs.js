/**
 * The origin's private file system, which keeps model files in a folder: whole ones under their SHA-256, unfinished ones beside them.
 *
 * @module
 */

import { openFile, rename } from './open-file.js';

const FOLDER = 'models';
const UNFINISHED = '.part';
/** So much of a file is read at once. Bytes. */
const PIECE = 4 << 20;

/** @import {OpenFile} from './open-file.js' */
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
    return new PartialFile(this, name, await openFile(handle));
  }
}

/** A file that is being written under a temporary name. */
class PartialFile {
  /**
   * @param {ModelFolder} folder
   * @param {string} name
   * @param {OpenFile} file
   */
  constructor(folder, name, file) {
    this.folder = folder;
    this.name = name;
    this.file = file;
    this.size = file.size;
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
      this.file.truncate(bytes);
    } finally {
      this.file.truncate(this.size);
    }
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} chunk
   * @throws {DOMException} QuotaExceededError when the disk is full
   */
  append(chunk) {
    this.size = this.file.write(chunk, this.size);
  }

  /**
   * @param {(chunk: Uint8Array<ArrayBuffer>) => void} take  called for all that is there, in order
   */
  readInto(take) {
    for (let at = 0; at < this.size; at += PIECE) take(this.file.read(at, Math.min(at + PIECE, this.size)));
  }

  /** @returns {ArrayBuffer} all that is there */
  contents() {
    if (this.file.size < this.size) throw new DOMException('The file is shorter than what was written.', 'NotReadableError');
    return this.file.read(0, this.size).buffer;
  }

  reset() {
    this.file.truncate(0);
    this.size = 0;
  }

  /** Leave it as it is, to go on another time. */
  async close() {
    this.file.flush();
    await this.file.close();
  }

  /**
   * Give it its own name: it is whole.
   *
   * @param {string} [name]
   */
  async finish(name = this.name) {
    await this.close();
    await rename(this.file.handle, name);
  }

  async discard() {
    await this.file.close().catch(() => {}); // there is nothing to discard
    await this.folder.directory.removeEntry(this.file.handle.name).catch(() => {});
  }
}
