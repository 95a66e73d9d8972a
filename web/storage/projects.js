/**
 * Projects in the origin's private file system, a folder each (project-folder.js). One tab writes a project at a time.
 *
 * @module
 */

import { copyFiles } from './file-copies.js';
import { keepFolders } from './linked-folders.js';
import { findsOf, isUntouched, journalOf, keptIn, openProjectFolder, pictureFiles, writeJournal } from './project-folder.js';
import { foldersOf } from './project-links.js';
import { NOTES, describe, isDeleted, markDeleted, readNotes, writeTitle } from './project-notes.js';

const FOLDER = 'projects';

/** After a reload the worker before may still be ending, and have the lock. Milliseconds. */
const TRY_AGAIN_AFTER = 50;
const TRIES = 20;

/** @import {KeptFile, StoredProject} from '../protocol.js' */
/** @import {ProjectFolder} from './project-folder.js' */

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
    const notes = await readNotes(handle);
    if (notes) projects.push({ ...notes, id, bytes: await sizeOf(handle) });
    else if (await isUntouched(handle)) await removeProject(id).catch(() => {}); // a tab that was closed before anything was done
  }
  return projects.sort((one, other) => other.changed - one.changed);
}

/**
 * @param {string} id
 * @returns {Promise<boolean>}  false where another tab has it: it stays
 */
function removeProject(id) {
  return unlessElsewhere(id, async () => (await projectsFolder()).removeEntry(id, { recursive: true }));
}

/**
 * Mark a project as deleted, or as deleted no longer. All of it stays where it is: nothing can be lost between the two.
 *
 * @param {string} id
 * @param {boolean} deleted
 * @returns {Promise<boolean>}  false where another tab has it: it stays as it is
 */
export function markProject(id, deleted) {
  return unlessElsewhere(id, async () => markDeleted(await folderOf(id), deleted));
}

/**
 * Remove the projects that are marked as deleted for good, but for those that another tab has.
 *
 * @param {readonly string[]} ids
 */
export async function removeDeleted(ids) {
  for (const id of ids) {
    const isStill = await folderOf(id).then(isDeleted, () => false); // another tab may have brought it back, or removed it
    if (isStill) await removeProject(id);
  }
  const needed = new Set();
  for await (const project of (await projectsFolder()).values()) {
    if (project.kind === 'directory') for (const id of await foldersOf(project)) needed.add(id);
  }
  await keepFolders(needed).catch(() => {}); // it stores none, and has none
}

/** Give a project a name, also one that another tab has. @param {string} id @param {string} title  empty: it is called by its first picture */
export async function renameProject(id, title) {
  await writeTitle(await folderOf(id), title);
}

/**
 * Copy a project as it is now, with its steps and its pictures.
 *
 * @param {string} id
 * @param {string} copy  the copy's id
 * @param {string} title  its name
 * @throws {DOMException} QuotaExceededError when the disk is full: nothing of the copy stays
 */
export async function duplicateProject(id, copy, title) {
  const projects = await projectsFolder();
  const from = await folderOf(id);
  // held so that no list takes the unfinished copy for what a closed tab has left
  await navigator.locks.request(lockOf(copy), async () => {
    try {
      const to = await projects.getDirectoryHandle(copy, { create: true });
      await copyFiles(from, to, (name) => !NOTES.includes(name) && !name.startsWith('journal'));
      await writeJournal(to, await journalOf(from)); // without one a folder is nobody's
      await writeTitle(to, title);
      const notes = await readNotes(from);
      if (notes) await describe(to, { name: notes.name, pictures: notes.pictures, objects: notes.objects, changed: Date.now() }); // last: now it is one
    } catch (error) {
      await projects.removeEntry(copy, { recursive: true }).catch(() => {});
      throw error;
    }
  });
}

/**
 * What is stored of a project, to be read and not written; another tab may be writing it.
 *
 * @param {string} id
 * @returns {Promise<ReadableProject>}
 */
export async function readProject(id) {
  const folder = await folderOf(id);
  return { id, journal: await journalOf(folder), finds: await findsOf(folder), keptPictures: () => keptIn(folder), picture: await pictureFiles(folder) };
}

/**
 * @typedef {{ id: string, journal: ArrayBuffer, finds: Blob, keptPictures: () => Promise<Set<string>>, picture: (key: string) => Promise<KeptFile> }} ReadableProject
 *   `finds` can no longer be read when another tab has added to them
 */

/** @param {string} id */
const folderOf = async (id) => (await projectsFolder()).getDirectoryHandle(id);

/**
 * @param {string} id
 * @param {() => Promise<void>} run
 * @returns {Promise<boolean>}  false where another tab has the project
 */
function unlessElsewhere(id, run) {
  return navigator.locks.request(lockOf(id), { ifAvailable: true }, async (granted) => {
    if (granted) await run();
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
    if (tries === TRIES) return null;
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER));
  }
  const directory = await (await projectsFolder()).getDirectoryHandle(id, { create: true });
  await markDeleted(directory, false); // whoever works on it wants it
  return openProjectFolder(id, directory);
}

/**
 * Make the folder of a project that this tab has the lock of, where it has been taken away.
 *
 * @param {ProjectFolder} project
 * @returns {Promise<ProjectFolder>}  of the same project, with nothing in it
 */
export async function reopenProject(project) {
  await project.close();
  return openProjectFolder(project.id, await (await projectsFolder()).getDirectoryHandle(project.id, { create: true }));
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

/** @param {FileSystemDirectoryHandle} directory @returns {Promise<number>}  bytes */
async function sizeOf(directory) {
  let bytes = 0;
  for await (const handle of directory.values()) {
    if (handle.kind === 'directory') bytes += await sizeOf(handle);
    else bytes += (await handle.getFile().catch(() => null))?.size ?? 0;
  }
  return bytes;
}
