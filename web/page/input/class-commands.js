/**
 * The commands that give a class; a part of the table in commands.js.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { hasMask, shownOf } from '../state/store.js';
import { openPanel } from './panels.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Command} from './commands.js' */
/** @import {State, Store} from '../state/store.js' */

const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/**
 * @param {{ store: Store, actions: Actions }} parts
 * @returns {Command[]}
 */
export function createClassCommands({ store, actions }) {
  /** @param {State} state @param {number} digit */
  const classOf = (state, digit) => shownOf(state).view.objects.categories.find(({ key }) => key === digit);

  /** @param {number} digit */
  const run = (digit) => () => {
    const category = classOf(store.state, digit);
    if (category) quietly(actions.giveClass(category.id));
  };

  return [
    {
      id: 'class',
      label: 'Choose or make a class, for the selected objects or the next one',
      keys: ['C'],
      enabled: (state) => shownOf(state).picture !== null,
      run: () => openPanel('class'),
    },
    ...DIGITS.map((digit) => ({
      id: `class-${digit}`,
      label: 'Give the class with this key; likewise up to 9',
      keys: [`Alt+${digit}`],
      unlisted: digit > 1,
      enabled: (/** @type {State} */ state) => classOf(state, digit) !== undefined,
      run: run(digit),
    })),
    // a digit alone chooses a mask, where there is one to choose
    ...DIGITS.map((digit) => ({
      id: `class-alone-${digit}`,
      label: 'Give that class by its digit alone, while no mask is shown',
      keys: [String(digit)],
      unlisted: digit > 1,
      enabled: (/** @type {State} */ state) => !hasMask(state) && classOf(state, digit) !== undefined,
      run: run(digit),
    })),
  ];
}
