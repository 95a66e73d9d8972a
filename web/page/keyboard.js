/**
 * The keys that work wherever the focus is, unless somebody is typing or a menu or dialog is open.
 *
 * @module
 */

import { commandFor } from './commands.js';
import { isTyping } from './dom.js';

/** @import {Command} from './commands.js' */
/** @import {Store} from './store.js' */

/** @param {{ store: Store, commands: Command[] }} parts */
export function mountKeyboard({ store, commands }) {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || isTyping(event.target)) return;
    if (document.querySelector('dialog[open], [popover]:popover-open')) return;
    const command = commandFor(commands, event);
    if (!command) return;
    event.preventDefault(); // the browser's own Ctrl+S or Ctrl+O would surprise, even when ours has nothing to do
    if (command.enabled?.(store.state) ?? true) command.run();
  });
}
