/**
 * Where pictures come from: the file picker, a drop anywhere on the page, the clipboard. A model's files may be dropped, too.
 *
 * @module
 */

import { byId, isTyping } from './dom.js';
import { isModelFile } from './model-files.js';

/** A file dragged over the page sends an event at least this often; when they stop it has left. Milliseconds. */
const DRAG_GONE_MS = 250;

/**
 * @typedef {{ onFile: (file: File, others: number) => void, onModelFiles: (files: File[]) => void }} Takers
 *   `others` counts files that came along; files of a model come all at once
 * @param {Takers} takers
 */
export function mountSources({ onFile, onModelFiles }) {
  const input = byId('file', HTMLInputElement);
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) onFile(file, 0);
    input.value = ''; // the same file may be chosen again
  });

  mountDrop({ onFile, onModelFiles });

  document.addEventListener('paste', (event) => {
    if (isTyping(event.target)) return;
    const [file] = event.clipboardData?.files ?? [];
    if (!file) return;
    event.preventDefault();
    onFile(file, 0);
  });

  return { pick: () => input.click() };
}

/** @param {Takers} takers */
function mountDrop({ onFile, onModelFiles }) {
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
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    const ofModels = files.filter(isModelFile);
    if (ofModels.length) onModelFiles(ofModels);
    const others = files.filter((file) => !isModelFile(file));
    const file = others.find(({ type }) => type.startsWith('image/')) ?? others[0];
    if (file) onFile(file, others.length - 1);
  });
}
