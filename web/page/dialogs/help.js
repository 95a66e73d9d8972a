/**
 * The help: what the pointer does (written in the page) and what the keys do (from the table of commands).
 *
 * @module
 */

import { keyName } from '../input/commands.js';
import { byId, h } from '../dom.js';
import { closeByPointer } from './dialog.js';

/** @import {Command} from '../input/commands.js' */

export function createHelp() {
  const dialog = byId('help', HTMLDialogElement);
  closeByPointer(dialog, byId('help-close', HTMLButtonElement));

  return {
    show: () => dialog.showModal(),

    /** @param {Command[]} commands */
    list(commands) {
      const list = byId('help-keys', HTMLElement);
      for (const { label, keys } of commands) {
        if (!keys.length) continue;
        // '=' and '_' are '+' and '-' without, and with, the Shift key
        const shown = keys.filter((key) => key !== '=' && key !== '_').flatMap((key) => key.split(' '));
        const names = shown.map((key) => h('kbd', {}, keyName(key)));
        list.append(h('dt', {}, ...names.flatMap((name) => [name, ' '])), h('dd', {}, label));
      }
    },
  };
}
