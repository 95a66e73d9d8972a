/**
 * Asks before the tab closes, but only when something would be lost: where the work is not stored, objects that were neither exported nor
 * saved since they changed.
 *
 * @module
 */

/** @import {Actions} from '../actions/actions.js' */
/** @import {State, Store} from '../state/store.js' */

/** @param {{ store: Store, actions: Actions }} parts */
export function mountUnsavedWarning({ store, actions }) {
  /** The pictures, by their keys, whose objects are in no file. Python keeps the work on all that have been open. @type {Set<string>} */
  const unsaved = new Set();
  let asked = false;

  store.subscribe((state, before) => {
    const key = state.picture && state.view.image?.key;
    if (!key || state.picture !== before.picture) return; // what comes with a picture is not new
    const { objects } = state.view;
    if (objects !== before.view.objects) {
      if (objects.list.length) {
        unsaved.add(key);
        if (!asked) firstOfAll(state);
        asked = true;
      } else unsaved.delete(key);
    }
    if (state.saved !== before.saved && state.saved === objects) unsaved.delete(key);
  });

  /** There is something to lose now. @param {State} state */
  function firstOfAll({ keeping }) {
    if (keeping.status === 'kept') void navigator.storage.persist?.().catch(() => {});
    else queueMicrotask(actions.sayKeeping);
  }

  addEventListener('beforeunload', (event) => {
    const { keeping, unkept } = store.state;
    if (unsaved.size && (keeping.status !== 'kept' || unkept > 0)) event.preventDefault();
  });
}
