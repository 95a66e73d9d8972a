/**
 * Several pictures, one after another: each is opened when its turn comes, and Python has the work on those before.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { byId } from '../dom.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Source} from '../actions/opening.js' */
/** @import {Queue, Store} from '../state/store.js' */

/** @param {{ store: Store, actions: Actions }} parts */
export function createPictureQueue({ store, actions }) {
  const bar = byId('queue', HTMLElement);
  const place = byId('queue-place', HTMLElement);

  store.subscribe(({ queue }) => {
    bar.hidden = queue === null;
    if (!queue) return;
    const text = `${queue.at + 1} of ${queue.files.length}`;
    if (place.textContent !== text) place.textContent = text;
    place.title = queue.files[queue.at]?.name ?? '';
  });

  return {
    /** Open the first of some pictures; the others wait. @param {readonly File[]} files */
    start(files) {
      const [first] = files;
      if (first) void turn({ store, actions }, files.length > 1 ? { files, at: 0 } : null, first);
    },
    /** Open a picture that no other is to follow. @param {Source} source @param {string} name */
    openAlone: (source, name) => void turn({ store, actions }, null, source, name),
  };
}

/**
 * Open a picture, and turn to its place at once. If it is given up the picture before stays, with its place; one that cannot be opened
 * keeps its own, so that one goes on from there.
 *
 * @param {{ store: Store, actions: Actions }} parts
 * @param {Queue | null} queue  null for a picture by itself
 * @param {Source} source
 * @param {string} [name]
 */
async function turn({ store, actions }, queue, source, name) {
  const openedQueue = store.state.opening ? store.state.openedQueue : store.state.queue;
  store.update({ queue, openedQueue });
  try {
    await actions.open(source, name);
  } catch (thrown) {
    const stays = queue === null || TabsamError.from(thrown).code === 'cancelled';
    if (stays && !store.state.opening && store.state.queue === queue) store.update({ queue: store.state.openedQueue });
  }
}

/**
 * @param {{ store: Store, actions: Actions }} parts
 * @param {1 | -1} step
 */
export function stepQueue({ store, actions }, step) {
  const { queue } = store.state;
  const file = queue?.files[queue.at + step];
  if (!queue || !file) return;
  void turn({ store, actions }, { ...queue, at: queue.at + step }, file);
}
