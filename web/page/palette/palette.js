/**
 * The command palette: everything that the page can do, found by typing. The focus stays in the line; arrows choose, Enter runs, and the
 * dialog gives the focus back to where it was.
 *
 * @module
 */

import { byId, h } from '../dom.js';
import { closeByPointer } from '../dialogs/dialog.js';
import { recall, remember } from '../state/preferences.js';
import { entriesFor } from './entries.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Command} from '../input/commands.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Entry} from './entries.js' */

const MOST_RECENT = 8;

/** @param {{ store: Store, actions: Actions }} parts */
export function createPalette({ store, actions }) {
  const dialog = byId('palette', HTMLDialogElement);
  const field = byId('palette-search', HTMLInputElement);
  const list = byId('palette-list', HTMLElement);
  const said = byId('palette-said', HTMLElement);
  /** @type {Command[]} */
  let commands = [];
  /** @type {Entry[]} */
  let entries = [];
  let active = 0;
  let recent = (recall('tabsam.recent') ?? '').split('\n').filter(Boolean);

  closeByPointer(dialog, byId('palette-close', HTMLButtonElement));
  field.addEventListener('input', refresh);

  function refresh() {
    entries = entriesFor(field.value, { store, actions, commands, recent });
    list.replaceChildren(...entries.map(option));
    list.scrollTop = 0;
    choose(0);
    say(entries.length ? `${entries.length} found` : `Nothing is called “${field.value.trim()}”.`);
  }

  /** @param {string} text */
  function say(text) {
    if (said.textContent !== text) said.textContent = text;
  }

  /** @param {number} index */
  function choose(index) {
    list.children[active]?.setAttribute('aria-selected', 'false');
    active = index;
    const chosen = list.children[index];
    chosen?.setAttribute('aria-selected', 'true');
    chosen?.scrollIntoView({ block: 'nearest' });
    if (chosen) field.setAttribute('aria-activedescendant', chosen.id);
    else field.removeAttribute('aria-activedescendant');
  }

  /** @param {number} index */
  function run(index) {
    const entry = entries[index];
    if (!entry) return;
    choose(index);
    if (entry.why) {
      say(entry.why);
      return;
    }
    recent = [entry.id, ...recent.filter((id) => id !== entry.id)].slice(0, MOST_RECENT);
    remember('tabsam.recent', recent.join('\n'));
    dialog.close(); // the focus is where it was before, as if its key had been pressed there
    entry.run();
  }

  list.addEventListener('click', ({ target }) => {
    const chosen = target instanceof Element ? target.closest('[role="option"]') : null;
    if (chosen) run([...list.children].indexOf(chosen));
  });
  list.addEventListener('pointerdown', (event) => event.preventDefault()); // the focus stays in the line

  field.addEventListener('keydown', (event) => {
    if (event.isComposing || event.altKey) return;
    const { length } = entries;
    const page = Math.max(1, Math.floor(list.clientHeight / (list.children[0]?.clientHeight || 1)) - 1);
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => choose((active + 1) % Math.max(1, length)),
      ArrowUp: () => choose((active - 1 + length) % Math.max(1, length)),
      PageDown: () => choose(Math.min(active + page, Math.max(0, length - 1))),
      PageUp: () => choose(Math.max(active - page, 0)),
      Enter: () => run(active),
      k: () => dialog.close(),
    };
    const act = event.key === 'k' && !(event.ctrlKey || event.metaKey) ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  return {
    show() {
      field.value = '';
      dialog.showModal();
      refresh();
      field.focus();
    },

    /** @param {Command[]} table */
    list(table) {
      commands = table;
    },
  };
}

/**
 * @param {Entry} entry
 * @param {number} index
 */
function option({ label, keys, note, why }, index) {
  const right = keys.length || note ? [h('span', { class: 'palette-keys' }, ...keys.map((key) => h('kbd', {}, key)), note)] : [];
  const below = why ? [h('span', { class: 'palette-why' }, why)] : [];
  const attributes = { 'class': 'palette-option', 'id': `palette-${index}`, 'role': 'option', 'aria-selected': 'false', 'aria-disabled': why ? 'true' : false };
  return h('div', attributes, h('span', {}, label), ...right, ...below);
}
