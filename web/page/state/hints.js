/**
 * Hints that were understood: whoever has done it a few times, or put the hint away, is not told again. The help says it all, and brings
 * them back.
 *
 * @module
 */

import { recall, remember } from './preferences.js';

/** @typedef {'point' | 'background' | 'drag' | 'box'} Hint  what was done: points on and off the object, a box around it, a box that selects */

/** Done so often it was no accident. */
const OFTEN = 3;

/** How often each was done. @type {Map<string, number>} */
const done = new Map();
for (const entry of (recall('tabsam.hints') ?? '').split(' ')) {
  const [hint, times] = entry.split(':');
  if (hint) done.set(hint, Number(times) || 0);
}
/** @type {Set<() => void>} */
const listeners = new Set();

function keep() {
  remember('tabsam.hints', [...done].map(([hint, times]) => `${hint}:${times}`).join(' ') || null);
  for (const listener of listeners) listener();
}

/** @param {Hint} hint */
export const isUnderstood = (hint) => (done.get(hint) ?? 0) >= OFTEN;

/** It was done once more. @param {Hint} hint */
export function countHint(hint) {
  if (isUnderstood(hint)) return;
  done.set(hint, (done.get(hint) ?? 0) + 1);
  keep();
}

/** Put them away. @param {Hint[]} hints */
export function dismissHints(hints) {
  for (const hint of hints) done.set(hint, OFTEN);
  keep();
}

/** Tell everything again. */
export function forgetHints() {
  done.clear();
  keep();
}

/** Called now, and whenever a hint comes or goes. @param {() => void} listener */
export function watchHints(listener) {
  listeners.add(listener);
  listener();
}
