/**
 * Projects in the origin's private file system, a folder each (project-folder.js). One tab writes a project at a time.
 *
 * @module
 */

import { ABOUT, isUntouched, openProjectFolder } from './project-folder.js';

const FOLDER = 'projects';

/** After a reload the worker before may still be ending, and have the lock. Milliseconds. */
const TRY_AGAIN_AFTER = 50;
const TRIES = 20;

/** @import {StoredProject} from '../protocol.js' */
/** @import {ProjectFolder} from './project-folder.js' */

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
    else if (await isUntouched(handle)) await removeProject(id).catch(() => {}); // a tab that was closed before anything was done
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
    if (tries === TRIES) return null;
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER));
  }
  return openProjectFolder(id, await (await projectsFolder()).getDirectoryHandle(id, { create: true }));
}

/**
 * Make the folder of a project that this tab has the lock of, where it has been taken away.
 *
 * @param {ProjectFolder} project
 * @returns {Promise<ProjectFolder>}  of the same project, with nothing in it
 */
export async function reopenProject(project) {
  project.close();
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
