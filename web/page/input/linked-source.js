/**
 * The file of a picture that is read from where it lies, and what the person can do where it cannot: allow it, find it, or take it as it is now.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { putFolder } from '../../storage/linked-folders.js';
import { askFor, fileIn, linkedFile } from '../../storage/linked-pictures.js';
import { pickHandle, pickerOf } from './folder-files.js';
import { noteFolder } from './places.js';

/** @import {LinkedPicture, Whereabouts} from '../../protocol.js' */
/** @import {Way} from '../../errors.js' */

/** Files that could not be read may be readable now. */
export const READABLE = 'tabsam:readable';

/**
 * @param {LinkedPicture} link
 * @param {{ keep: (file: File, from: Whereabouts | null) => Promise<void>, pickFile: () => Promise<File> }} parts  `keep` keeps another file, or
 *   where another lies, in the place of this one
 * @returns {Promise<File>}
 * @throws {TabsamError}  with ways out: picture-not-allowed, picture-gone, picture-changed
 */
export async function readLinked(link, { keep, pickFile }) {
  const { handle, folder } = link;
  try {
    const file = await linkedFile(link);
    if (handle) noteFolder(file, { id: folder, handle, path: link.path });
    return file;
  } catch (thrown) {
    const error = TabsamError.from(thrown);
    error.ways = waysOut(error.code);
    throw error;
  }

  /** @param {string} code @returns {Way[]} */
  function waysOut(code) {
    const replace = (/** @type {File} */ file, /** @type {Whereabouts | null} */ from) => keep(file, from).then(tellReadable);
    const findFile = { label: 'Find the file', run: async () => replace(await pickFile(), null) };
    if (code === 'picture-not-allowed' && handle) return [{ label: `Allow reading '${handle.name}'`, run: () => askFor(handle).then(tellReadable) }];
    if (code === 'picture-changed' && handle) {
      const take = async () => replace(await fileIn(handle, link.path), { id: folder, handle, path: link.path });
      return [{ label: 'Open it as it is now', run: take }, findFile];
    }
    if (code === 'picture-gone') return pickerOf() ? [findFile, { label: 'Find the folder', run: findFolder }] : [findFile];
    return [];
  }

  /** All pictures of the folder are looked for there from now on. */
  async function findFolder() {
    const found = await pickHandle();
    if (!found) throw new DOMException('No folder was chosen.', 'AbortError');
    await putFolder(folder, found);
    tellReadable();
  }
}

function tellReadable() {
  document.dispatchEvent(new Event(READABLE));
}
