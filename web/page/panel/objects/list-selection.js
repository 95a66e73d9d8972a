/**
 * Selecting in the list of objects: a click, with Ctrl one more or less, with Shift all up to there; and the same by the arrow keys.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { IS_MAC } from '../../input/commands.js';
import { selectedIds } from '../../state/store.js';
import { idOf } from './drag-reorder.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Store} from '../../state/store.js' */

/**
 * @param {{ list: HTMLElement, store: Store, actions: Actions, listed: () => number[], focus: (id: number) => void,
 *   move: (id: number, step: 1 | -1) => void }} parts  `listed` gives what is in the list, from its top; `move` goes through the stack
 */
export function mountListSelection({ list, store, actions, listed, focus, move }) {
  const selected = () => selectedIds(store.state);

  /** All from the one that was selected first to this one. @param {number} id */
  function extendTo(id) {
    const all = listed();
    const anchor = selected()[0];
    const from = anchor === undefined ? -1 : all.indexOf(anchor);
    const to = all.indexOf(id);
    if (from < 0 || anchor === undefined) return quietly(actions.select(id));
    const range = all.slice(Math.min(from, to), Math.max(from, to) + 1);
    quietly(actions.selectObjects([anchor, ...range.filter((other) => other !== anchor)]));
  }

  list.addEventListener('click', (event) => {
    const pick = event.target instanceof Element && event.target.closest('.object-pick');
    const id = pick && idOf(pick);
    if (typeof id !== 'number') return;
    const isAlone = selected().length === 1 && selected()[0] === id;
    if (IS_MAC ? event.metaKey : event.ctrlKey) quietly(actions.toggleSelected(id));
    else if (event.shiftKey) extendTo(id);
    else quietly(actions.select(isAlone ? null : id));
  });

  list.addEventListener('keydown', (event) => {
    if (!(event.target instanceof HTMLElement) || event.target.closest('input')) return;
    const id = idOf(event.target);
    if (id === null) return;
    const mod = event.ctrlKey || event.metaKey;
    const all = listed();
    const at = all.indexOf(id);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      if (event.altKey) return event.key === 'ArrowUp' ? move(id, 1) : event.key === 'ArrowDown' ? move(id, -1) : undefined;
      const next = all[to];
      if (next === undefined) return;
      focus(next);
      if (event.shiftKey) extendTo(next);
      else if (!mod) quietly(actions.select(next));
    } else if (mod && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      const first = selected().find((one) => all.includes(one)) ?? all.at(-1);
      if (first !== undefined) quietly(actions.selectObjects([first, ...all.filter((one) => one !== first)]));
    } else if (mod && event.key === ' ') {
      event.preventDefault();
      quietly(actions.toggleSelected(id));
    }
  });
}
