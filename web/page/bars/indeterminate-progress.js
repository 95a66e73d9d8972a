/**
 * Moves the progress bars that cannot say how far they are.
 *
 * Not as a CSS animation: that wakes the browser sixty times a second, however few its steps, and takes a twentieth of two cores from
 * the model that is waited for.
 *
 * @module
 */

/** @import {State, Store} from '../state/store.js' */

const STEP_MS = 250;
/** From left of the bar to right of it, in percent of what the stretch leaves free. */
const [FROM, TO, STEP] = [-66, 166, 29];

/** @param {Store} store */
export function mountIndeterminateProgress(store) {
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let at = FROM;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let ticking;

  function step() {
    if (still.matches) return;
    at = at + STEP > TO ? FROM : at + STEP;
    for (const bar of document.querySelectorAll('progress:indeterminate')) {
      if (bar instanceof HTMLElement) bar.style.setProperty('--indeterminate-at', `${at}%`);
    }
  }

  store.subscribe((state) => {
    if (isWaiting(state) === (ticking !== undefined)) return;
    clearInterval(ticking);
    ticking = ticking === undefined ? setInterval(step, STEP_MS) : undefined;
  });
}

/** @param {State} state */
const isWaiting = ({ engine, opening, loading, search }) => engine.status === 'starting' || !!opening || !!loading || search.running !== null;
