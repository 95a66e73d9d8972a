/**
 * What the list of projects says of one: small files in its folder, beside its work. How much there is is written by the tab that has the
 * project; its name and whether it is deleted by any tab, each in a file of its own, so that none writes over what another has written.
 *
 * @module
 */

import { writeFile } from './open-file.js';

/** @import {StoredProject} from '../protocol.js' */

const ABOUT = 'about.json';
const TITLE = 'title';
const DELETED = 'deleted';
/** A folder with one file, whose name says what it shows. */
const THUMBNAIL = 'thumbnail';

/** The files that a copy does not take over. */
export const NOTES = [ABOUT, TITLE, DELETED];

/**
 * @typedef {{ name: string, pictures: number, objects: number, changed: number }} About  `changed` in milliseconds since 1970
 * @typedef {Omit<StoredProject, 'id' | 'bytes'>} Notes
 */

/**
 * @param {FileSystemDirectoryHandle} directory
 * @returns {Promise<Notes | null>}  null where nothing has been done yet
 */
export async function readNotes(directory) {
  const about = await textOf(directory, ABOUT);
  if (about === null) return null;
  try {
    const { name, pictures, objects, changed } = JSON.parse(about);
    return {
      name: String(name),
      title: (await textOf(directory, TITLE)) ?? '',
      pictures: Number(pictures),
      objects: Number(objects),
      changed: Number(changed),
      deleted: await isDeleted(directory),
      thumbnail: await thumbnailOf(directory),
    };
  } catch {
    return null;
  }
}

/** @param {FileSystemDirectoryHandle} directory @param {About} about */
export function describe(directory, about) {
  return writeFile(directory, ABOUT, new TextEncoder().encode(JSON.stringify(about)));
}

/** @param {FileSystemDirectoryHandle} directory @param {string} title  empty for none */
export function writeTitle(directory, title) {
  return writeFile(directory, TITLE, new TextEncoder().encode(title));
}

/** @param {FileSystemDirectoryHandle} directory @param {boolean} deleted */
export async function markDeleted(directory, deleted) {
  if (deleted) await directory.getFileHandle(DELETED, { create: true });
  else await directory.removeEntry(DELETED).catch(() => {}); // as a rule it is not there
}

/** @param {FileSystemDirectoryHandle} directory */
export const isDeleted = (directory) => directory.getFileHandle(DELETED).then(() => true, () => false);

/**
 * @param {FileSystemDirectoryHandle} directory
 * @param {string} of  what it shows: who writes it need not make it again
 * @param {Blob} file
 */
export async function keepThumbnail(directory, of, file) {
  const folder = await directory.getDirectoryHandle(THUMBNAIL, { create: true });
  await writeFile(folder, of, new Uint8Array(await file.arrayBuffer()));
  for await (const name of folder.keys()) if (name !== of) await folder.removeEntry(name).catch(() => {});
}

/** @param {FileSystemDirectoryHandle} directory @returns {Promise<string | null>}  what `keepThumbnail` was told */
export async function thumbnailName(directory) {
  return (await thumbnailHandle(directory))?.name ?? null;
}

/** @param {FileSystemDirectoryHandle} directory @returns {Promise<Blob | null>} */
async function thumbnailOf(directory) {
  try {
    const file = await (await thumbnailHandle(directory))?.getFile();
    // read, and not only named: the tab that has the project may put another one in its place in the next moment
    return file?.size ? new Blob([await file.arrayBuffer()], { type: 'image/webp' }) : null;
  } catch {
    return null;
  }
}

/** @param {FileSystemDirectoryHandle} directory @returns {Promise<FileSystemFileHandle | null>} */
async function thumbnailHandle(directory) {
  const folder = await directory.getDirectoryHandle(THUMBNAIL).catch(() => null);
  if (folder) for await (const handle of folder.values()) if (handle.kind === 'file') return handle;
  return null;
}

/** @param {FileSystemDirectoryHandle} directory @param {string} name @returns {Promise<string | null>} */
async function textOf(directory, name) {
  try {
    return await (await (await directory.getFileHandle(name)).getFile()).text();
  } catch {
    return null;
  }
}
