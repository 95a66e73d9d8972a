/**
 * A project's folder: the journal of what was done, the pictures' files, and what the list of projects says of it.
 *
 * @module
 */

import { accessTo, rename, writeAt } from './sync-access.js';

/** @import {About} from './projects.js' */

const JOURNAL = 'journal';
const NEXT_JOURNAL = 'journal.next';
const PICTURES = 'pictures';
const UNFINISHED = '.part';
export const ABOUT = 'about.json';

/** A journal of so many bytes says no more than what it is. */
const HEAD = 100;

/** For a journal that cannot be read: nothing opens it by itself. */
const asideName = () => `${JOURNAL}.${Date.now()}.kept`;

/**
 * Whether nothing has been done in a project.
 *
 * @param {FileSystemDirectoryHandle} directory
 */
export async function isUntouched(directory) {
  const journal = await directory.getFileHandle(JOURNAL).then((handle) => handle.getFile(), () => null);
  return journal === null || journal.size < HEAD;
}

/**
 * Open a folder to write in it; whoever does has the project's lock.
 *
 * @param {string} id
 * @param {FileSystemDirectoryHandle} directory
 */
export async function openProjectFolder(id, directory) {
  const pictures = await directory.getDirectoryHandle(PICTURES, { create: true });
  return new ProjectFolder(id, directory, pictures, await accessTo(await directory.getFileHandle(JOURNAL, { create: true })));
}

export class ProjectFolder {
  /**
   * @param {string} id
   * @param {FileSystemDirectoryHandle} directory
   * @param {FileSystemDirectoryHandle} pictures
   * @param {FileSystemSyncAccessHandle} journal
   */
  constructor(id, directory, pictures, journal) {
    this.id = id;
    this.directory = directory;
    this.pictures = pictures;
    this.journal = journal;
    this.size = journal.getSize();
  }

  /** @returns {Uint8Array<ArrayBuffer>} all of the journal */
  readJournal() {
    const bytes = new Uint8Array(this.size);
    for (let at = 0; at < bytes.byteLength; ) {
      const read = this.journal.read(bytes.subarray(at), { at });
      if (read === 0) break;
      at += read;
    }
    return bytes;
  }

  /**
   * Add lines to the journal. A line that is only in part there is no line: what was written before stays whole.
   *
   * @param {Uint8Array<ArrayBuffer>} lines
   * @throws {DOMException} QuotaExceededError when the disk is full
   */
  append(lines) {
    this.size = writeAt(this.journal, lines, this.size);
  }

  /** Have the system write what it still holds back: a crash of the whole machine costs no more than a moment. */
  flush() {
    this.journal.flush();
  }

  /** Forget what comes after the last whole line. @param {number} size */
  cut(size) {
    this.journal.truncate(size);
    this.size = size;
  }

  /**
   * Put another journal in the place of this one; until it is whole this one stays.
   *
   * @param {Uint8Array<ArrayBuffer>} lines
   * @param {{ keep?: boolean }} [options]  `keep`: this one is kept under another name, where nothing writes over it
   */
  async replaceJournal(lines, { keep = false } = {}) {
    const handle = await this.directory.getFileHandle(NEXT_JOURNAL, { create: true });
    const next = await accessTo(handle);
    try {
      next.truncate(0);
      writeAt(next, lines, 0);
      next.flush();
    } catch (error) {
      next.close();
      await this.directory.removeEntry(NEXT_JOURNAL).catch(() => {});
      throw error;
    }
    next.close();
    this.journal.close();
    if (keep) await rename(await this.directory.getFileHandle(JOURNAL), asideName());
    await rename(handle, JOURNAL);
    this.journal = await accessTo(handle);
    this.size = lines.byteLength;
  }

  /**
   * Keep a journal that cannot be read where nothing writes over it.
   *
   * @returns {Promise<void>}
   */
  async setJournalAside() {
    this.journal.close();
    const handle = await this.directory.getFileHandle(JOURNAL);
    await rename(handle, asideName());
    this.journal = await accessTo(await this.directory.getFileHandle(JOURNAL, { create: true }));
    this.size = 0;
  }

  /**
   * Keep a picture's file.
   *
   * @param {string} key
   * @param {Blob} file
   * @throws {DOMException} QuotaExceededError when the disk is full
   */
  async keepPicture(key, file) {
    if (await this.picture(key)) return;
    const handle = await this.pictures.getFileHandle(key + UNFINISHED, { create: true });
    const access = await accessTo(handle);
    try {
      access.truncate(0);
      let at = 0;
      for await (const chunk of /** @type {AsyncIterable<Uint8Array<ArrayBuffer>>} */ (/** @type {unknown} */ (file.stream()))) {
        at = writeAt(access, chunk, at);
      }
    } catch (error) {
      access.close();
      await this.pictures.removeEntry(key + UNFINISHED).catch(() => {});
      throw error;
    }
    access.close();
    await rename(handle, key);
  }

  /**
   * @param {string} key
   * @returns {Promise<File | null>}
   */
  async picture(key) {
    try {
      return await (await this.pictures.getFileHandle(key)).getFile();
    } catch {
      return null;
    }
  }

  /** @param {string} key */
  async dropPicture(key) {
    await this.pictures.removeEntry(key).catch(() => {});
  }

  /** @returns {Promise<Set<string>>} the keys of the pictures whose files are here */
  async keptPictures() {
    const keys = new Set();
    for await (const name of this.pictures.keys()) if (!name.endsWith(UNFINISHED)) keys.add(name);
    return keys;
  }

  /** What the list of projects says of it. @param {About} about */
  async describe(about) {
    const access = await accessTo(await this.directory.getFileHandle(ABOUT, { create: true }));
    try {
      const text = new TextEncoder().encode(JSON.stringify(about));
      access.truncate(0);
      access.write(text, { at: 0 });
    } finally {
      access.close();
    }
  }

  /** Let go of the journal's file: another tab writes it now. */
  close() {
    this.journal.close();
  }
}
