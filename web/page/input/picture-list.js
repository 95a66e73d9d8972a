/**
 * Changes of the list of pictures: their order, and which are in it. Nothing that was made on them is touched.
 *
 * @module
 */

import { count } from '../formatting.js';
import { newId } from '../../new-id.js';
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
export function editList(store, change) {
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
  editList(store, (pictures) => {
    const [moved, others] = [pictures.filter((one) => one.id === id), pictures.filter((one) => one.id !== id)];
    return others.toSpliced(to, 0, ...moved);
  });
}

/**
 * Take pictures off the list. If the open one is among them, the nearest of the others is opened; where there is no other they stay.
 *
 * @param {{ store: Store, actions: Actions }} parts
 * @param {ReadonlySet<string>} gone  their ids
 * @param {'before' | 'after'} side  on which the nearest is looked for first
 * @returns {boolean}  whether there were some to take off
 */
export function takeOff({ store, actions }, gone, side) {
  const { queue } = store.state;
  const stay = (/** @type {ListedPicture | undefined} */ one) => one !== undefined && !gone.has(one.id);
  if (!queue?.pictures.some(stay) || !queue.pictures.some(({ id }) => gone.has(id)) || isLooking(store.state)) return false;
  const { pictures, at } = queue;
  if (!stay(pictures[at])) {
    const before = pictures.slice(0, at).findLastIndex(stay);
    const after = pictures.findIndex((one, place) => place > at && stay(one));
    goTo({ store, actions }, (side === 'before' ? [before, after] : [after, before]).find((place) => place >= 0) ?? -1);
  }
  editList(store, (all) => all.filter(stay));
  return true;
}

/**
 * Put pictures at the end of the list, those that are not in it.
 *
 * @param {Store} store
 * @param {readonly ListedPicture[]} pictures
 */
export function putBack(store, pictures) {
  const there = new Set(store.state.queue?.pictures.map(({ id }) => id));
  const missing = pictures.filter(({ id }) => !there.has(id));
  if (missing.length) editList(store, (all) => [...all, ...missing]);
}

/**
 * Make each page of the open picture's file a picture of its own, after one another; the file is stored once. It can be undone: what was
 * done on a page is the page's, however it is listed.
 *
 * @param {{ store: Store, actions: Actions, messages: Messages }} parts
 */
export function listPages({ store, actions, messages }) {
  const { queue, view, opening } = store.state;
  const whole = queue?.pictures[queue.at];
  if (!queue || !view.pages || !whole || whole.page !== null || opening) return;
  const { at, of } = view.pages;
  const pages = Array.from({ length: of }, (_, page) => ({ ...whole, id: page ? newId() : whole.id, page }));
  store.update({ queue: { pictures: queue.pictures.toSpliced(queue.at, 1, ...pages), at: queue.at + at } });
  const rejoin = () => {
    const { queue: now } = store.state;
    if (!now) return;
    const ids = new Set(pages.map(({ id }) => id));
    const [first] = now.pictures.filter(({ id }) => ids.has(id));
    if (!first) return; // they have all been taken off
    const isOpen = ids.has(now.pictures[now.at]?.id ?? '');
    const all = now.pictures.flatMap((one) => (one === first ? [whole] : ids.has(one.id) ? [] : [one]));
    store.update({ queue: { pictures: all, at: all.findIndex(({ id }) => id === (isOpen ? whole.id : now.pictures[now.at]?.id)) }, openedQueue: null });
    if (isOpen && store.state.view.pages?.at !== 0) goTo({ store, actions }, store.state.queue?.at ?? 0);
  };
  const action = { label: 'Undo', run: rejoin };
  messages.say({ topic: 'pages', tone: 'notice', text: `${whole.name} is ${count(of, 'picture')} now.`, hint: 'Its file is stored once.', action });
}
