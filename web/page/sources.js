/**
 * Where pictures come from: the file picker, a drop anywhere on the page, the clipboard.
 *
 * @module
 */

import { byId, isTyping } from './dom.js';

/** A file dragged over the page sends an event at least this often; when they stop it has left. Milliseconds. */
const DRAG_GONE_MS = 250;

/** @param {(file: File, others: number) => void} onFile  `others` counts files that came along */
export function mountSources(onFile) {
  const input = byId('file', HTMLInputElement);
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) onFile(file, 0);
    input.value = ''; // the same file may be chosen again
  });

  mountDrop(onFile);

  document.addEventListener('paste', (event) => {
    if (isTyping(event.target)) return;
    const [file] = event.clipboardData?.files ?? [];
    if (!file) return;
    event.preventDefault();
    onFile(file, 0);
  });

  return { pick: () => input.click() };
}

/** @param {(file: File, others: number) => void} onFile */
function mountDrop(onFile) {
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
    const file = files.find(({ type }) => type.startsWith('image/')) ?? files[0];
    if (file) onFile(file, files.length - 1);
  });
}
