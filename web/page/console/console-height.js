/**
 * The console's height, by dragging its upper edge or by the arrow keys on it, where it stands below the stage. It is kept for the next visit.
 *
 * @module
 */

import { byId } from '../dom.js';
import { recall, remember } from '../state/preferences.js';

/** CSS pixels; the stage keeps some. */
const LEAST = 140;
const LEFT_FREE = 220;
const USUAL = 280;
const STEP = 24;

export function mountConsoleHeight() {
  const edge = byId('console-edge', HTMLElement);
  let height = Number(recall('tabsam.console')) || USUAL;
  const most = () => Math.max(LEAST, innerHeight - LEFT_FREE);

  /** @param {number} wanted */
  function set(wanted) {
    height = Math.round(Math.min(most(), Math.max(LEAST, wanted)));
    document.body.style.setProperty('--console-height', `${height}px`);
    edge.setAttribute('aria-valuenow', String(height));
    edge.setAttribute('aria-valuemax', String(most()));
  }
  const keep = () => remember('tabsam.console', height === USUAL ? null : String(height));

  edge.setAttribute('aria-valuemin', String(LEAST));
  set(height);
  addEventListener('resize', () => set(Number(recall('tabsam.console')) || USUAL));

  edge.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    edge.focus();
    edge.setPointerCapture(event.pointerId);
    const [start, from] = [height, event.clientY];
    const abort = new AbortController();
    const { signal } = abort;
    edge.addEventListener('pointermove', ({ clientY }) => set(start + from - clientY), { signal });
    const end = (/** @type {boolean} */ kept) => {
      abort.abort();
      if (!kept) set(start);
      keep();
    };
    edge.addEventListener('pointerup', () => end(true), { signal });
    edge.addEventListener('pointercancel', () => end(false), { signal });
  });
  edge.addEventListener('keydown', (event) => {
    const to = { ArrowUp: height + STEP, ArrowDown: height - STEP, Home: LEAST, End: most() }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    set(to);
    keep();
  });
}
