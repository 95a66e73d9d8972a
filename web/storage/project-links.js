/**
 * A project's notes of pictures that it reads from where they lie: in place of a copy the folder, the way in it, and how the file was.
 *
 * @module
 */

import { folderBy, putFolder } from './linked-folders.js';
import { rename, writeFile } from './open-file.js';

/** @import {Link, LinkedPicture, Whereabouts} from '../protocol.js' */

/** A picture's note lies where its copy would, under the same name with this at its end. */
export const LINK = '.link';
const UNFINISHED = '.part';
/** A folder of empty files, called as the folders that the project needs. */
const FOLDERS = 'folders';

/**
 * Note where a picture's file lies.
 *
 * @param {FileSystemDirectoryHandle} project
 * @param {FileSystemDirectoryHandle} pictures  the project's
 * @param {string} key
 * @param {{ file: File, from: Whereabouts }} picture
 * @throws {DOMException} where the browser stores no handles, or the disk is full
 */
export async function writeLink(project, pictures, key, { file, from }) {
  const needed = await project.getDirectoryHandle(FOLDERS, { create: true });
  await needed.getFileHandle(from.id, { create: true }); // first: nobody then takes the folder for one that no project needs
  if ((await folderBy(from.id)) === null) await putFolder(from.id, from.handle);
  /** @type {Link} */
  const link = { folder: from.id, path: from.path, size: file.size, modified: file.lastModified };
  const unfinished = key + LINK + UNFINISHED;
  await writeFile(pictures, unfinished, new TextEncoder().encode(JSON.stringify(link)));
  await rename(await pictures.getFileHandle(unfinished), key + LINK);
}

/**
 * @param {FileSystemDirectoryHandle} pictures
 * @param {string} key
 * @returns {Promise<LinkedPicture | null>}
 */
export async function linkIn(pictures, key) {
  try {
    const { folder, path, size, modified } = JSON.parse(await (await (await pictures.getFileHandle(key + LINK)).getFile()).text());
    return { folder: String(folder), path: String(path), size: Number(size), modified: Number(modified), handle: await folderBy(String(folder)) };
  } catch {
    return null;
  }
}

/** @param {FileSystemDirectoryHandle} project @returns {Promise<string[]>}  the ids of the folders that it needs */
export async function foldersOf(project) {
  const needed = await project.getDirectoryHandle(FOLDERS).catch(() => null);
  const ids = [];
  if (needed) for await (const id of needed.keys()) ids.push(id);
  return ids;
}
