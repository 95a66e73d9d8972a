/**
 * The dialog that asks what the objects of a file are to come in as.
 *
 * @module
 */

import { byId } from '../dom.js';

/** @typedef {'objects' | 'prompts'} As */

/** @returns {(file: File, picture: boolean) => Promise<As | null>}  `picture`: it is a mask; null: neither, after all */
export function createImportDialog() {
  const dialog = byId('import-dialog', HTMLDialogElement);
  const name = byId('import-name', HTMLElement);
  const prompts = byId('import-prompts-note', HTMLElement);
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close('');
    else if (event.target instanceof Element) {
      const button = event.target.closest('button');
      if (button) dialog.close(button.value);
    }
  });
  return (file, picture) =>
    new Promise((resolve) => {
      name.textContent = file.name;
      prompts.textContent = picture ? 'The model takes a mask up, and you go on from there; for several it is asked by their boxes' : 'The model is asked for each by its box';
      dialog.returnValue = '';
      dialog.showModal();
      dialog.addEventListener('close', () => resolve(dialog.returnValue === '' ? null : /** @type {As} */ (dialog.returnValue)), { once: true });
    });
}
