/**
 * The dialog that asks what the objects of a file are to come in as.
 *
 * @module
 */

import { byId, h } from '../dom.js';

/** @import {MaskKind, MaskLook, WhichPicture} from '../../protocol.js' */

/** @typedef {'objects' | 'prompts' | 'boxes'} As */

/** @type {Record<MaskKind, string>} */
const KINDS = {
  white: 'A mask: what is bright',
  black: 'A mask: what is dark',
  opaque: 'A mask: what is opaque',
  labels: 'A label map: each value is an object',
  colors: 'Colours: each is an object',
};

/**
 * @returns {(file: File, picture: boolean, look: MaskLook | null) => Promise<{ as: As, kind: MaskKind | null } | null>}  `picture`: it is a mask, and
 *   `look` what it was taken for; gives what was chosen, `kind` where that is something else; null: nothing, after all
 */
export function createImportDialog() {
  const dialog = byId('import-dialog', HTMLDialogElement);
  const name = byId('import-name', HTMLElement);
  const prompts = byId('import-prompts-note', HTMLElement);
  const boxes = byId('import-boxes', HTMLButtonElement);
  const meaning = byId('import-as', HTMLElement);
  const kinds = byId('import-kind', HTMLSelectElement);
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close('');
    else if (event.target instanceof Element) {
      const button = event.target.closest('button');
      if (button) dialog.close(button.value);
    }
  });
  return (file, picture, look) =>
    new Promise((resolve) => {
      name.textContent = file.name;
      prompts.textContent = picture ? 'The model takes a mask up, and you go on from there; for several it is asked by their boxes' : 'The model is asked for each by its box';
      boxes.hidden = picture;
      meaning.hidden = look === null;
      if (look) kinds.replaceChildren(...look.kinds.map((kind) => new Option(KINDS[kind], kind, kind === look.kind, kind === look.kind)));
      dialog.returnValue = '';
      dialog.showModal();
      dialog.addEventListener('close', () => resolve(dialog.returnValue === '' ? null : { as: /** @type {As} */ (dialog.returnValue), kind: chosen() }), { once: true });

      function chosen() {
        const kind = /** @type {MaskKind} */ (kinds.value);
        return look && kind !== look.kind ? kind : null;
      }
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
