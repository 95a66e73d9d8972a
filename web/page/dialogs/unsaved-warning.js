/**
 * Asks before the tab closes, but only when objects would be lost: those that were neither exported nor saved since they changed.
 *
 * @module
 */

/** @import {Store} from '../state/store.js' */

/** @param {Store} store */
export function mountUnsavedWarning(store) {
  /** The pictures whose objects would be lost, by their ids. Python keeps the work on all that have been open. @type {Set<number>} */
  const unsaved = new Set();

  store.subscribe((state, before) => {
    const key = state.picture && state.view.image?.id;
    if (typeof key !== 'number' || state.picture !== before.picture) return; // what comes with a picture is not new
    const { objects } = state.view;
    if (objects !== before.view.objects) {
      if (objects.list.length) unsaved.add(key);
      else unsaved.delete(key);
    }
    if (state.saved !== before.saved && state.saved === objects) unsaved.delete(key);
  });

  addEventListener('beforeunload', (event) => {
    if (unsaved.size) event.preventDefault();
  });
}
