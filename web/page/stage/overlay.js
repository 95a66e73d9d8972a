/**
 * Draws the mask over the picture: from vectors and in device pixels, so that the outline is crisp at every zoom.
 *
 * @module
 */

/** @import {Outline} from '../../protocol.js' */
/** @import {Viewport} from './viewport.js' */

/** Okabe and Ito's sky blue: safe for colour-blind eyes, and rare in photographs of things. */
export const MASK_COLOUR = '#56b4e9';
const FILL_ALPHA = 0.45;
const HALO = 'rgb(0 0 0 / 0.55)';
/** CSS pixels. */
const LINE_WIDTH = 2;
const HALO_WIDTH = 4;

/** An outline never changes, so its path is made once. @type {WeakMap<Outline, Path2D>} */
const paths = new WeakMap();

/**
 * @param {Outline} outline
 * @returns {Path2D}  in image pixels
 */
export function pathOf(outline) {
  const known = paths.get(outline);
  if (known) return known;
  const path = new Path2D();
  const { vertices, offsets } = outline;
  for (let ring = 0; ring + 1 < offsets.length; ring++) {
    const start = offsets[ring] ?? 0;
    const end = offsets[ring + 1] ?? 0;
    if (end - start < 2) continue;
    path.moveTo(vertices[2 * start] ?? 0, vertices[2 * start + 1] ?? 0);
    for (let i = start + 1; i < end; i++) path.lineTo(vertices[2 * i] ?? 0, vertices[2 * i + 1] ?? 0);
    path.closePath();
  }
  paths.set(outline, path);
  return path;
}

/**
 * Fill and stroke an outline. The context's transform must map image pixels to device pixels.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Outline} outline
 * @param {number} unit  image pixels per CSS pixel
 */
export function paintOutline(context, outline, unit) {
  const path = pathOf(outline);
  context.fillStyle = MASK_COLOUR;
  context.globalAlpha = FILL_ALPHA;
  context.fill(path, 'evenodd');
  context.globalAlpha = 1;
  context.lineJoin = 'round';
  context.strokeStyle = HALO;
  context.lineWidth = HALO_WIDTH * unit;
  context.stroke(path);
  context.strokeStyle = MASK_COLOUR;
  context.lineWidth = LINE_WIDTH * unit;
  context.stroke(path);
}

/** @param {HTMLCanvasElement} canvas */
export function createOverlay(canvas) {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser gives no 2D canvas');

  /** What is on the canvas: drawing it again would only take the processor from the model. @type {unknown[]} */
  let drawn = [];

  return {
    /**
     * @param {number} width  device pixels
     * @param {number} height
     */
    resize(width, height) {
      if (canvas.width === width && canvas.height === height) return;
      canvas.width = width;
      canvas.height = height;
      drawn = [];
    },

    /**
     * @param {Viewport | null} viewport
     * @param {Outline | null} outline
     * @param {number} ratio  device pixels per CSS pixel
     */
    draw(viewport, outline, ratio) {
      const wanted = [outline && viewport, outline, ratio];
      if (drawn.length && wanted.every((part, i) => part === drawn[i])) return;
      drawn = wanted;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      if (!viewport || !outline) return;
      const { scale, x, y } = viewport;
      context.setTransform(scale * ratio, 0, 0, scale * ratio, x * ratio, y * ratio);
      paintOutline(context, outline, 1 / scale);
    },
  };
}
