/**
 * The keys that work wherever the focus is, unless somebody is typing or a menu or dialog is open. Those with Ctrl, Cmd or Alt work on a list
 * of options, too, which has a use for plain characters only.
 *
 * @module
 */

import { commandFor } from './commands.js';
import { isText, isTyping } from '../dom.js';

/** @import {Command} from './commands.js' */
/** @import {Held} from '../state/look.js' */
/** @import {Store} from '../state/store.js' */

/** @param {{ store: Store, commands: Command[] }} parts */
export function mountKeyboard({ store, commands }) {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || document.querySelector('dialog[open], [popover]:popover-open')) return;
    if (event.key === 'Enter' && (event.repeat || isPressedByEnter(event.target))) return;
    const command = commandFor(commands, event, store.state);
    if (!command) return;
    const isChord = event.ctrlKey || event.metaKey || event.altKey;
    if (!command.inText && (isChord ? isText(event.target) : isTyping(event.target))) return;
    event.preventDefault(); // the browser's own Ctrl+S or Ctrl+O would surprise, even when ours has nothing to do
    if (!(command.enabled?.(store.state) ?? true)) return;
    if (!command.held) command.run();
    else if (!event.repeat) hold(event.code, command.held);
  });

  /** The key that is held down, as the keyboard has it: another layer of it must not keep it from being let go. */
  let down = '';

  /** @param {string} code @param {Held | null} held */
  function hold(code, held) {
    down = code;
    if (store.state.held !== held) store.update({ held });
  }
  const release = () => hold('', null);
  document.addEventListener('keyup', ({ code }) => {
    if (code === down) release();
  });
  window.addEventListener('blur', release);
}

/**
 * Whether Enter means the button that has the focus. A candidate that is chosen already has nothing more to do with it.
 *
 * @param {EventTarget | null} target
 */
function isPressedByEnter(target) {
  return target instanceof Element && target.closest('button, a[href], summary, [role="button"], [role="option"]') !== null && target.ariaChecked !== 'true';
}
