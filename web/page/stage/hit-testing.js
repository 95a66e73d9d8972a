/**
 * What lies under a place of the picture.
 *
 * @module
 */

import { pathOf } from './drawing/outlines.js';

/** @import {Box, Find, ObjectInfo, Outline} from '../../protocol.js' */
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
 * The visible objects that a box touches with their edge or holds, from the bottom to the top. One that is all around the box is not meant.
 *
 * @param {readonly ObjectInfo[]} objects
 * @param {Box} box  image pixels
 * @returns {number[]}
 */
export function objectsIn(objects, [left, top, right, bottom]) {
  const meant = objects.filter(({ visible, bbox: [x0, y0, x1, y1], outline: { vertices } }) => {
    if (!visible || x1 < left || x0 > right || y1 < top || y0 > bottom) return false;
    for (let i = 0; i < vertices.length; i += 2) {
      const [x, y] = [vertices[i] ?? 0, vertices[i + 1] ?? 0];
      if (x >= left && x <= right && y >= top && y <= bottom) return true;
    }
    return false;
  });
  return meant.map(({ id }) => id);
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
