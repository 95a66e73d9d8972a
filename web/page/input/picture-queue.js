/**
 * The pictures that one goes through, each opened when its turn comes; Python has the work on the others. Whatever is opened joins them,
 * after the one that is open: nobody loses the way back.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { newId } from '../../new-id.js';
import { byId } from '../dom.js';
import { pictureTitle } from '../formatting.js';
import { isLooking } from '../state/store.js';
import { takeDecoded } from './decoded-ahead.js';
import { embeddingOf } from './embedding-files.js';
import { placeOf } from './places.js';

/** @import {PictureKeeping} from './picture-keeping.js' */
/** @import {RestoredProject} from '../../protocol.js' */
/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Source, Which} from '../actions/opening.js' */
/** @import {ListedPicture, Queue, Store} from '../state/store.js' */

/** @param {{ store: Store, actions: Actions, messages: Messages, keeping: PictureKeeping }} parts */
export function createPictureQueue({ store, actions, messages, keeping }) {
  const bar = byId('queue', HTMLElement);
  const place = byId('queue-place', HTMLElement);

  store.subscribe(({ queue }) => {
    bar.hidden = queue === null || queue.pictures.length < 2;
    if (!queue) return;
    const text = `${queue.at + 1} of ${queue.pictures.length}`;
    if (place.textContent !== text) place.textContent = text;
    const picture = queue.pictures[queue.at];
    place.title = picture ? pictureTitle(picture) : '';
  });

  /**
   * @param {ListedPicture[]} pictures
   * @returns {Promise<void>}
   */
  function join(pictures) {
    const { queue } = store.state;
    const [first] = pictures;
    if (!first) return Promise.resolve();
    if (isLooking(store.state)) return Promise.reject(refused());
    const known = queue?.pictures.findIndex((one) => isSame(one, first)) ?? -1;
    const same = queue?.pictures[known];
    if (queue && same && pictures.length === 1) {
      return turn({ store, actions }, { pictures: queue.pictures.with(known, Object.assign(first, { id: same.id, file: same.file })), at: known }, true);
    }
    const before = queue?.pictures.slice(0, queue.at + 1) ?? [];
    const all = [...before, ...pictures, ...(queue?.pictures.slice(queue.at + 1) ?? [])];
    return turn({ store, actions }, { pictures: all, at: before.length }, pictures.length === 1);
  }

  /** Other pictures are another project's, as long as another tab has this one. */
  function refused() {
    const about = { code: 'looking', message: 'No picture can be added here: another tab has this project.', hint: 'Take it over, or begin another project.' };
    messages.say({ topic: 'open', tone: 'notice', text: about.message, hint: about.hint });
    return new TabsamError(about);
  }

  /** List pictures with other embeddings, by their ids. @param {ReadonlyMap<string, Source | null | undefined>} given */
  function listEmbeddings(given) {
    const change = (/** @type {ListedPicture} */ picture) => (given.has(picture.id) ? { ...picture, embedding: given.get(picture.id) } : picture);
    const changed = (/** @type {Queue | null} */ queue) => queue && { ...queue, pictures: queue.pictures.map(change) };
    store.update({ queue: changed(store.state.queue), openedQueue: changed(store.state.openedQueue) });
  }

  return {
    /** Open the first of some pictures; the others wait. @param {readonly File[]} files */
    start: (files) => void join(files.map((file) => listed(file, file.name))).catch(() => {}),
    /**
     * Open a picture.
     *
     * @param {Source} source
     * @param {string} [name]
     * @returns {Promise<void>}  as that of the action
     */
    open: (source, name = source instanceof File ? source.name : 'picture') => join([listed(source, name)]),
    /** Open the first of some pictures; the others wait. @param {ListedPicture[]} pictures @returns {Promise<void>}  as that of the action */
    openListed: (pictures) => join(pictures),
    /**
     * Take embeddings for pictures that are listed; the one that is open is opened again with its own, if it has come.
     *
     * @param {readonly [picture: ListedPicture, embedding: File][]} pairs
     */
    giveEmbeddings(pairs) {
      const given = new Map(pairs.map(([{ id }, embedding]) => [id, embedding]));
      const before = store.state.queue;
      const open = before?.pictures[before.at];
      listEmbeddings(given);
      const { queue } = store.state;
      if (!queue || !open || !given.has(open.id)) return;
      arriveAt({ store, actions }, queue.at).catch(() => {
        // it is of another picture, or no model is here that it is of: this one goes on as it was
        listEmbeddings(new Map([[open.id, open.embedding]]));
      });
    },
    /**
     * List pictures that come with their work, after all others; the first is opened where none is open.
     *
     * @param {Adopted[]} pictures
     * @returns {ListedPicture[]}  as they are listed
     */
    adopt(pictures) {
      const added = pictures.map(({ id = newId(), name, place, size, source }) => ({ id, name, place, size, source: source ?? keeping.sourceOf(id, name), page: null, file: id, embedding: embeddingOf(source) }));
      const { queue, openedQueue } = store.state;
      for (const picture of [...(queue?.pictures ?? []), ...added]) visited.add(picture.id); // a project in a file no longer knows better
      if (!added.length) return added;
      if (!queue) {
        void turn({ store, actions }, { pictures: added, at: 0 }, false).catch(() => {});
        return added;
      }
      const longer = (/** @type {Queue} */ one) => ({ ...one, pictures: [...one.pictures, ...added] });
      store.update({ queue: longer(queue), openedQueue: openedQueue && longer(openedQueue) });
      return added;
    },
    /**
     * List the pictures of another day, and open the one that was open; those that have been opened meanwhile come after them.
     *
     * @param {RestoredProject} restored
     */
    restore(restored) {
      const pictures = keeping.listed(restored);
      if (!pictures.length) return;
      for (const picture of pictures) visited.add(picture.id);
      const { queue, openedQueue } = store.state;
      if (queue) {
        const after = (/** @type {Queue} */ one) => ({ pictures: [...pictures, ...one.pictures], at: pictures.length + one.at });
        store.update({ queue: after(queue), openedQueue: openedQueue && after(openedQueue) });
        return;
      }
      const at = Math.max(0, pictures.findIndex(({ id }) => id === restored.at));
      void turn({ store, actions }, { pictures, at }, false, restored.page).catch(() => {});
    },
  };
}

/** @typedef {ReturnType<typeof createPictureQueue>} PictureQueue */
/** @typedef {{ id?: string, name: string, place: string, size: number, source: Blob | null }} Adopted  without a source it is stored under its id */

/** The ids of those that have been open, or worked on: one comes back to them. @type {Set<string>} */
const visited = new Set();

/** Whether a listed picture has been open, or worked on. @param {string} id */
export const isVisited = (id) => visited.has(id);

/** A listed picture has been worked on: a project in its file no longer knows better. @param {string} id */
export const noteVisited = (id) => void visited.add(id);

/**
 * Open a picture, and turn to its place at once. If it is given up the picture before stays, with its place; one of several that cannot be
 * opened keeps its own, so that one goes on from there.
 *
 * @param {{ store: Store, actions: Actions }} parts
 * @param {Queue} queue
 * @param {boolean} alone
 * @param {number} [page]  of its file, from 0
 * @param {Partial<Which>} [changes]  of how it is opened, when it is tried in another way
 */
async function turn({ store, actions }, queue, alone, page = 0, changes = {}) {
  const picture = queue.pictures[queue.at];
  if (!picture) return;
  const openedQueue = store.state.opening ? store.state.openedQueue : store.state.queue;
  store.update({ queue, openedQueue });
  try {
    const shown = picture.page ?? page; // one that is a page of its file shows no other
    const { id, place, embedding = null } = picture;
    /** @param {Partial<Which>} more */
    const retry = (more) => turn({ store, actions }, withPicture(store.state.queue, { ...picture, ...(more.embedding === null && { embedding: null }) }), alone, page, more);
    const how = { again: visited.has(id), place, page: shown, decoded: takeDecoded(id), embedding, retry, ...changes };
    await actions.open(picture.source, picture.name, how);
    visited.add(picture.id);
  } catch (thrown) {
    const stays = alone || TabsamError.from(thrown).code === 'cancelled';
    const { opening, queue: now } = store.state; // the list may have been changed meanwhile
    if (stays && !opening && now?.pictures[now.at]?.id === picture.id) store.update({ queue: store.state.openedQueue });
    throw thrown;
  }
}

/**
 * Turn to a picture that may have been taken off when it could not be opened: it is listed again then.
 *
 * @param {Queue | null} queue
 * @param {ListedPicture} picture
 * @returns {Queue}
 */
function withPicture(queue, picture) {
  const { pictures, at } = queue ?? { pictures: [], at: -1 };
  const known = pictures.findIndex(({ id }) => id === picture.id);
  if (known >= 0) return { pictures: pictures.with(known, picture), at: known };
  return { pictures: pictures.toSpliced(at + 1, 0, picture), at: at + 1 };
}

/**
 * @param {Source} source
 * @param {string} name
 * @returns {ListedPicture}
 */
function listed(source, name) {
  const id = newId();
  return { id, name, place: placeOf(source), size: source instanceof Blob ? source.size : 0, source, page: null, file: id, embedding: embeddingOf(source) };
}

/**
 * Whether two are one file. Where that cannot be told they are two: none of them may get lost.
 *
 * @param {ListedPicture} one
 * @param {ListedPicture} other
 */
function isSame(one, other) {
  if (one.name !== other.name || one.place !== other.place || one.page !== other.page) return false;
  const [a, b] = [one.source, other.source];
  if (one.size && one.size === other.size && (typeof a === 'function') !== (typeof b === 'function')) return true; // one is stored, of another day
  if (typeof a === 'function' || typeof b === 'function') return typeof a === typeof b; // samples, by their names
  return a === b || (a instanceof File && b instanceof File && a.size === b.size && a.lastModified === b.lastModified);
}

/**
 * Open a picture of the list.
 *
 * @param {{ store: Store, actions: Actions }} parts
 * @param {number} at  its place in the list, from 0
 */
export function goTo(parts, at) {
  arriveAt(parts, at).catch(() => {}); // it has been said
}

/**
 * The same, for who does something there.
 *
 * @param {{ store: Store, actions: Actions }} parts
 * @param {number} at
 */
export async function arriveAt({ store, actions }, at) {
  const { queue } = store.state;
  if (queue?.pictures[at]) await turn({ store, actions }, { ...queue, at }, false);
}
