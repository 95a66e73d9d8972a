/**
 * The corners of an outline: which can be taken by the hand, and the outline with one moved, put in or taken out. Pure arithmetic.
 *
 * An index counts `vertices` in pairs, over all rings. A ring's last vertex is its first again: it is never meant, and follows it.
 *
 * @module
 */

import { toImage, toStage } from '../viewport.js';

/** @import {Outline} from '../../../protocol.js' */
/** @import {Size, Spot, Viewport} from '../viewport.js' */

/** Corners nearer together than this cannot be told apart by hand. CSS pixels. */
const LEAST_GAP = 6;
/** CSS pixels beyond the stage's edge where a corner still shows. */
const MARGIN = 6;

/** @param {Outline} outline @param {number} index @returns {Spot}  image pixels */
export const cornerAt = ({ vertices }, index) => ({ x: vertices[2 * index] ?? 0, y: vertices[2 * index + 1] ?? 0 });

/**
 * The rings, as the first index of each and the one after its last corner.
 *
 * @param {Outline} outline
 * @returns {{ start: number, end: number, closed: boolean }[]}  `closed`: the vertex at `end` is the first again
 */
function ringsOf({ vertices, offsets }) {
  return [...offsets.slice(0, -1)].map((start, ring) => {
    const last = (offsets[ring + 1] ?? 0) - 1;
    const closed = last > start && vertices[2 * last] === vertices[2 * start] && vertices[2 * last + 1] === vertices[2 * start + 1];
    return { start, end: closed ? last : last + 1, closed };
  });
}

/**
 * The corners on the stage that a hand can take.
 *
 * @param {Outline} outline
 * @param {Viewport} viewport
 * @param {Size} size  the stage's
 * @param {number | null} selected  is shown in any case
 * @returns {{ indices: number[], thinned: boolean }}  `thinned`: some are too near to others, and left out
 */
export function cornersInView(outline, viewport, size, selected) {
  /** @type {number[]} */
  const indices = [];
  let thinned = false;
  for (const { start, end } of ringsOf(outline)) {
    /** @type {Spot | null} */
    let last = null;
    for (let index = start; index < end; index++) {
      const at = toStage(viewport, cornerAt(outline, index));
      if (at.x < -MARGIN || at.y < -MARGIN || at.x > size.width + MARGIN || at.y > size.height + MARGIN) continue;
      if (last && index !== selected && Math.hypot(at.x - last.x, at.y - last.y) < LEAST_GAP) {
        thinned = true;
        continue;
      }
      indices.push(index);
      last = at;
    }
  }
  return { indices, thinned };
}

/**
 * @param {Outline} outline
 * @param {number[]} indices  the corners to choose from
 * @param {Viewport} viewport
 * @param {Spot} at  stage pixels
 * @param {number} reach  CSS pixels
 * @returns {number | null}  the nearest
 */
export function nearestCorner(outline, indices, viewport, at, reach) {
  /** @type {number | null} */
  let nearest = null;
  let least = reach;
  for (const index of indices) {
    const { x, y } = toStage(viewport, cornerAt(outline, index));
    const distance = Math.hypot(x - at.x, y - at.y);
    if (distance > least) continue;
    least = distance;
    nearest = index;
  }
  return nearest;
}

/**
 * @param {Outline} outline
 * @param {Viewport} viewport
 * @param {Spot} at  stage pixels
 * @param {number} reach  CSS pixels
 * @returns {{ after: number, spot: Spot } | null}  the nearest edge, by the corner that it begins at, and the place on it in image pixels
 */
export function nearestEdge(outline, viewport, at, reach) {
  const { x, y } = toImage(viewport, at);
  /** @type {{ after: number, spot: Spot } | null} */
  let nearest = null;
  let least = reach / viewport.scale;
  for (const { start, end } of ringsOf(outline)) {
    for (let after = start; after < end; after++) {
      const a = cornerAt(outline, after);
      const b = cornerAt(outline, after + 1 < end ? after + 1 : start);
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const along = Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
      const spot = { x: a.x + along * dx, y: a.y + along * dy };
      const distance = Math.hypot(spot.x - x, spot.y - y);
      if (distance > least) continue;
      least = distance;
      nearest = { after, spot };
    }
  }
  return nearest;
}

/**
 * @param {Outline} outline
 * @param {number} index
 * @param {Spot} spot  image pixels
 * @returns {Outline}
 */
export function withCornerMoved(outline, index, { x, y }) {
  const vertices = outline.vertices.slice();
  const ring = ringsOf(outline).find(({ start, end }) => index >= start && index < end);
  for (const place of ring?.closed && index === ring.start ? [index, ring.end] : [index]) vertices.set([x, y], 2 * place);
  return { vertices, offsets: outline.offsets };
}

/**
 * @param {Outline} outline
 * @param {number} after  the corner that the edge begins at; the new one is the next
 * @param {Spot} spot  image pixels
 * @returns {Outline}
 */
export function withCornerPut(outline, after, { x, y }) {
  const vertices = new Float32Array(outline.vertices.length + 2);
  const cut = 2 * (after + 1);
  vertices.set(outline.vertices.subarray(0, cut));
  vertices.set([x, y], cut);
  vertices.set(outline.vertices.subarray(cut), cut + 2);
  return { vertices, offsets: outline.offsets.map((offset) => (offset > after ? offset + 1 : offset)) };
}

/**
 * Go through the corners, ring by ring.
 *
 * @param {Outline} outline
 * @param {number | null} index  where from
 * @param {1 | -1} step
 * @returns {number | null}
 */
export function nextCorner(outline, index, step) {
  const all = ringsOf(outline).flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i));
  const now = index === null ? (step > 0 ? -1 : 0) : all.indexOf(index);
  return all[(now + step + all.length) % all.length] ?? null;
}
