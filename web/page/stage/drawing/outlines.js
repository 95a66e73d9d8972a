/**
 * Paints outlines, from vectors: crisp at every zoom. Where a thing lies is the context's transform's business.
 *
 * @module
 */

/** @import {Outline} from '../../../protocol.js' */

/**
 * @typedef {{ colour: string, fill: number, line: number, halo: number, casing?: number, core?: number, dash?: number[] }} Look
 *   `fill` is an opacity; `line`, the dark `halo`, the white `casing` between the two and the white `core` of the line are widths in CSS
 *   pixels. What something is can be told by the form of its line, without its colour: objects have a plain one, the selected object one
 *   with a casing, the mask one with a core, and what a click would give has dashes.
 */

/** Okabe and Ito's sky blue: safe for colour-blind eyes, and rare in photographs of things. */
export const MASK_COLOUR = '#56b4e9';
/** Of objects without a class: no class has it. */
export const NEUTRAL = '#d7dce2';
const HALO = 'rgb(0 0 0 / 0.55)';

/** What the model answers. @type {Look} */
export const MASK_LOOK = { colour: MASK_COLOUR, fill: 0.45, line: 4, halo: 5.5, core: 1.25 };
/** What a click would give. @type {Look} */
export const HOVER_LOOK = { colour: '#ffffff', fill: 0.18, line: 1.5, halo: 3, dash: [5, 4] };

/** @param {string} colour @returns {Look} */
export const objectLook = (colour) => ({ colour, fill: 0.35, line: 2, halo: 4 });
/** @param {string} colour @returns {Look} */
export const activeLook = (colour) => ({ colour, fill: 0.45, line: 2.5, halo: 6, casing: 4.5 });
/** The object under the pointer, over its own. @param {string} colour @returns {Look} */
export const pointedLook = (colour) => ({ colour, fill: 0.2, line: 3, halo: 8, casing: 6 });
/** @param {string} colour @returns {Look} */
export const findLook = (colour) => ({ colour, fill: 0.22, line: 1, halo: 2 });

/** With the opacity of its fill times a factor. @param {Look} look @param {number} factor @returns {Look} */
export const filled = (look, factor) => ({ ...look, fill: Math.min(1, look.fill * factor) });

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
 * @param {Look} look
 */
export function paintOutline(context, outline, unit, look) {
  const path = pathOf(outline);
  context.fillStyle = look.colour;
  context.globalAlpha = look.fill;
  context.fill(path, 'evenodd');
  context.globalAlpha = 1;
  context.lineJoin = 'round';
  if (look.dash) context.setLineDash(look.dash.map((length) => length * unit));
  /** @type {[string, number | undefined][]} */
  const strokes = [[HALO, look.halo], ['white', look.casing], [look.colour, look.line], ['white', look.core]];
  for (const [colour, width] of strokes) {
    if (!width) continue;
    context.strokeStyle = colour;
    context.lineWidth = width * unit;
    context.stroke(path);
  }
  if (look.dash) context.setLineDash([]);
}

/** CSS pixels between the lines of a hatching. */
const HATCH = 8;
/** @type {HTMLCanvasElement | null} */
let hatch = null;

/**
 * Hatch an outline and dot its edge: what was painted as a prompt is no mask yet.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Outline} outline
 * @param {number} unit  image pixels per CSS pixel
 * @param {string} colour
 */
export function paintHatched(context, outline, unit, colour) {
  const path = pathOf(outline);
  const pattern = context.createPattern((hatch ??= hatching()), 'repeat');
  if (pattern) {
    pattern.setTransform(new DOMMatrix().scale(unit / 2)); // drawn twice as large, for dense screens
    context.fillStyle = pattern;
    context.fill(path, 'evenodd');
  }
  context.lineCap = 'round';
  for (const [stroke, width] of /** @type {const} */ ([[HALO, 4], [colour, 2]])) {
    context.setLineDash([0, 5 * unit]);
    context.strokeStyle = stroke;
    context.lineWidth = width * unit;
    context.stroke(path);
  }
  context.setLineDash([]);
  context.lineCap = 'butt';
}

function hatching() {
  const canvas = document.createElement('canvas');
  const side = 2 * HATCH;
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  if (context) {
    for (const [colour, width] of /** @type {const} */ ([['rgb(0 0 0 / 0.35)', 4], ['rgb(255 255 255 / 0.7)', 2]])) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      for (const shift of [-side, 0, side]) {
        context.moveTo(shift - 2, side + 2);
        context.lineTo(shift + side + 2, -2);
      }
      context.stroke();
    }
  }
  return canvas;
}
