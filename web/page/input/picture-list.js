/**
 * Changes of the list of pictures: their order, and which are in it. Nothing that was made on them is touched.
 *
 * @module
 */

import { isLooking } from '../state/store.js';
import { goTo } from './picture-queue.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {ListedPicture, Queue, Store} from '../state/store.js' */

/** @typedef {(pictures: readonly ListedPicture[]) => ListedPicture[]} Change */

/**
 * Change the list; the picture that is wanted, and the one that is open, stay what they are.
 *
 * @param {Store} store
 * @param {Change} change
 */
function edit(store, change) {
  if (isLooking(store.state)) return; // the banner says so
  const changed = (/** @type {Queue | null} */ queue) => {
    if (!queue) return null;
    const pictures = change(queue.pictures);
    const id = queue.pictures[queue.at]?.id;
    return { pictures, at: Math.max(0, pictures.findIndex((one) => one.id === id)) };
  };
  store.update({ queue: changed(store.state.queue), openedQueue: changed(store.state.openedQueue) });
}

/**
 * Put a picture elsewhere.
 *
 * @param {Store} store
 * @param {string} id
 * @param {number} to  its new place, from 0, when it has been taken out
 */
export function movePicture(store, id, to) {
  const at = store.state.queue?.pictures.findIndex((one) => one.id === id) ?? -1;
  if (at < 0 || at === to) return;
  edit(store, (pictures) => {
    const [moved, others] = [pictures.filter((one) => one.id === id), pictures.filter((one) => one.id !== id)];
    return others.toSpliced(to, 0, ...moved);
  });
}

/**
 * Take a picture off the list, which can be undone. If it is the open one, the next is opened.
 *
 * @param {{ store: Store, actions: Actions, messages: Messages }} parts
 * @param {string} id
 */
export function removePicture({ store, actions, messages }, id) {
  const { queue } = store.state;
  const at = queue?.pictures.findIndex((one) => one.id === id) ?? -1;
  const picture = queue?.pictures[at];
  if (!queue || !picture || queue.pictures.length < 2 || isLooking(store.state)) return;
  const wasOpen = at === queue.at;
  if (wasOpen) goTo({ store, actions }, at + 1 < queue.pictures.length ? at + 1 : at - 1);
  edit(store, (pictures) => pictures.filter((one) => one.id !== id));
  const bringBack = () => {
    messages.unsay('removed');
    if (store.state.queue?.pictures.some((one) => one.id === id)) return; // it has been opened again
    edit(store, (pictures) => pictures.toSpliced(at, 0, picture));
    if (wasOpen) goTo({ store, actions }, store.state.queue?.pictures.findIndex((one) => one.id === id) ?? -1);
  };
  const action = { label: 'Undo', run: bringBack };
  messages.say({ topic: 'removed', tone: 'notice', text: `${picture.name} is off the list.`, hint: 'What you did with it stays.', action });
}
