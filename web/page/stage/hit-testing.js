/**
 * What lies under a place of the picture.
 *
 * @module
 */

import { pathOf } from './drawing/outlines.js';

/** @import {Find, ObjectInfo, Outline} from '../../protocol.js' */
/** @import {Spot} from './viewport.js' */

/** Asks, and never draws: a path is hit in image pixels, whatever the canvas. */
const context = new OffscreenCanvas(1, 1).getContext('2d');

/**
 * @param {Outline} outline
 * @param {Spot} spot  image pixels
 * @param {number} reach  how far beside it still counts, in image pixels
 */
function isHit(outline, { x, y }, reach) {
  if (!context) return false;
  const path = pathOf(outline);
  if (context.isPointInPath(path, x, y, 'evenodd')) return true;
  context.lineWidth = 2 * reach;
  return context.isPointInStroke(path, x, y);
}

/**
 * The visible objects at a place, the topmost first.
 *
 * @param {readonly ObjectInfo[]} objects  from the bottom to the top
 * @param {Spot} spot  image pixels
 * @param {number} reach  image pixels
 * @returns {ObjectInfo[]}
 */
function objectsAt(objects, spot, reach) {
  const { x, y } = spot;
  return objects
    .filter(({ visible, bbox: [x0, y0, x1, y1], outline }) => {
      const near = x >= x0 - reach && x <= x1 + reach && y >= y0 - reach && y <= y1 + reach;
      return visible && near && isHit(outline, spot, reach);
    })
    .reverse();
}

/**
 * The object to select at a place: the topmost, and then, each time again, the one below.
 *
 * @param {readonly ObjectInfo[]} objects
 * @param {number | null} active
 * @param {Spot} spot  image pixels
 * @param {number} reach  image pixels
 * @returns {number | null}
 */
export function nextObjectAt(objects, active, spot, reach) {
  const hits = objectsAt(objects, spot, reach);
  const now = hits.findIndex(({ id }) => id === active);
  return hits[(now + 1) % hits.length]?.id ?? null;
}

/**
 * The smallest find at a place: a larger one can be clicked beside it.
 *
 * @param {readonly Find[]} finds
 * @param {Spot} spot  image pixels
 * @returns {Find | null}
 */
export function findAt(finds, spot) {
  const hits = finds.filter(({ outline }) => isHit(outline, spot, 0));
  return hits.reduce((/** @type {Find | null} */ least, find) => (least && least.area <= find.area ? least : find), null);
}
