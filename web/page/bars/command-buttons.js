/**
 * The buttons of the bars: each carries the id of a command.
 *
 * @module
 */

import { IS_MAC, keyName } from '../input/commands.js';

/** @import {Command} from '../input/commands.js' */
/** @import {Store} from '../state/store.js' */

/** @param {{ store: Store, commands: Command[] }} parts */
export function mountCommandButtons({ store, commands }) {
  for (const button of document.querySelectorAll('button[data-command]')) {
    if (!(button instanceof HTMLButtonElement)) continue;
    const command = commands.find(({ id }) => id === button.dataset.command);
    if (!command) throw new Error(`No command ${button.dataset.command}`);
    const [key] = command.keys;
    button.setAttribute('aria-label', nameOf(button, command)); // even where there is a word: a phone hides it
    button.dataset.tip = key ? `${command.label} (${keyName(key)})` : command.label;
    if (key && !key.includes(' ')) button.setAttribute('aria-keyshortcuts', key.replace('Mod', IS_MAC ? 'Meta' : 'Control'));
    button.addEventListener('click', command.run);
    store.subscribe((state) => {
      button.disabled = !(command.enabled?.(state) ?? true);
      if (command.pressed) button.setAttribute('aria-pressed', String(command.pressed(state)));
    });
  }
}

/**
 * What a button is called. What is written on it is a part of that, so that it can be called by it.
 *
 * @param {HTMLButtonElement} button
 * @param {Command} command
 */
function nameOf(button, { label }) {
  const written = button.textContent.replace('…', '').trim();
  return label.toLowerCase().includes(written.toLowerCase()) ? label : `${written}, ${label}`;
}
