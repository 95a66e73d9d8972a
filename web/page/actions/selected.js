/**
 * What is done to all objects that are selected: each is one step. Locked ones are left as they are, and that is said.
 *
 * @module
 */

import { askedOf, hasMask, selectedOf } from '../state/store.js';
import { count } from '../formatting.js';

/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Methods} from '../../protocol.js' */
/** @import {Change} from './changing.js' */

/** @param {{ store: Store, messages: Messages, change: Change }} parts */
export function createSelected({ store, messages, change }) {
  /** What is to be selected is not yet: what is done to the selection meanwhile is meant for that. @type {Promise<void> | null} */
  let selecting = null;

  /** @param {Promise<void>} selected */
  function select(selected) {
    selecting = selected;
    const done = () => selecting === selected && (selecting = null);
    selected.then(done, done);
    return selected;
  }

  /** The objects that are selected, when those are that were asked for. */
  async function allSelected() {
    await selecting?.catch(() => {});
    return selectedOf(store.state);
  }

  /**
   * Do something to those that are not locked; where all are, Python says why nothing is done.
   *
   * @param {(ids: number[]) => Promise<void>} act
   */
  async function withUnlocked(act) {
    const all = await allSelected();
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
    select: (id) => select(change('select', { id })),
    /** @param {number[]} ids  the first one stands for all where only one can */
    selectObjects: (ids) => select(change('selectObjects', { ids })),
    /** Select one more, or one less. @param {number} id */
    async toggleSelected(id) {
      const selected = (await allSelected()).map((one) => one.id);
      return select(change('selectObjects', { ids: selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id] }));
    },
    /** @param {Omit<Methods['changeObjects']['params'], 'ids' | 'category'>} changes */
    changeSelected: async (changes) => change('changeObjects', { ids: (await allSelected()).map(({ id }) => id), ...changes }),
    removeSelected: () => withUnlocked((ids) => change('removeObjects', { ids })),
    /** Into the first. */
    mergeSelected: () => withUnlocked((ids) => change('mergeObjects', { ids })),
    /** From the first. */
    subtractSelected: async () => change('subtractObjects', { ids: (await allSelected()).map(({ id }) => id) }),

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
