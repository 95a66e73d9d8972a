/**
 * What the palette offers: the commands, the pictures of the list, and the classes.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { pictureTitle } from '../formatting.js';
import { keyName } from '../input/commands.js';
import { goTo } from '../input/picture-queue.js';
import { shownOf } from '../state/store.js';
import { fit } from './matching.js';
import { reasonOf, synonymsOf } from './reasons.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Command} from '../input/commands.js' */
/** @import {State, Store} from '../state/store.js' */

/**
 * @typedef {{ id: string, label: string, words: string, keys: string[], note: string, why: string, run: () => void }} Entry
 *   `keys` by the names that people know them by; `why` it has nothing to do, or empty
 */

/** More are not looked through by eye. */
const MOST_PICTURES = 20;
const MOST = 60;

/** @param {string[]} keys  '=' and '_' are '+' and '-' without, and with, the Shift key */
const named = (keys) => keys.filter((key) => key !== '=' && key !== '_').map(keyName);

/**
 * @param {Command} command
 * @param {State} state
 * @returns {Entry}
 */
function ofCommand(command, state) {
  const keys = named(command.keys);
  const why = (command.enabled?.(state) ?? true) ? '' : reasonOf(command, state);
  return { id: command.id, label: command.label, words: `${keys.join(' ')} ${keys.join(' ').replaceAll('+', ' ')} ${synonymsOf(command)}`, keys, note: '', why, run: command.run };
}

/**
 * What fits what was typed, the best first; of those that fit alike what was used last, and what has something to do.
 *
 * @param {string} typed
 * @param {{ store: Store, actions: Actions, commands: Command[], recent: string[] }} parts
 * @returns {Entry[]}
 */
export function entriesFor(typed, { store, actions, commands, recent }) {
  const { state } = store;
  const listed = commands.filter(({ unlisted, id }) => !unlisted && id !== 'palette').map((command) => ofCommand(command, state));
  const used = (/** @type {Entry} */ { id }) => (recent.includes(id) ? recent.length - recent.indexOf(id) : 0);
  if (!typed.trim()) return listed.toSorted((a, b) => used(b) - used(a) || Number(a.why !== '') - Number(b.why !== ''));

  const pictures = (state.queue?.pictures ?? []).map((picture, place) => ({
    id: `picture ${picture.id}`,
    label: `Go to ${picture.place}${pictureTitle(picture)}`,
    words: 'picture image open',
    keys: [],
    note: place === state.queue?.at ? 'Open now' : `Picture ${place + 1}`,
    why: '',
    run: () => goTo({ store, actions }, place),
  }));
  const classes = shownOf(state).view.objects.categories.map(({ id, name, key }) => ({
    id: `class ${id}`,
    label: `Class: ${name}`,
    words: 'label category give',
    keys: key ? [keyName(`Alt+${key}`)] : [],
    note: '',
    why: shownOf(state).picture ? '' : 'Open a picture first.',
    run: () => quietly(actions.giveClass(id)),
  }));
  return [...best(typed, pictures, used).slice(0, MOST_PICTURES), ...best(typed, [...listed, ...classes], used)].sort(byFit).slice(0, MOST).map(({ entry }) => entry);
}

/** @typedef {{ entry: Entry, score: number, used: number }} Ranked */

/** @param {Ranked} a @param {Ranked} b */
const byFit = (a, b) => Math.round(b.score - a.score) || b.used - a.used || Number(a.entry.why !== '') - Number(b.entry.why !== '') || b.score - a.score;

/**
 * @param {string} typed
 * @param {Entry[]} entries
 * @param {(entry: Entry) => number} used
 * @returns {Ranked[]}
 */
function best(typed, entries, used) {
  const ranked = entries.flatMap((entry) => {
    const score = fit(typed, entry);
    return score === null ? [] : [{ entry, score, used: used(entry) }];
  });
  return ranked.sort(byFit);
}
