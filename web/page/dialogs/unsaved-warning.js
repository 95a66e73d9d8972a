/**
 * Asks before the tab closes, but only when objects would be lost: those that were neither exported nor saved since they changed.
 *
 * @module
 */

/** @import {State, Store} from '../state/store.js' */

/** @param {Store} store */
export function mountUnsavedWarning(store) {
  /** The pictures whose objects would be lost. Python keeps the work on all that have been open. @type {Set<string>} */
  const unsaved = new Set();

  store.subscribe((state, before) => {
    const key = keyOf(state);
    if (key === null || state.picture !== before.picture) return; // what comes with a picture is not new
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

/**
 * What a picture is known by here. Python knows it by its digest, which the page is not told: two pictures of one name and size count as one.
 *
 * @param {State} state
 */
function keyOf({ picture }) {
  return picture && `${picture.name} ${picture.width} ${picture.height}`;
}
