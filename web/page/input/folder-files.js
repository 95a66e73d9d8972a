/**
 * The files of a folder that the person opens: by its handle where the browser gives one, so that the project can read them from where they lie.
 *
 * @module
 */

import { newId } from '../../new-id.js';
import { byId } from '../dom.js';
import { DEEPEST, inOrder, noteFolder, notePlace } from './places.js';

/** @typedef {{ files: File[], name: string }} OpenedFolder */

/**
 * Have the person choose a folder.
 *
 * @param {() => Promise<FileSystemDirectoryHandle>} [picker]  for who needs the handle alone
 * @returns {Promise<FileSystemDirectoryHandle | null>}  null where they choose none; rejects where it cannot be read
 */
export const pickHandle = (picker = pickerOf()) =>
  picker?.().catch((error) => {
    if (error instanceof DOMException && error.name === 'AbortError') return null; // given up
    throw error;
  }) ?? Promise.resolve(null);

/** What chooses folders, which not every browser has. */
export function pickerOf() {
  const { showDirectoryPicker } = /** @type {{ showDirectoryPicker?: (options: object) => Promise<FileSystemDirectoryHandle> }} */ (/** @type {unknown} */ (globalThis));
  return showDirectoryPicker && (() => showDirectoryPicker({ id: 'pictures', mode: 'read' }));
}

/**
 * Have the person choose a folder, and give what is in it.
 *
 * @param {(folder: OpenedFolder) => void} take
 */
export async function pickFolder(take) {
  const picker = pickerOf();
  if (picker) {
    const handle = await pickHandle(picker);
    if (handle) take({ files: await filesIn(handle), name: handle.name });
    return;
  }
  const input = byId('folder', HTMLInputElement);
  input.value = ''; // the same one may be chosen again
  input.onchange = () => {
    const files = inOrder([...(input.files ?? [])]);
    take({ files, name: files[0]?.webkitRelativePath.split('/')[0] ?? '' });
  };
  input.click();
}

/**
 * The files in a folder and in those below it, each with where it lies; without what cannot be read.
 *
 * @param {FileSystemDirectoryHandle} handle
 * @returns {Promise<File[]>}
 */
export function filesIn(handle) {
  const id = newId();
  return below(handle, '', 0);

  /**
   * @param {FileSystemDirectoryHandle} directory
   * @param {string} place  of it, from the folder that was opened; with a slash at its end
   * @param {number} depth
   * @returns {Promise<File[]>}
   */
  async function below(directory, place, depth) {
    const inside = [];
    try {
      for await (const one of directory.values()) inside.push(one);
    } catch {
      // what cannot be read is left out
    }
    const files = await Promise.all(
      inOrder(inside).map(async (one) => {
        const path = place + one.name;
        if (one.kind === 'directory') return depth < DEEPEST ? below(one, `${path}/`, depth + 1) : [];
        const file = await one.getFile().catch(() => null);
        if (!file) return [];
        notePlace(file, `${handle.name}/${path}`);
        noteFolder(file, { id, handle, path });
        return [file];
      }),
    );
    return files.flat();
  }
}
