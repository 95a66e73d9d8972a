/**
 * Thumbnails of objects: their piece of the picture, with the outline. Drawn only in rows that are seen, and only when they have changed.
 *
 * @module
 */

import { pathOf } from '../../stage/drawing/outlines.js';

/** @import {ObjectInfo} from '../../../protocol.js' */
/** @import {Picture} from '../../picture.js' */

/** CSS pixels. */
const SIDE = 36;
/** So long of a frame may go to them: the list scrolls on. Milliseconds. */
const BUDGET = 4;
/** Of the larger side of the object's box, on either side. */
const MARGIN = 0.12;

/** @typedef {{ object: ObjectInfo, colour: string, picture: Picture | null }} Subject */

export function createThumbnails() {
  /** @type {WeakMap<Element, Subject>} */
  const wanted = new WeakMap();
  /** What is drawn. @type {WeakMap<Element, Subject>} */
  const drawn = new WeakMap();
  /** @type {Set<Element>} */
  const seen = new Set();
  let frame = 0;
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) seen.add(target);
      else seen.delete(target);
    }
    request();
  });

  function request() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      const end = performance.now() + BUDGET;
      for (const canvas of seen) {
        if (performance.now() > end) return request();
        const subject = wanted.get(canvas);
        if (!(canvas instanceof HTMLCanvasElement) || !subject || isSame(subject, drawn.get(canvas))) continue;
        drawn.set(canvas, subject);
        paint(canvas, subject);
      }
    });
  }

  return {
    /** @param {HTMLCanvasElement} canvas @param {Subject} subject */
    show(canvas, subject) {
      if (!wanted.has(canvas)) observer.observe(canvas);
      wanted.set(canvas, subject);
      if (seen.has(canvas)) request();
    },

    /** @param {HTMLCanvasElement} canvas  of a row that goes */
    forget(canvas) {
      observer.unobserve(canvas);
      seen.delete(canvas);
    },
  };
}

/** @param {Subject} one @param {Subject | undefined} other */
const isSame = (one, other) => one.object.outline === other?.object.outline && one.colour === other.colour && one.picture === other.picture;

/** @param {HTMLCanvasElement} canvas @param {Subject} subject */
function paint(canvas, { object: { bbox, outline }, colour, picture }) {
  const side = Math.round(SIDE * devicePixelRatio);
  canvas.width = canvas.height = side;
  const context = canvas.getContext('2d');
  if (!context) return;
  const [x0, y0, x1, y1] = bbox;
  const across = Math.max(x1 - x0, y1 - y0, 1) * (1 + 2 * MARGIN);
  const [left, top] = [(x0 + x1 - across) / 2, (y0 + y1 - across) / 2];
  const scale = side / across;
  context.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
  if (picture?.img) context.drawImage(picture.img, 0, 0, picture.width, picture.height);
  const path = pathOf(outline);
  context.lineJoin = 'round';
  for (const [stroke, width] of /** @type {const} */ ([['rgb(0 0 0 / 0.6)', 3.5], [colour, 2]])) {
    context.strokeStyle = stroke;
    context.lineWidth = (width * devicePixelRatio) / scale;
    context.stroke(path);
  }
}
