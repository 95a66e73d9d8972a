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

/** In this order, with their icons. */
const ITEMS = [
  ['find-on-all', 'scan-search'],
  ['ask-all-again', 'wand-sparkles'],
  ['export-all', 'package'],
];

/** @param {{ store: Store, commands: Command[] }} parts */
export function mountStripMenu({ store, commands }) {
  const menu = byId('strip-menu', HTMLElement);
  attachPopover(byId('strip-more', HTMLButtonElement), menu);
  menu.addEventListener('beforetoggle', (event) => {
    if (event.newState === 'open') menu.replaceChildren(...ITEMS.flatMap(([id, name]) => item(id ?? '', name ?? '')));
  });

  /** @param {string} id @param {string} name */
  function item(id, name) {
    const command = commands.find((one) => one.id === id);
    if (!command) throw new Error(`No command ${id}`);
    const [key] = command.keys;
    const words = [h('span', {}, command.label), ...(key ? [h('kbd', {}, keyName(key))] : [])];
    const button = menuItem(menu, name, words, command.run, { 'data-item': id });
    button.disabled = !(command.enabled?.(store.state) ?? true);
    return [button];
  }
}
