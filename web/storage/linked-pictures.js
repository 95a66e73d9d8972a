/**
 * Pictures that a project reads from where they lie (project-links.js). A file that is another one by now is never taken for it unasked.
 *
 * @module
 */

import { failure } from '../errors.js';

/** @import {LinkedPicture} from '../protocol.js' */

/**
 * Give the file of a linked picture.
 *
 * @param {LinkedPicture} link
 * @returns {Promise<File>}
 * @throws {import('../errors.js').TabsamError}  picture-not-allowed, picture-gone, picture-changed
 */
export async function linkedFile({ handle, path, size, modified }) {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!handle) throw failure('picture-gone', `This browser no longer knows the folder that '${name}' lies in.`, KEPT);
  if (!(await isAllowed(handle))) throw notAllowed(handle);
  const file = await fileIn(handle, path).catch((error) => {
    if (error instanceof DOMException && error.name === 'NotAllowedError') throw notAllowed(handle);
    throw failure('picture-gone', `'${name}' is no longer in the folder '${handle.name}'.`, `Put it back, or say where it is. ${KEPT}`, error);
  });
  if (file.size === size && file.lastModified === modified) return file;
  throw failure('picture-changed', `'${name}' has been changed since it was opened.`, 'What you did belongs to the file as it was, and is kept for it: objects are not shown on another one.');
}

const KEPT = 'What you did with it is kept.';

/** @param {FileSystemDirectoryHandle} handle */
const notAllowed = ({ name }) => failure('picture-not-allowed', `The browser asks you again before tabsam may read the folder '${name}'.`, KEPT);

/** Whether the folder may be read without asking. @param {FileSystemDirectoryHandle} handle */
const isAllowed = async (handle) => (await asking(handle).queryPermission({ mode: 'read' })) === 'granted';

/**
 * Ask the person; only in answer to a key or a click, and in the page.
 *
 * @param {FileSystemDirectoryHandle} handle
 * @throws {import('../errors.js').TabsamError}  picture-not-allowed
 */
export async function askFor(handle) {
  if ((await asking(handle).requestPermission({ mode: 'read' })) !== 'granted') throw notAllowed(handle);
}

/**
 * Where there are folders to be opened their permission can be asked for; the type library does not know it yet.
 *
 * @typedef {(how: { mode: 'read' }) => Promise<PermissionState>} Ask
 * @param {FileSystemDirectoryHandle} handle
 */
const asking = (handle) => /** @type {FileSystemDirectoryHandle & { queryPermission: Ask, requestPermission: Ask }} */ (handle);

/**
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} path  with slashes
 * @returns {Promise<File>}
 */
export async function fileIn(folder, path) {
  const way = path.split('/');
  const name = way.pop() ?? '';
  let at = folder;
  for (const part of way) at = await at.getDirectoryHandle(part);
  return (await at.getFileHandle(name)).getFile();
}
