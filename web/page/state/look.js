/**
 * How the picture and what lies on it are seen. Nothing of it reaches the model or a file.
 *
 * @module
 */

import { shownOf } from './store.js';

/** @import {State} from './store.js' */

/**
 * @typedef {{ fill: number, window: number, level: number, gamma: number, peeks: boolean, isolates: boolean }} Look
 *   `fill` is a factor on the opacity of fills. `window` and `level` are the width and the middle of the range of brightness that is
 *   spread over all of it, in per cent of what 8 bits hold; `gamma` is above 1 for brighter middle tones. `peeks` and `isolates` are
 *   switched on, with no key held.
 * @typedef {'peek' | 'isolate'} Held  what a key that is held down asks for
 */

/** @type {Look} */
export const PLAIN = { fill: 1, window: 100, level: 50, gamma: 1, peeks: false, isolates: false };

/** @param {Look} look  whether the picture's brightness is not its own */
export const isToned = ({ window, level, gamma }) => window !== PLAIN.window || level !== PLAIN.level || gamma !== PLAIN.gamma;

/** @param {State} state  whether the bare picture is shown */
export const isPeeking = ({ look, held }) => look.peeks || held === 'peek';

/** @param {State} state  whether only the selected object, or the mask that is being made, is shown */
export const isIsolating = (state) => (state.look.isolates || state.held === 'isolate') && canIsolate(state);

/** @param {State} state  whether there is something to be shown alone */
export const canIsolate = (state) => shownOf(state).view.active !== null || shownOf(state).chosen !== null;

/**
 * What becomes of each of 256 equally spaced brightnesses.
 *
 * @param {Look} look
 * @returns {number[]}  from 0 to 1
 */
export function toneCurve({ window, level, gamma }) {
  const low = (level - window / 2) / 100;
  return Array.from({ length: 256 }, (_, value) => Math.min(1, Math.max(0, (value / 255 - low) / (window / 100))) ** (1 / gamma));
}
