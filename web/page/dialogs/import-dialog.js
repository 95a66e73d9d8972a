/**
 * The dialog that asks what the objects of a file are to come in as.
 *
 * @module
 */

import { byId, h } from '../dom.js';

/** @import {WhichPicture} from '../../protocol.js' */

/** @typedef {'objects' | 'prompts' | 'boxes'} As */

/** @returns {(file: File, picture: boolean) => Promise<As | null>}  `picture`: it is a mask; null: neither, after all */
export function createImportDialog() {
  const dialog = byId('import-dialog', HTMLDialogElement);
  const name = byId('import-name', HTMLElement);
  const prompts = byId('import-prompts-note', HTMLElement);
  const boxes = byId('import-boxes', HTMLButtonElement);
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
      boxes.hidden = picture;
      dialog.returnValue = '';
      dialog.showModal();
      dialog.addEventListener('close', () => resolve(dialog.returnValue === '' ? null : /** @type {As} */ (dialog.returnValue)), { once: true });
    });
}

/** @returns {(file: File, asks: WhichPicture) => Promise<string>}  asks which of a file's pictures is the open one; empty: none */
export function createWhichPicture() {
  const dialog = byId('which-picture', HTMLDialogElement);
  const form = byId('which-picture-form', HTMLFormElement);
  const said = byId('which-picture-said', HTMLElement);
  const select = byId('which-picture-choices', HTMLSelectElement);
  byId('which-picture-cancel', HTMLButtonElement).addEventListener('click', () => dialog.close(''));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    dialog.close(select.value);
  });
  return (file, { message, choices }) =>
    new Promise((resolve) => {
      said.textContent = `${file.name}: ${message}`;
      select.replaceChildren(...choices.map((one) => h('option', { value: one }, one)));
      dialog.returnValue = '';
      dialog.showModal();
      select.focus();
      dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
    });
}
