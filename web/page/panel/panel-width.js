/**
 * The panel's width, by dragging its edge or by the arrow keys on it, where the panel stands beside the stage. It is kept for the next visit.
 *
 * @module
 */

import { byId } from '../dom.js';
import { recall, remember } from '../state/preferences.js';

/** CSS pixels. The stage keeps at least as much as the panel may have. */
const LEAST = 264;
const MOST = 560;
const USUAL = 304;
const STEP = 16;

export function mountPanelWidth() {
  const edge = byId('panel-edge', HTMLElement);
  let width = Number(recall('tabsam.panel')) || USUAL;

  const most = () => Math.max(LEAST, Math.min(MOST, Math.floor(innerWidth / 2)));

  /** @param {number} wanted */
  function set(wanted) {
    width = Math.round(Math.min(most(), Math.max(LEAST, wanted)));
    document.body.style.setProperty('--panel-width', `${width}px`);
    edge.setAttribute('aria-valuenow', String(width));
    edge.setAttribute('aria-valuemax', String(most()));
  }
  const keep = () => remember('tabsam.panel', width === USUAL ? null : String(width));

  edge.setAttribute('aria-valuemin', String(LEAST));
  set(width);
  addEventListener('resize', () => set(Number(recall('tabsam.panel')) || USUAL));

  edge.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    edge.focus();
    edge.setPointerCapture(event.pointerId);
    const grip = edge.getBoundingClientRect().right - event.clientX;
    const start = width;
    const right = edge.getBoundingClientRect().right + width;
    const abort = new AbortController();
    const { signal } = abort;
    edge.addEventListener('pointermove', ({ clientX }) => set(right - clientX - grip), { signal });
    const end = (/** @type {boolean} */ kept) => {
      abort.abort();
      if (!kept) set(start);
      keep();
    };
    edge.addEventListener('pointerup', () => end(true), { signal });
    edge.addEventListener('pointercancel', () => end(false), { signal });
  });
  edge.addEventListener('dblclick', () => {
    set(USUAL);
    keep();
  });
  edge.addEventListener('keydown', (event) => {
    const to = { ArrowLeft: width + STEP, ArrowRight: width - STEP, Home: LEAST, End: most() }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    set(to);
    keep();
  });
}
