/**
 * Has the list of pictures and their files stored, one file after another and never in the way: nobody needs to find them again.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { readLinked } from './linked-source.js';
import { whereaboutsOf } from './places.js';

/** @import {Client} from '../client.js' */
/** @import {ListedPicture, Store} from '../state/store.js' */
/** @import {RestoredProject, Whereabouts} from '../../protocol.js' */

/**
 * @param {{ client: Client, store: Store, openedFile: () => Blob | null, pickFile: () => Promise<File> }} parts  `openedFile` gives the file of the
 *   picture that is open, `pickFile` has the person choose one
 */
export function createPictureKeeping({ client, store, openedFile, pickFile }) {
  /** What the files that are stored are stored under. @type {Set<string>} */
  const kept = new Set();
  /** Those whose stored files have been cleared, and that there is no other file of. @type {Set<string>} */
  const gone = new Set();
  let running = false;

  async function keepAll() {
    if (running) return;
    running = true;
    try {
      for (;;) {
        const next = store.state.queue?.pictures.find((one) => !kept.has(one.file) && fileOf(one));
        const file = next && fileOf(next);
        if (!file) break;
        const stored = await client.call('keepPicture', { id: next.file, file, from: whereaboutsOf(file) }).catch(() => null);
        if (stored?.kept) kept.add(next.file);
        else break; // it has been said, and the next picture that comes is another try
        count();
      }
    } finally {
      running = false;
    }
  }

  /** @param {ListedPicture} picture  one that has to be fetched is there when it is open */
  function fileOf(picture) {
    const { queue, opening } = store.state;
    if (picture.source instanceof Blob) return picture.source;
    if (gone.has(picture.file)) return null;
    return !opening && queue?.pictures[queue.at] === picture ? openedFile() : null;
  }

  function count() {
    const unkept = store.state.queue?.pictures.filter(({ file }) => !kept.has(file)).length ?? 0;
    if (store.state.unkept !== unkept) store.update({ unkept });
  }

  /** What was stored is there no more. */
  function forgetAll() {
    for (const id of kept) gone.add(id);
    kept.clear();
    count();
  }

  store.subscribe(({ queue, project, picture, keeping, search }, before) => {
    if (keeping !== before.keeping && keeping.reason === 'cleared') queueMicrotask(forgetAll);
    if (keeping !== before.keeping && keeping.status === 'kept') void keepAll();
    // a lost worker is said elsewhere
    if (search.open !== before.search.open && project !== null) client.call('noteSession', { finding: search.open }).catch(() => {});
    if (picture !== before.picture) {
      void keepAll();
      notePage();
    }
    if (!queue || project === null || (queue === before.queue && before.project !== null)) return;
    const pictures = queue.pictures.map(({ id, name, place, size, page, file }) => ({ id, name, place, size, ...(page === null ? {} : { page, file }) }));
    const listed = before.project === null || queue.pictures !== before.queue?.pictures ? { pictures } : {};
    client.call('noteSession', { ...listed, at: queue.pictures[queue.at]?.id ?? '' }).catch(() => {}); // a lost worker is said elsewhere
    queueMicrotask(() => {
      count();
      void keepAll();
    });
  });

  /** Which page is open, where its file has several. */
  function notePage() {
    const { queue, opening, view, project } = store.state;
    const id = queue?.pictures[queue.at]?.id;
    if (opening || project === null || !id || !view.pages) return;
    client.call('noteSession', { page: { id, page: view.pages.at } }).catch(() => {}); // a lost worker is said elsewhere
  }

  return {
    /**
     * The pictures of another day.
     *
     * @param {RestoredProject} restored
     * @returns {ListedPicture[]}
     */
    listed({ pictures, missing }) {
      for (const { id, file = id } of pictures) if (!missing.includes(id)) kept.add(file);
      return pictures.map(({ id, name, place, size, page = null, file = id }) => ({ id, name, place, size, source: () => fetchKept(file, name), page, file }));
    },
    /** What fetches a picture that is stored already. @param {string} id @param {string} name */
    sourceOf(id, name) {
      kept.add(id);
      return () => fetchKept(id, name);
    },
  };

  /** @param {string} id @param {string} name */
  async function fetchKept(id, name) {
    const { file, link } = await client.call('keptPicture', { id });
    if (file) return file;
    if (link) return readLinked(link, { pickFile, keep: (other, from) => keepInstead(id, other, from) });
    throw new TabsamError({
      code: 'picture-not-kept',
      message: `The file of '${name}' was not stored before the tab was closed.`,
      hint: 'What you did with it is: open the same file again.',
    });
  }

  /** @param {string} id @param {File} file @param {Whereabouts | null} from  null for a copy */
  async function keepInstead(id, file, from) {
    const { kept: isKept } = await client.call('keepPicture', { id, file, from, instead: true });
    if (!isKept) throw new DOMException('It could not be stored.', 'NotReadableError'); // that has been said
  }
}

/** @typedef {ReturnType<typeof createPictureKeeping>} PictureKeeping */
