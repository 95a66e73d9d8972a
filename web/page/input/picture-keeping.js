/**
 * Has the list of pictures and their files stored, one file after another and never in the way: nobody needs to find them again.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';

/** @import {Client} from '../client.js' */
/** @import {ListedPicture, Store} from '../state/store.js' */
/** @import {RestoredProject} from '../../protocol.js' */

/** @param {{ client: Client, store: Store }} parts */
export function createPictureKeeping({ client, store }) {
  /** The ids of those whose files are stored. @type {Set<string>} */
  const kept = new Set();
  /** Files that were fetched, as those of the samples are, until they are stored. @type {Map<string, Blob>} */
  const fetched = new Map();
  let running = false;

  /** @param {ListedPicture} picture */
  const fileOf = ({ id, source }) => (source instanceof Blob ? source : fetched.get(id));

  async function keepAll() {
    if (running) return;
    running = true;
    try {
      for (;;) {
        const next = store.state.queue?.pictures.find((one) => !kept.has(one.id) && fileOf(one));
        const file = next && fileOf(next);
        if (!file) break;
        const stored = await client.call('keepPicture', { id: next.id, file }).catch(() => null);
        if (!stored?.kept) break; // it has been said, and the next picture that comes is another try
        kept.add(next.id);
        fetched.delete(next.id);
        count();
      }
    } finally {
      running = false;
    }
  }

  function count() {
    const unkept = store.state.queue?.pictures.filter(({ id }) => !kept.has(id)).length ?? 0;
    if (store.state.unkept !== unkept) store.update({ unkept });
  }

  store.subscribe(({ queue, project }, before) => {
    if (!queue || project === null || (queue === before.queue && before.project !== null)) return;
    const pictures = queue.pictures.map(({ id, name, place, size }) => ({ id, name, place, size }));
    const listed = before.project === null || queue.pictures !== before.queue?.pictures ? { pictures } : {};
    client.call('noteSession', { ...listed, at: queue.pictures[queue.at]?.id ?? '' }).catch(() => {}); // a lost worker is said elsewhere
    queueMicrotask(() => {
      count();
      void keepAll();
    });
  });

  return {
    /** Have a file stored that was fetched for a picture. @param {string} id @param {Blob} file */
    keepFetched(id, file) {
      if (kept.has(id)) return;
      fetched.set(id, file);
      void keepAll();
    },

    /**
     * The pictures of another day.
     *
     * @param {RestoredProject} restored
     * @returns {ListedPicture[]}
     */
    listed({ pictures, missing }) {
      for (const { id } of pictures) if (!missing.includes(id)) kept.add(id);
      return pictures.map(({ id, name, place, size }) => ({ id, name, place, size, source: () => fetchKept(id, name) }));
    },
  };

  /** @param {string} id @param {string} name */
  async function fetchKept(id, name) {
    const { file } = await client.call('keptPicture', { id });
    if (file) return file;
    throw new TabsamError({
      code: 'picture-not-kept',
      message: `The file of '${name}' was not stored before the tab was closed.`,
      hint: 'What you did with it is: open the same file again.',
    });
  }
}

/** @typedef {ReturnType<typeof createPictureKeeping>} PictureKeeping */
