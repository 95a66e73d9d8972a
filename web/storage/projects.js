/**
 * Projects in the origin's private file system: a folder each, with the journal of what was done and the pictures' files. One tab
 * writes a project at a time.
 *
 * @module
 */

const FOLDER = 'projects';
const JOURNAL = 'journal';
const NEXT_JOURNAL = 'journal.next';
const PICTURES = 'pictures';
const ABOUT = 'about.json';
const UNFINISHED = '.part';

/** A worker that was just ended lets go of its files a moment later than of its locks. Milliseconds. */
const TRY_AGAIN_AFTER = 50;
const TRIES = 100;
/** After a reload the worker before may still be ending, and have the lock. */
const LOCK_TRIES = 20;

/** @import {StoredProject} from '../protocol.js' */

/**
 * @typedef {{ name: string, pictures: number, objects: number, changed: number }} About  `changed` in milliseconds since 1970
 */

/** @returns {Promise<FileSystemDirectoryHandle>} @throws {DOMException} where the browser gives the page no storage */
async function projectsFolder() {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

/**
 * The projects that are stored, the one that was changed last first.
 *
 * @returns {Promise<StoredProject[]>}
 */
export async function listProjects() {
  const projects = [];
  for await (const [id, handle] of (await projectsFolder()).entries()) {
    if (handle.kind !== 'directory') continue;
    const about = await readAbout(handle);
    if (about) projects.push({ ...about, id, bytes: await sizeOf(handle) });
  }
  return projects.sort((one, other) => other.changed - one.changed);
}

/**
 * @param {string} id
 * @returns {Promise<boolean>}  false where another tab has it: it stays
 */
export async function removeProject(id) {
  return navigator.locks.request(lockOf(id), { ifAvailable: true }, async (granted) => {
    if (granted) await (await projectsFolder()).removeEntry(id, { recursive: true });
    return granted !== null;
  });
}

/**
 * Open a project to write in it, or begin one.
 *
 * @param {string} id
 * @param {{ takeOver?: boolean, onLost: () => void }} options  `takeOver`: from another tab, if one has it; `onLost`: another tab has taken it over
 * @returns {Promise<ProjectFolder | null>}  null while another tab has it
 */
export async function openProject(id, { takeOver = false, onLost }) {
  for (let tries = 1; !(await lock(lockOf(id), takeOver, onLost)); tries++) {
    if (tries === LOCK_TRIES) return null;
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER));
  }
  const directory = await (await projectsFolder()).getDirectoryHandle(id, { create: true });
  const pictures = await directory.getDirectoryHandle(PICTURES, { create: true });
  return new ProjectFolder(id, directory, pictures, await accessTo(await directory.getFileHandle(JOURNAL, { create: true })));
}

/** @param {string} id */
const lockOf = (id) => `tabsam project ${id}`;

/**
 * Hold a lock for as long as this worker lives.
 *
 * @param {string} name
 * @param {boolean} steal
 * @param {() => void} onLost
 * @returns {Promise<boolean>}  whether it is held
 */
function lock(name, steal, onLost) {
  return new Promise((resolve) => {
    let held = false;
    const options = steal ? { steal } : { ifAvailable: true };
    navigator.locks
      .request(name, options, (granted) => {
        held = granted !== null;
        resolve(held);
        return held ? new Promise(() => {}) : undefined;
      })
      .catch(() => (held ? onLost() : resolve(false)));
  });
}

/** A project that this worker writes. */
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
    const written = this.journal.write(lines, { at: this.size });
    if (written < lines.byteLength) throw new DOMException('The disk is full.', 'QuotaExceededError');
    this.size += written;
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
   */
  async replaceJournal(lines) {
    const handle = await this.directory.getFileHandle(NEXT_JOURNAL, { create: true });
    const next = await accessTo(handle);
    try {
      next.truncate(0);
      if (next.write(lines, { at: 0 }) < lines.byteLength) throw new DOMException('The disk is full.', 'QuotaExceededError');
      next.flush();
    } catch (error) {
      next.close();
      await this.directory.removeEntry(NEXT_JOURNAL).catch(() => {});
      throw error;
    }
    next.close();
    this.journal.close();
    // Every browser with OPFS has it; the type library does not yet.
    await /** @type {FileSystemFileHandle & { move(name: string): Promise<void> }} */ (handle).move(JOURNAL);
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
    await /** @type {FileSystemFileHandle & { move(name: string): Promise<void> }} */ (handle).move(`journal.${Date.now()}.kept`);
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
        const written = access.write(chunk, { at });
        if (written < chunk.byteLength) throw new DOMException('The disk is full.', 'QuotaExceededError');
        at += written;
      }
    } catch (error) {
      access.close();
      await this.pictures.removeEntry(key + UNFINISHED).catch(() => {});
      throw error;
    }
    access.close();
    await /** @type {FileSystemFileHandle & { move(name: string): Promise<void> }} */ (handle).move(key);
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

/** @param {FileSystemFileHandle} handle */
async function accessTo(handle) {
  for (let tries = 1; ; tries++) {
    try {
      return await handle.createSyncAccessHandle();
    } catch (error) {
      if (tries === TRIES || !(error instanceof DOMException) || error.name !== 'NoModificationAllowedError') throw error;
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER));
    }
  }
}

/** @param {FileSystemDirectoryHandle} directory @returns {Promise<About | null>}  null where nothing has been done yet */
async function readAbout(directory) {
  try {
    const file = await (await directory.getFileHandle(ABOUT)).getFile();
    const { name, pictures, objects, changed } = JSON.parse(await file.text());
    return { name: String(name), pictures: Number(pictures), objects: Number(objects), changed: Number(changed) };
  } catch {
    return null;
  }
}

/** @param {FileSystemDirectoryHandle} directory @returns {Promise<number>}  bytes */
async function sizeOf(directory) {
  let bytes = 0;
  for await (const handle of directory.values()) {
    if (handle.kind === 'directory') bytes += await sizeOf(handle);
    else bytes += (await handle.getFile().catch(() => null))?.size ?? 0;
  }
  return bytes;
}
