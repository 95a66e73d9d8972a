/**
 * Several pictures, one after another: each is opened when its turn comes, and Python has the work on those before.
 *
 * @module
 */

import { quietly } from './actions/actions.js';
import { byId } from './dom.js';

/** @import {Actions} from './actions/actions.js' */
/** @import {Store} from './store.js' */

/** @param {{ store: Store, actions: Actions }} parts */
export function createQueue({ store, actions }) {
  const bar = byId('queue', HTMLElement);
  const place = byId('queue-place', HTMLElement);

  /** @param {readonly File[]} files @param {number} at */
  function go(files, at) {
    const file = files[at];
    if (!file) return;
    store.update({ queue: files.length > 1 ? { files, at } : null });
    quietly(actions.open(file));
  }

  store.subscribe(({ queue }) => {
    bar.hidden = queue === null;
    if (!queue) return;
    const text = `${queue.at + 1} of ${queue.files.length}`;
    if (place.textContent !== text) place.textContent = text;
    place.title = queue.files[queue.at]?.name ?? '';
  });

  return {
    /** Open the first of some pictures; the others wait. @param {readonly File[]} files */
    start: (files) => go(files, 0),
    /** One picture has been opened by itself. */
    leave: () => store.update({ queue: null }),
  };
}

/**
 * @param {{ store: Store, actions: Actions }} parts
 * @param {1 | -1} step
 */
export function stepQueue({ store, actions }, step) {
  const { queue } = store.state;
  const file = queue?.files[queue.at + step];
  if (!queue || !file) return;
  store.update({ queue: { ...queue, at: queue.at + step } });
  quietly(actions.open(file));
}
