/**
 * What is done to all objects that are selected: each is one step. Locked ones are left as they are, and that is said.
 *
 * @module
 */

import { askedOf, hasMask, selectedIds, selectedOf } from '../state/store.js';
import { count } from '../formatting.js';

/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Methods} from '../../protocol.js' */
/** @import {Change} from './changing.js' */

/** @param {{ store: Store, messages: Messages, change: Change }} parts */
export function createSelected({ store, messages, change }) {
  /**
   * Select objects: from now on they are meant, and they are marked when Python has done it.
   *
   * @param {readonly number[]} ids
   */
  async function select(ids) {
    store.update({ selecting: ids });
    try {
      await change('selectObjects', { ids: [...ids] });
    } finally {
      if (store.state.selecting === ids) store.update({ selecting: null });
    }
  }

  /**
   * Do something to those that are not locked; where all are, Python says why nothing is done.
   *
   * @param {(ids: number[]) => Promise<void>} act
   */
  async function withUnlocked(act) {
    const all = selectedOf(store.state);
    const free = all.filter(({ locked }) => !locked);
    if (!all.length) return;
    await act((free.length ? free : all).map(({ id }) => id));
    const left = all.length - free.length;
    // the next change takes it away, as all that is said of the one before
    const text = `${count(left, 'locked object')} ${left === 1 ? 'was' : 'were'} left as ${left === 1 ? 'it is' : 'they are'}.`;
    if (left && free.length) messages.say({ topic: 'prompt', tone: 'notice', text, hint: '' });
  }

  /** Whether a class is meant for what is selected, and not for the mask that is being made. */
  const isForSelected = () => selectedOf(store.state).length > 0 && !hasMask(store.state);

  return {
    /** @param {number | null} id */
    select: (id) => select(id === null ? [] : [id]),
    /** @param {readonly number[]} ids  the first one stands for all where only one can */
    selectObjects: select,
    /** Select one more, or one less. @param {number} id */
    toggleSelected(id) {
      const selected = selectedIds(store.state);
      return select(selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id]);
    },
    /** @param {Omit<Methods['changeObjects']['params'], 'ids' | 'category'>} changes */
    changeSelected: (changes) => change('changeObjects', { ids: [...selectedIds(store.state)], ...changes }),
    removeSelected: () => withUnlocked((ids) => change('removeObjects', { ids })),
    /** Into the first. */
    mergeSelected: () => withUnlocked((ids) => change('mergeObjects', { ids })),
    /** From the first. */
    subtractSelected: () => change('subtractObjects', { ids: [...selectedIds(store.state)] }),

    isForSelected,
    /** Give a class to what is selected, or else to the next object. @param {number | null} id @param {boolean} [own] */
    giveClass(id, own = isForSelected()) {
      // what has just been accepted is selected as soon as it is an object
      if (askedOf(store.state).accepted && !hasMask(store.state)) return change('changeObjects', { category: id });
      return own ? withUnlocked((ids) => change('changeObjects', { ids, category: id })) : change('useClass', { id });
    },
    /** The same with a new one, in one step. @param {string} name @param {boolean} [own] */
    giveNewClass: (name, own = isForSelected()) => (own ? withUnlocked((to) => change('addClass', { name, to })) : change('addClass', { name })),
  };
}
