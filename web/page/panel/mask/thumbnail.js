/**
 * Small pictures of what a candidate covers, drawn from its outline.
 *
 * @module
 */

import { MASK_LOOK, paintOutline } from '../../stage/drawing/outlines.js';

/** @import {Outline} from '../../../protocol.js' */
/** @import {Picture} from '../../picture.js' */

/** @typedef {{ x: number, y: number, width: number, height: number }} Crop  image pixels */

/** Room around the outlines, as a share of their size. */
const MARGIN = 0.2;
/** Smaller crops would show blurred pixels rather than a thing. Image pixels. */
const LEAST = 24;

/**
 * The part of the picture that shows all these outlines, in the shape of the thumbnail: the same for all of them, so that
 * they can be compared.
 *
 * @param {Outline[]} outlines
 * @param {Picture} picture
 * @param {number} aspect  width over height
 * @returns {Crop}
 */
export function cropAround(outlines, picture, aspect) {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { vertices } of outlines) {
    for (let i = 0; i + 1 < vertices.length; i += 2) {
      const x = vertices[i] ?? 0;
      const y = vertices[i + 1] ?? 0;
      x0 = Math.min(x0, x);
      x1 = Math.max(x1, x);
      y0 = Math.min(y0, y);
      y1 = Math.max(y1, y);
    }
  }
  if (x0 > x1) [x0, y0, x1, y1] = [0, 0, picture.width, picture.height];
  const wanted = Math.max(LEAST, (x1 - x0) * (1 + 2 * MARGIN), (y1 - y0) * (1 + 2 * MARGIN) * aspect);
  // never wider than what shows the whole picture
  const width = Math.min(wanted, Math.max(picture.width, picture.height * aspect));
  const height = width / aspect;
  return {
    x: slide((x0 + x1 - width) / 2, width, picture.width),
    y: slide((y0 + y1 - height) / 2, height, picture.height),
    width,
    height,
  };
}

/**
 * Keep a stretch inside the picture if it fits, else centre it.
 *
 * @param {number} start
 * @param {number} length
 * @param {number} room
 */
function slide(start, length, room) {
  return length >= room ? (room - length) / 2 : Math.min(room - length, Math.max(0, start));
}

/**
 * @param {HTMLCanvasElement} canvas  its size in device pixels is already set
 * @param {Picture} picture
 * @param {ImageBitmap | null} bitmap  the picture, possibly smaller
 * @param {Outline} outline
 * @param {Crop} crop
 */
export function drawThumbnail(canvas, picture, bitmap, outline, crop) {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = canvas.width / crop.width;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale, 0, 0, scale, -crop.x * scale, -crop.y * scale);
  context.imageSmoothingQuality = 'medium';
  if (bitmap) context.drawImage(bitmap, 0, 0, picture.width, picture.height);
  paintOutline(context, outline, devicePixelRatio / scale, { ...MASK_LOOK, line: 2, halo: 4, core: 0 });
}
