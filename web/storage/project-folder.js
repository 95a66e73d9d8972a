/**
 * A project's folder: the journal of what was done, the pictures' files, and what the list of projects says of it (project-notes.js).
 *
 * @module
 */

import { linkedFile } from './linked-pictures.js';
import { LINK, linkIn, writeLink } from './project-links.js';
import { describe, keepThumbnail, thumbnailName } from './project-notes.js';
import { openFile, rename, writeFile } from './open-file.js';

/** @import {KeptFile, Whereabouts} from '../protocol.js' */
/** @import {OpenFile} from './open-file.js' */
/** @import {About} from './project-notes.js' */

const JOURNAL = 'journal';
const NEXT_JOURNAL = 'journal.next';
/** What searches have found: the journal says what lies where in it. */
const FINDS = 'finds';
const PICTURES = 'pictures';
const UNFINISHED = '.part';

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

/** A journal that is being written may be replaced while it is read; so often that is tried. */
const TRIES = 5;

/**
 * What there is of a project's journal, also while another tab writes it: its last line may be cut off.
 *
 * @param {FileSystemDirectoryHandle} directory
 * @returns {Promise<ArrayBuffer>}
 */
export async function journalOf(directory) {
  for (let tries = 1; ; tries++) {
    try {
      return await (await (await directory.getFileHandle(JOURNAL)).getFile()).arrayBuffer();
    } catch (error) {
      if (tries === TRIES) throw error; // it was written between these two
    }
  }
}

/** @param {FileSystemDirectoryHandle} directory @returns {Promise<Blob>}  what searches have found */
export const findsOf = (directory) => directory.getFileHandle(FINDS).then((handle) => handle.getFile(), () => new Blob());

/** @param {FileSystemDirectoryHandle} directory @returns {Promise<Set<string>>}  the keys of the pictures whose files are here, or known by where they lie */
export async function keptIn(directory) {
  const keys = new Set();
  const pictures = await directory.getDirectoryHandle(PICTURES, { create: true });
  for await (const name of pictures.keys()) if (!name.endsWith(UNFINISHED)) keys.add(name.endsWith(LINK) ? name.slice(0, -LINK.length) : name);
  return keys;
}

/** @param {FileSystemDirectoryHandle} directory @param {ArrayBuffer} lines */
export const writeJournal = (directory, lines) => writeFile(directory, JOURNAL, new Uint8Array(lines));

/** @param {FileSystemDirectoryHandle} directory @returns {Promise<(key: string) => Promise<KeptFile>>}  gives the kept pictures' files */
export async function pictureFiles(directory) {
  const pictures = await directory.getDirectoryHandle(PICTURES, { create: true });
  return (key) => keptFile(pictures, key);
}

/**
 * @param {KeptFile} kept
 * @returns {Promise<File | null>}  null where it cannot be had without asking anybody
 */
export const readable = async ({ file, link }) => (link ? linkedFile(link).catch(() => null) : file);

/**
 * Open a folder to write in it; whoever does has the project's lock.
 *
 * @param {string} id
 * @param {FileSystemDirectoryHandle} directory
 */
export async function openProjectFolder(id, directory) {
  const pictures = await directory.getDirectoryHandle(PICTURES, { create: true });
  const journal = await openFile(await directory.getFileHandle(JOURNAL, { create: true }));
  // a full disk may have no room for another file: the work is there without it
  const finds = await directory.getFileHandle(FINDS, { create: true }).then(openFile).catch(() => null);
  return new ProjectFolder(id, directory, pictures, journal, finds);
}

export class ProjectFolder {
  /**
   * @param {string} id
   * @param {FileSystemDirectoryHandle} directory
   * @param {FileSystemDirectoryHandle} pictures
   * @param {OpenFile} journal
   * @param {OpenFile | null} finds
   */
  constructor(id, directory, pictures, journal, finds) {
    this.id = id;
    this.directory = directory;
    this.pictures = pictures;
    this.journal = journal;
    this.size = journal.size;
    this.finds = finds;
  }

  /** @returns {Uint8Array<ArrayBuffer>} all of the journal */
  readJournal() {
    return this.journal.read(0, this.size);
  }

  /**
   * Add what a search has found.
   *
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @returns {number}  where it begins
   * @throws {DOMException} QuotaExceededError when the disk is full
   */
  appendFinds(bytes) {
    if (!this.finds) throw new DOMException('There is no file for finds.', 'NotFoundError');
    const start = this.finds.size;
    this.finds.write(bytes, start);
    return start;
  }

  /** @param {number} start @param {number} end @returns {Uint8Array<ArrayBuffer>} */
  readFinds(start, end) {
    if (!this.finds) throw new DOMException('There is no file for finds.', 'NotFoundError');
    return this.finds.read(start, end);
  }

  /**
   * Add lines to the journal. A line that is only in part there is no line: what was written before stays whole.
   *
   * @param {Uint8Array<ArrayBuffer>} lines
   * @throws {DOMException} QuotaExceededError when the disk is full
   */
  append(lines) {
    this.size = this.journal.write(lines, this.size);
  }

  /** Have the system write what it still holds back: a crash of the whole machine costs no more than a moment. */
  flush() {
    this.finds?.flush();
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
    const next = await openFile(handle);
    try {
      next.truncate(0);
      next.write(lines, 0);
      next.flush();
    } catch (error) {
      await next.close().catch(() => {});
      await this.directory.removeEntry(NEXT_JOURNAL).catch(() => {});
      throw error;
    }
    await next.close();
    await this.journal.close();
    if (keep) await rename(await this.directory.getFileHandle(JOURNAL), asideName());
    await rename(handle, JOURNAL);
    this.journal = await openFile(handle);
    this.size = lines.byteLength;
  }

  /**
   * Keep a journal that cannot be read where nothing writes over it.
   *
   * @returns {Promise<void>}
   */
  async setJournalAside() {
    await this.journal.close();
    const handle = await this.directory.getFileHandle(JOURNAL);
    await rename(handle, asideName());
    this.journal = await openFile(await this.directory.getFileHandle(JOURNAL, { create: true }));
    this.size = 0;
  }

  /**
   * Keep a picture's file, or where it lies.
   *
   * @param {string} key
   * @param {Blob} file
   * @param {{ from?: Whereabouts | null, instead?: boolean }} [options]  `from`: it is read from there from now on; `instead`: of what is kept
   * @throws {DOMException} QuotaExceededError when the disk is full
   */
  async keepPicture(key, file, { from = null, instead = false } = {}) {
    const { file: copy, link } = await this.picture(key);
    if ((copy || link) && !instead) return;
    if (from && file instanceof File && (await writeLink(this.directory, this.pictures, key, { file, from }).then(() => true, () => false))) return;
    await this.#copy(key, file);
    if (link) await this.pictures.removeEntry(key + LINK).catch(() => {});
  }

  /** @param {string} key @param {Blob} file */
  async #copy(key, file) {
    const handle = await this.pictures.getFileHandle(key + UNFINISHED, { create: true });
    const copy = await openFile(handle);
    try {
      copy.truncate(0);
      let at = 0;
      for await (const chunk of /** @type {AsyncIterable<Uint8Array<ArrayBuffer>>} */ (/** @type {unknown} */ (file.stream()))) {
        at = copy.write(chunk, at);
      }
    } catch (error) {
      await copy.close().catch(() => {});
      await this.pictures.removeEntry(key + UNFINISHED).catch(() => {});
      throw error;
    }
    await copy.close();
    await rename(handle, key);
  }

  /**
   * @param {string} key
   * @returns {Promise<KeptFile>}
   */
  picture(key) {
    return keptFile(this.pictures, key);
  }

  /** @param {string} key */
  async dropPicture(key) {
    for (const name of [key, key + LINK]) await this.pictures.removeEntry(name).catch(() => {});
  }

  /** @returns {Promise<Set<string>>} the keys of the pictures whose files are here */
  keptPictures() {
    return keptIn(this.directory);
  }

  /** What the list of projects says of it. @param {About} about */
  describe(about) {
    return describe(this.directory, about);
  }

  /** What it looks like in the list of projects. @param {string} of  see `thumbnailName` @param {Blob} file */
  keepThumbnail(of, file) {
    return keepThumbnail(this.directory, of, file);
  }

  /** @returns {Promise<string | null>}  what its thumbnail is of */
  thumbnailName() {
    return thumbnailName(this.directory);
  }

  /** Let go of its files: another tab writes them now, or they have been cleared away. */
  async close() {
    await this.finds?.close().catch(() => {});
    await this.journal.close().catch(() => {});
  }
}

/**
 * @param {FileSystemDirectoryHandle} pictures
 * @param {string} key
 * @returns {Promise<KeptFile>}
 */
async function keptFile(pictures, key) {
  const file = await pictures.getFileHandle(key).then((handle) => handle.getFile()).catch(() => null);
  return { file, link: file ? null : await linkIn(pictures, key) };
}
