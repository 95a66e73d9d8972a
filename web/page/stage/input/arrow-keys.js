/**
 * What the arrow keys mean for a thing on the picture.
 *
 * @module
 */

/** @import {Spot} from '../viewport.js' */

/** Image pixels that an arrow key moves a thing by when Shift is held. */
export const FAR = 10;
/** Nudges closer together than this are one step to undo. Milliseconds. */
const PAUSE_MS = 1000;

/** @type {ReadonlyMap<string, Spot>} */
const ARROWS = new Map([
  ['ArrowLeft', { x: -1, y: 0 }],
  ['ArrowRight', { x: 1, y: 0 }],
  ['ArrowUp', { x: 0, y: -1 }],
  ['ArrowDown', { x: 0, y: 1 }],
]);

/** @param {string} key */
export const arrowOf = (key) => ARROWS.get(key);

/**
 * What a key does to a thing that has the focus: the arrows move it, Delete takes it away.
 *
 * @param {KeyboardEvent} event
 * @param {(dx: number, dy: number) => void} nudge  image pixels
 * @param {() => void} remove
 */
export function changeByKey(event, nudge, remove) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const arrow = arrowOf(event.key);
  const step = event.shiftKey ? FAR : 1;
  if (arrow) nudge(arrow.x * step, arrow.y * step);
  else if (event.key === 'Delete' || event.key === 'Backspace') remove();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/**
 * Counts drags, and bursts of nudges of one thing: each is one step to undo.
 *
 * @returns {{ next: () => number, nudge: (thing: unknown) => number }}  each gives the number of the gesture
 */
export function createGestureCount() {
  let count = 0;
  /** @type {{ thing: unknown, time: number }} */
  let last = { thing: undefined, time: -Infinity };
  return {
    next() {
      last.time = -Infinity;
      return ++count;
    },
    nudge(thing) {
      const time = performance.now();
      if (thing !== last.thing || time - last.time > PAUSE_MS) count++;
      last = { thing, time };
      return count;
    },
  };
}
