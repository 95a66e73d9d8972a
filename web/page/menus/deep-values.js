/**
 * Which of the own values of a picture of more than 8 bits are black and white, as numbers: window and level said in another way, and
 * not bound to the range that is seen at first.
 *
 * @module
 */

import { byId } from '../dom.js';
import { lowest } from '../state/look.js';

/** @import {Store} from '../state/store.js' */

/** Per cent of the range that is seen at first: no narrower, or all would be black or white. */
const LEAST_WINDOW = 0.01;

/** @param {Store} store */
export function mountDeepValues(store) {
  const group = byId('view-values', HTMLElement);
  const low = byId('view-low', HTMLInputElement);
  const high = byId('view-high', HTMLInputElement);

  /** What is black and white plainly; null where that cannot be said by two numbers. */
  function plain() {
    const { depth } = store.state.view;
    return depth && depth.low !== null && depth.high !== null && depth.high > depth.low ? { black: depth.low, white: depth.high } : null;
  }

  function change() {
    const range = plain();
    if (!range || Number.isNaN(low.valueAsNumber) || Number.isNaN(high.valueAsNumber)) return;
    const whole = range.white - range.black;
    const window = Math.max(LEAST_WINDOW, ((high.valueAsNumber - low.valueAsNumber) / whole) * 100);
    const level = ((low.valueAsNumber - range.black) / whole) * 100 + window / 2;
    store.update({ look: { ...store.state.look, window, level } });
  }
  low.addEventListener('change', change);
  high.addEventListener('change', change);

  store.subscribe(({ look }) => {
    const range = plain();
    group.hidden = range === null;
    if (!range) return;
    const whole = range.white - range.black;
    show(low, range.black + lowest(look) * whole, whole);
    show(high, range.black + (lowest(look) + look.window / 100) * whole, whole);
  });
}

/**
 * @param {HTMLInputElement} field
 * @param {number} value
 * @param {number} whole  the range: what is much smaller is rounding
 */
function show(field, value, whole) {
  if (document.activeElement === field && Math.abs(field.valueAsNumber - value) < whole * 1e-6) return;
  const text = String(Number(value.toPrecision(6)));
  if (field.value !== text) field.value = text;
}
