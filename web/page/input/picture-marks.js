/**
 * What is known of the listed pictures besides their files: which work is theirs, how much of it there is, and which are done.
 *
 * @module
 */

import { isLooking } from '../state/store.js';

/** @import {Client} from '../client.js' */
/** @import {PictureMark, PictureWork, RestoredProject, View} from '../../protocol.js' */
/** @import {State, Store} from '../state/store.js' */

/** @param {{ client: Client, store: Store }} parts */
export function createPictureMarks({ client, store }) {
  /** @param {readonly PictureMark[]} marks */
  function set(marks) {
    store.update({ marks: new Map([...store.state.marks, ...entriesOf(marks)]) });
    note([...marks]);
  }

  /** @param {PictureMark[]} marks */
  function note(marks) {
    if (store.state.project !== null && marks.length) client.call('noteSession', { marks }).catch(() => {}); // a lost worker is said elsewhere
  }

  async function askWorks() {
    const works = await client.call('works', {}).catch(() => null);
    if (works) store.update({ works: new Map(works.map((work) => [work.key, work])) });
  }

  store.subscribe((state, before) => {
    if (state.project !== before.project) note([...state.marks.values()]); // those from before there was one
    if (state.queue?.pictures !== before.queue?.pictures) void askWorks();
    if (state.view !== before.view) noteWork(state);
    if (state.picture !== before.picture && !state.opening) noteKey(state);
  });

  /** Learn which work is that of the listed picture. @param {State} state */
  function noteKey({ queue, view: { image, pages } }) {
    const { id, page = null } = queue?.pictures[queue.at] ?? {};
    if (id === undefined || !image || (pages && pages.at !== (page ?? 0))) return;
    const { key, done } = markOf(store.state, id);
    if (key !== image.key) set([{ id, key: image.key, done }]);
  }

  /** @param {State} state */
  function noteWork({ view, works }) {
    const work = workOf(view);
    const known = view.image && works.get(view.image.key);
    if (!view.image || isSame(work, known ?? null)) return;
    const now = new Map(works);
    if (work) now.set(work.key, work);
    else now.delete(view.image.key);
    store.update({ works: now });
  }

  return {
    /** @param {readonly string[]} ids @param {boolean} done */
    markDone(ids, done) {
      if (!isLooking(store.state)) set(ids.map((id) => ({ ...markOf(store.state, id), done }))); // else the banner says why not
    },
    /** Work has come on pictures that need not have been open. @param {{ id: string, key: string }[]} keys */
    learn(keys) {
      set(keys.map(({ id, key }) => ({ ...markOf(store.state, id), key })));
      void askWorks();
    },
    /** One has been worked on that need not have been open. @param {string} id @param {string} key @param {PictureWork | null} work */
    noteWorked(id, key, work) {
      if (markOf(store.state, id).key !== key) set([{ ...markOf(store.state, id), key }]);
      const works = new Map(store.state.works);
      if (work) works.set(key, work);
      store.update({ works });
    },
    /** @param {RestoredProject} restored */
    restore({ marks }) {
      store.update({ marks: new Map([...entriesOf(marks), ...store.state.marks]) });
    },
  };
}

/** @typedef {ReturnType<typeof createPictureMarks>} PictureMarks */

/** @param {readonly PictureMark[]} marks */
const entriesOf = (marks) => marks.map((mark) => /** @type {const} */ ([mark.id, mark]));

/**
 * @param {Pick<State, 'marks'>} state
 * @param {string} id
 * @returns {PictureMark}
 */
export const markOf = ({ marks }, id) => marks.get(id) ?? { id, key: '', done: false };

/** @param {View} view @returns {PictureWork | null}  null where nothing has been done */
function workOf({ image, objects: { list }, points, box, mask, canUndo }) {
  if (!image || !(list.length || points.length || box || mask || canUndo)) return null;
  const classes = new Set(list.map(({ category }) => category).filter((category) => category !== null));
  return { key: image.key, objects: list.length, classes: [...classes] };
}

/** @param {PictureWork | null} one @param {PictureWork | null} other */
function isSame(one, other) {
  if (!one || !other) return one === other;
  return one.objects === other.objects && one.classes.length === other.classes.length && one.classes.every((id) => other.classes.includes(id));
}
