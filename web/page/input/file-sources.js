/**
 * Where pictures come from: the file picker, a drop anywhere on the page, the clipboard. A model's files may be dropped, too.
 *
 * @module
 */

import { byId, isText } from '../dom.js';
import { filesIn, pickFolder, pickerOf } from './folder-files.js';
import { DEEPEST, inOrder, notePlace } from './places.js';
import { isModelFile, isWeightsFile } from '../models/own/model-file-roles.js';

/** A file dragged over the page sends an event at least this often; when they stop it has left. Milliseconds. */
const DRAG_GONE_MS = 250;

/**
 * @typedef {{ onFiles: (files: File[]) => void, onModelFiles: (files: File[], folder: string) => void }} Takers
 *   files of a model come all at once, and all that is in a `folder` if one was dropped
 * @param {Takers} takers
 */
export function mountFileSources({ onFiles, onModelFiles }) {
  const input = byId('file', HTMLInputElement);
  input.addEventListener('change', () => {
    const files = inOrder([...(input.files ?? [])]);
    if (files.length) onFiles(files);
    input.value = ''; // the same file may be chosen again
  });

  mountDrop({ onFiles, onModelFiles });

  document.addEventListener('paste', (event) => {
    if (isText(event.target)) return;
    const [file] = event.clipboardData?.files ?? [];
    if (!file) return;
    event.preventDefault();
    onFiles([file]);
  });

  const decoder = byId('decoder-file', HTMLInputElement);
  const found = byId('found-file', HTMLInputElement);

  return {
    pick: () => input.click(),
    pickFolder: () => pickFolder((folder) => takeFolder(folder, { onFiles, onModelFiles })),
    /** @returns {Promise<File>}  the one file that the person chooses; rejects where they choose none */
    pickFile: () =>
      new Promise((resolve, reject) => {
        found.value = ''; // the same file may be chosen again
        found.onchange = () => found.files?.[0] && resolve(found.files[0]);
        found.oncancel = () => reject(new DOMException('No file was chosen.', 'AbortError'));
        found.click();
      }),
    /** @param {(file: File) => void} take */
    pickDecoder(take) {
      decoder.value = ''; // the same file may be chosen again
      decoder.onchange = () => decoder.files?.[0] && take(decoder.files[0]);
      decoder.click();
    },
  };
}

/** @param {{ files: File[], name: string }} folder @param {Takers} takers */
function takeFolder({ files, name }, { onFiles, onModelFiles }) {
  if (files.some(isModelFile) || !files.length) onModelFiles(files, name);
  else onFiles(files);
}

/** @param {Takers} takers */
function mountDrop({ onFiles, onModelFiles }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let gone;
  const leave = () => {
    clearTimeout(gone);
    delete document.body.dataset.dropping;
  };
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    document.body.dataset.dropping = '';
    clearTimeout(gone);
    gone = setTimeout(leave, DRAG_GONE_MS);
  });
  document.addEventListener('drop', (event) => {
    leave();
    const files = inOrder([...(event.dataTransfer?.files ?? [])]);
    if (!files.length) return;
    event.preventDefault();
    const dropped = [...(event.dataTransfer?.items ?? [])].flatMap((item) => droppedBy(item) ?? []);
    const folder = dropped.find(({ entry }) => entry.isDirectory);
    if (folder) {
      const each = Promise.all(inOrder(dropped).map(filesOfDropped));
      void each.then((files) => takeFolder({ files: files.flat(), name: folder.entry.name }, { onFiles, onModelFiles }));
      return;
    }
    const ofModels = files.filter((file) => isModelFile(file) || isWeightsFile(file));
    if (ofModels.length) onModelFiles(ofModels, '');
    const others = files.filter((file) => !ofModels.includes(file));
    if (others.length) onFiles(others);
  });
}

/**
 * What has been dropped; only while the event lasts it can be asked for.
 *
 * @typedef {{ name: string, entry: FileSystemEntry, handle: Promise<FileSystemHandle | null> | null }} Dropped  `handle`: where the browser has handles that last
 * @param {DataTransferItem} item
 * @returns {Dropped | null}
 */
function droppedBy(item) {
  const entry = item.webkitGetAsEntry();
  if (!entry) return null;
  const { getAsFileSystemHandle: get } = /** @type {{ getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> }} */ (/** @type {unknown} */ (item));
  return { name: entry.name, entry, handle: entry.isDirectory && get && pickerOf() ? get.call(item) : null };
}

/** @param {Dropped} dropped @returns {Promise<File[]>} */
async function filesOfDropped({ entry, handle }) {
  const folder = await handle?.catch(() => null); // of some folders the browser gives none
  return folder instanceof FileSystemDirectoryHandle ? filesIn(folder) : filesOf(entry);
}

/**
 * A file, or the files in a folder and in those below it; without what cannot be read.
 *
 * @param {FileSystemEntry} entry
 * @param {number} [depth]
 * @returns {Promise<File[]>}
 */
async function filesOf(entry, depth = 0) {
  const file = /** @type {FileSystemFileEntry} */ (entry);
  if (entry.isFile) {
    const files = await new Promise((resolve) => file.file((one) => resolve([one]), () => resolve([])));
    for (const one of files) notePlace(one, entry.fullPath);
    return files;
  }
  if (depth > DEEPEST) return [];
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  const inside = [];
  for (;;) {
    // It gives some at a time, and none at the end.
    const entries = /** @type {FileSystemEntry[]} */ (await new Promise((resolve) => reader.readEntries(resolve, () => resolve([]))));
    if (!entries.length) break;
    inside.push(...entries);
  }
  const files = await Promise.all(inOrder(inside).map((one) => filesOf(one, depth + 1))); // one by one thousands would take a minute
  return files.flat();
}
