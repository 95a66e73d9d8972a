/**
 * Takes pictures off the list, which can be undone: by the notice, and by the key for undo as long as nothing else has been done since.
 *
 * @module
 */

import { count, pictureTitle } from '../formatting.js';
import { editList, takeOff } from './picture-list.js';
import { goTo } from './picture-queue.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {ListedPicture, State, Store} from '../state/store.js' */

/** The last removal: what takes it back, the list after it, and which picture it has left open. @typedef {{ bringBack: () => void, list: readonly ListedPicture[], open: string }} Removal */

/** @param {{ store: Store, actions: Actions, messages: Messages }} parts */
export function createRemoving({ store, actions, messages }) {
  /** @type {Removal | null} */
  let last = null;

  /** @param {State} state @param {State} before */
  function isOver({ queue, edits, view, opening }, before) {
    if (queue?.pictures !== last?.list || queue?.pictures[queue.at]?.id !== last?.open || edits.length > 0) return true;
    return !opening && !before.opening && view.image?.key === before.view.image?.key && view.revision !== before.view.revision;
  }
  store.subscribe((state, before) => {
    if (last && isOver(state, before)) last = null;
  });

  return {
    /**
     * @param {readonly string[]} ids
     * @returns {boolean}  whether they were taken off: not where they are all that there are
     */
    remove(ids) {
      const { queue } = store.state;
      const gone = new Set(ids);
      const places = [...(queue?.pictures.entries() ?? [])].filter(([, { id }]) => gone.has(id));
      const open = queue?.pictures[queue.at]?.id ?? '';
      if (!takeOff({ store, actions }, gone, 'after')) return false;
      const bringBack = () => {
        last = null;
        messages.unsay('removed');
        const there = new Set(store.state.queue?.pictures.map(({ id }) => id));
        const missing = places.filter(([, { id }]) => !there.has(id)); // the others have been opened again
        if (!missing.length) return;
        editList(store, (pictures) => missing.reduce((all, [place, one]) => all.toSpliced(place, 0, one), [...pictures]));
        if (gone.has(open)) goTo({ store, actions }, store.state.queue?.pictures.findIndex(({ id }) => id === open) ?? -1);
      };
      const now = store.state.queue;
      last = now && { bringBack, list: now.pictures, open: now.pictures[now.at]?.id ?? '' };
      const [[, first] = []] = places;
      const text = places.length === 1 && first ? `${pictureTitle(first)} is off the list.` : `${count(places.length, 'picture')} are off the list.`;
      const hint = `What you did with ${places.length === 1 ? 'it' : 'them'} stays.`;
      messages.say({ topic: 'removed', tone: 'notice', text, hint, action: { label: 'Undo', run: bringBack } });
      return true;
    },
    /** Whether a removal is the last thing that was done. */
    canTakeBack: () => last !== null,
    takeBack: () => last?.bringBack(),
  };
}

/** @typedef {ReturnType<typeof createRemoving>} Removing */
