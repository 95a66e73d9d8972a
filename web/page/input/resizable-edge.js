/**
 * An edge that is dragged, or moved by the arrow keys on it, so that what is beside it is larger or smaller. It is kept for the next visit.
 *
 * @module
 */

import { recall, remember } from '../state/preferences.js';

/** @import {Key} from '../state/preferences.js' */

/**
 * @typedef {object} Extent
 * @property {Key} key  under which it is kept
 * @property {string} property  the custom property of the page that has it
 * @property {'x' | 'y'} axis
 * @property {number} least  CSS pixels, as all
 * @property {() => number} most
 * @property {number} usual
 * @property {number} step  of a key
 */

/**
 * What is beside the edge lies to the right of it, or below it.
 *
 * @param {HTMLElement} edge
 * @param {Extent} extent
 * @returns {{ reset: () => void }}  `reset` gives the usual extent back
 */
export function mountResizableEdge(edge, { key, property, axis, least, most, usual, step }) {
  const [larger, smaller] = axis === 'x' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  const kept = () => Number(recall(key)) || usual;
  let extent = kept();

  /** @param {number} wanted */
  function set(wanted) {
    extent = Math.round(Math.min(most(), Math.max(least, wanted)));
    document.body.style.setProperty(property, `${extent}px`);
    edge.setAttribute('aria-valuenow', String(extent));
    edge.setAttribute('aria-valuemax', String(most()));
  }
  const keep = () => remember(key, extent === usual ? null : String(extent));
  const placeOf = (/** @type {PointerEvent} */ { clientX, clientY }) => (axis === 'x' ? clientX : clientY);

  edge.setAttribute('aria-valuemin', String(least));
  set(extent);
  addEventListener('resize', () => set(kept()));

  edge.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    edge.focus();
    edge.setPointerCapture(event.pointerId);
    const [start, from] = [extent, placeOf(event)];
    const abort = new AbortController();
    const { signal } = abort;
    edge.addEventListener('pointermove', (moved) => set(start + from - placeOf(moved)), { signal });
    const end = (/** @type {boolean} */ isKept) => {
      abort.abort();
      if (!isKept) set(start);
      keep();
    };
    edge.addEventListener('pointerup', () => end(true), { signal });
    edge.addEventListener('pointercancel', () => end(false), { signal });
  });
  edge.addEventListener('keydown', (event) => {
    const to = { [larger]: extent + step, [smaller]: extent - step, Home: least, End: most() }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // the arrows are the stage's elsewhere
    set(to);
    keep();
  });

  return {
    reset() {
      set(usual);
      keep();
    },
  };
}
