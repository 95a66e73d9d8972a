/**
 * The menu of what can be done with several pictures at once: commands, so that they are found by key and by name as well.
 *
 * @module
 */

import { byId, h } from '../dom.js';
import { keyName } from '../input/commands.js';
import { attachPopover, menuItem } from '../menus/menu.js';

/** @import {Command} from '../input/commands.js' */
/** @import {Store} from '../state/store.js' */

/** In this order, with their icons, and what they say where their names are for the help. @type {[id: string, icon: string, words?: string][]} */
const ITEMS = [
  ['find-on-all', 'scan-search'],
  ['ask-all-again', 'wand-sparkles'],
  ['carry-over', 'copy', 'Carry objects over to the next picture'],
  ['carry-prompts', 'mouse-pointer-2', 'Carry over, asked for by prompts'],
  ['carry-masks', 'brush', 'Carry over, asked for by masks'],
  ['list-pages', 'images', 'Each page of the file as a picture'],
  ['export-all', 'package'],
];

/** @param {{ store: Store, commands: Command[] }} parts */
export function mountStripMenu({ store, commands }) {
  const menu = byId('strip-menu', HTMLElement);
  attachPopover(byId('strip-more', HTMLButtonElement), menu);
  menu.addEventListener('beforetoggle', (event) => {
    if (event.newState === 'open') menu.replaceChildren(...ITEMS.map((one) => item(...one)));
  });

  /** @param {string} id @param {string} name @param {string} [said] */
  function item(id, name, said) {
    const command = commands.find((one) => one.id === id);
    if (!command) throw new Error(`No command ${id}`);
    const [key] = command.keys;
    const words = [h('span', {}, said ?? command.label), ...(key ? [h('kbd', {}, keyName(key))] : [])];
    const button = menuItem(menu, name, words, command.run, { 'data-item': id });
    button.disabled = !(command.enabled?.(store.state) ?? true);
    return button;
  }
}
