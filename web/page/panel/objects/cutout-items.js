/**
 * What the menu of an object has about its cut-out: copy it, save it, drag it out.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { h } from '../../dom.js';
import { menuItem, withNote } from '../../menus/menu.js';

/** @import {Actions} from '../../actions/actions.js' */

/** @param {{ menu: HTMLElement, actions: Actions }} parts */
export function createCutoutItems({ menu, actions }) {
  /** Of the object whose menu is open: made when it opens, since a drag cannot wait for it. @type {{ file: File, url: string } | null} */
  let ready = null;

  /** @param {number} id @param {HTMLButtonElement} item @param {HTMLImageElement} picture */
  async function prepare(id, item, picture) {
    const file = await actions.cutOut(id);
    if (!item.isConnected) return;
    if (ready) actions.revokeLater(ready.url); // it may still be on its way out
    ready = { file, url: URL.createObjectURL(file) };
    picture.src = ready.url;
    item.draggable = true;
  }

  menu.addEventListener('dragstart', ({ target, dataTransfer }) => {
    if (!ready || !dataTransfer || !(target instanceof Element) || !target.closest('[data-role="cutout-save"]')) return;
    const { file, url } = ready;
    dataTransfer.effectAllowed = 'copy';
    dataTransfer.setData('DownloadURL', `${file.type}:${file.name}:${url}`); // a file, for whoever it is dropped on
    const picture = menu.querySelector('[data-role="cutout-save"] img');
    if (picture) dataTransfer.setDragImage(picture, 0, 0);
  });
  menu.addEventListener('dragend', () => menu.hidePopover());

  /** @param {number} id  of the object @returns {HTMLButtonElement[]} */
  return (id) => {
    const picture = h('img', { alt: '', draggable: 'false', class: 'cutout-picture' });
    const save = menuItem(menu, picture, [withNote('Save cut-out', 'PNG, trimmed', h('span', { class: 'cutout-drag' }, '; or drag it out'))], () => void actions.saveCutOut(id), { 'data-role': 'cutout-save' });
    setTimeout(() => quietly(prepare(id, save, picture))); // when the menu has it
    return [
      menuItem(menu, 'clipboard-copy', ['Copy cut-out'], () => void actions.copyCutOut(id), { 'data-role': 'cutout-copy' }),
      save,
      menuItem(menu, 'scissors', ['Save cut-out at the picture’s size'], () => void actions.saveCutOut(id, true), { 'data-role': 'cutout-full' }),
    ];
  };
}
