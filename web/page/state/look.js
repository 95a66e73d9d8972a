/**
 * How the picture and what lies on it are seen. Nothing of it reaches the model or a file.
 *
 * @module
 */

import { activeOf, shownOf } from './store.js';

/** @import {State} from './store.js' */

/**
 * @typedef {{ fill: number, window: number, level: number, gamma: number, peeks: boolean, isolates: boolean }} Look
 *   `fill` is a factor on the opacity of fills. `window` and `level` are the width and the middle of the range of brightness that is
 *   spread over all of it, in per cent of what 8 bits hold, or of the deep values that are seen at first; `gamma` is above 1 for brighter middle tones. `peeks` and `isolates` are
 *   switched on, with no key held.
 * @typedef {Pick<Look, 'window' | 'level'>} Tone
 * @typedef {'peek' | 'isolate'} Held  what a key that is held down asks for
 */

/** @type {Look} */
export const PLAIN = { fill: 1, window: 100, level: 50, gamma: 1, peeks: false, isolates: false };

/** @param {Look} look @param {Tone} [shown]  whether the picture's brightness is not its own, or not as its pixels have it */
export const isToned = (look, shown = PLAIN) => !isSameTone(look, shown) || look.gamma !== PLAIN.gamma;

/** @param {State} state  whether the bare picture is shown */
export const isPeeking = ({ look, held }) => look.peeks || held === 'peek';

/** @param {State} state  whether only the selected object, or the mask that is being made, is shown */
export const isIsolating = (state) => (state.look.isolates || state.held === 'isolate') && canIsolate(state);

/** @param {State} state  whether there is something to be shown alone */
export const canIsolate = (state) => activeOf(state) !== null || shownOf(state).chosen !== null;

/**
 * What becomes of each of 256 equally spaced brightnesses.
 *
 * @param {Look} look
 * @param {Tone} [shown]  what the pixels have of it already
 * @returns {number[]}  from 0 to 1
 */
export function toneCurve({ window, level, gamma }, shown = PLAIN) {
  const low = lowest({ window, level });
  return Array.from({ length: 256 }, (_, value) => {
    const whole = lowest(shown) + (value / 255) * (shown.window / 100);
    return Math.min(1, Math.max(0, (whole - low) / (window / 100))) ** (1 / gamma);
  });
}

/** @param {Tone} tone  what is black, from 0 to 1 of what is shown plainly */
export const lowest = ({ window, level }) => (level - window / 2) / 100;

/** @param {Tone} one @param {Tone} other */
export const isSameTone = (one, other) => one.window === other.window && one.level === other.level;
