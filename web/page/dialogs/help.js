/**
 * The help: what the pointer does (written in the page) and what the keys do (from the table of commands), in groups, to be searched.
 *
 * @module
 */

import { keyName } from '../input/commands.js';
import { byId, h } from '../dom.js';
import { forgetHints } from '../state/hints.js';
import { closeByPointer } from './dialog.js';

/** @import {Command} from '../input/commands.js' */

/** Which commands stand together, by their ids, in this order; the last group has the others. */
const GROUPS = [
  { title: 'Mask', ids: ['accept', 'new-object', 'candidate-1', 'candidate-2', 'candidate-3', 'refine', 'load-mask', 'find-all'] },
  { title: 'Objects', ids: ['class', 'class-1', 'class-alone-1', 'delete-object', 'duplicate-object', 'hide-object', 'lock-object', 'copy-cutout', 'save-cutout', 'measure'] },
  { title: 'Tools', ids: ['smart', 'brush', 'eraser', 'vertices', 'smaller', 'larger', 'undo', 'redo', 'step-back'] },
  {
    title: 'Pictures',
    ids: ['previous-picture', 'next-picture', 'next-not-done', 'done', 'strip', 'carry-over', 'carry-prompts', 'carry-masks', 'list-pages'],
  },
  { title: 'View', ids: ['zoom-in', 'zoom-out', 'fit', 'actual-size', 'peek', 'isolate'] },
  { title: 'Files and more', ids: [] },
];

export function createHelp() {
  const dialog = byId('help', HTMLDialogElement);
  const groups = byId('help-groups', HTMLElement);
  const field = byId('help-search', HTMLInputElement);
  const none = byId('help-none', HTMLElement);
  closeByPointer(dialog, byId('help-close', HTMLButtonElement));
  field.addEventListener('input', search);
  byId('hints-again', HTMLButtonElement).addEventListener('click', () => {
    forgetHints();
    dialog.close();
  });

  /** Show what has every word that is looked for, in itself or in the title of its group. */
  function search() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const group of groups.querySelectorAll('section')) {
      const title = group.querySelector('h3')?.textContent ?? '';
      let left = 0;
      for (const entry of group.querySelectorAll('dl > div')) {
        const text = `${title} ${entry.textContent}`.toLowerCase();
        const isMeant = words.every((word) => text.includes(word));
        entry.toggleAttribute('hidden', !isMeant);
        left += Number(isMeant);
      }
      group.hidden = left === 0;
      found += left;
    }
    const text = found ? '' : `Nothing about “${field.value.trim()}”.`;
    if (none.textContent !== text) none.textContent = text;
  }

  return {
    show() {
      field.value = '';
      search();
      dialog.showModal();
    },

    /** @param {Command[]} commands */
    list(commands) {
      const withKeys = commands.filter(({ keys, unlisted }) => keys.length && !unlisted);
      const placed = new Set(GROUPS.flatMap(({ ids }) => ids));
      for (const { title, ids } of GROUPS) {
        const of = ids.length ? ids.flatMap((id) => withKeys.find((command) => command.id === id) ?? []) : withKeys.filter(({ id }) => !placed.has(id));
        const id = `help-${title.toLowerCase().replaceAll(' ', '-')}`;
        groups.append(h('section', { 'aria-labelledby': id }, h('h3', { id }, title), h('dl', {}, ...of.map(entryOf))));
      }
    },
  };
}

/** @param {Command} command */
function entryOf({ label, keys }) {
  // '=' and '_' are '+' and '-' without, and with, the Shift key
  const shown = keys.filter((key) => key !== '=' && key !== '_').flatMap((key) => key.split(' '));
  const names = shown.map((key) => h('kbd', {}, keyName(key)));
  return h('div', {}, h('dt', {}, ...names.flatMap((name) => [name, ' '])), h('dd', {}, label));
}
