/**
 * What the hand is doing, over everything else: strokes, corners, the object or the find under the pointer.
 *
 * @module
 */

import { paintStroke } from '../tools/brush.js';
import { cornerAt } from '../tools/corners.js';
import { activeLook, filled, findLook, paintOutline, pointedLook } from './outlines.js';
import { colourOf, findColour } from './scene.js';
import { CanvasLayer } from './canvas-layer.js';

/** @import {Find, ObjectInfo, Objects} from '../../../protocol.js' */
/** @import {Look} from './outlines.js' */
/** @import {Stroke} from '../tools/brush.js' */
/** @import {Corners} from '../tools/corner-editing.js' */
/** @import {Viewport} from '../viewport.js' */

/** Sides, in CSS pixels. */
const CORNER = 7;
const SELECTED = 11;
const INK = '#1a1e23';
const ACCENT = '#0b63a8';

/** @param {HTMLCanvasElement} canvas */
export function createMarksLayer(canvas) {
  const layer = new CanvasLayer(canvas);
  return {
    /** @param {number} width  device pixels @param {number} height */
    resize: (width, height) => layer.resize(width, height),

    /**
     * @param {Viewport | null} viewport
     * @param {{ strokes: readonly Stroke[], find: Find | null, pointed: ObjectInfo | null, corners: Corners | null, objects: Objects, fill: number }} shown
     *   `fill` is a factor on the opacity of fills
     * @param {number} ratio  device pixels per CSS pixel
     */
    draw(viewport, { strokes, find, pointed, corners, objects, fill }, ratio) {
      const any = strokes.length || find || pointed || corners;
      const parts = [strokes, find, pointed?.outline, corners?.outline, corners?.indices, corners?.selected, objects.categories, fill];
      layer.draw(viewport, ratio, any ? parts : null, (context, unit) => {
        for (const stroke of strokes) paintStroke(context, stroke);
        if (pointed) paintOutline(context, pointed.outline, unit, filled(pointedLook(colourOf(objects, pointed)), fill));
        if (find) paintOutline(context, find.outline, unit, filled({ ...findLook(findColour(find.number)), fill: 0.5, line: 3, halo: 6 }, fill));
        if (corners) paintCorners(context, corners, filled({ ...activeLook(colourOf(objects, corners.object)), fill: 0.3, line: 2, halo: 4, casing: 0 }, fill), unit);
      });
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Corners} corners
 * @param {Look} look
 * @param {number} unit  image pixels per CSS pixel
 */
function paintCorners(context, { outline, indices, selected }, look, unit) {
  paintOutline(context, outline, unit, look);
  context.lineWidth = unit;
  context.strokeStyle = INK;
  context.fillStyle = 'white';
  /** @param {number} index @param {number} side */
  const square = (index, side) => {
    const { x, y } = cornerAt(outline, index);
    context.beginPath();
    context.rect(x - (side / 2) * unit, y - (side / 2) * unit, side * unit, side * unit);
    context.fill();
    context.stroke();
  };
  for (const index of indices) if (index !== selected) square(index, CORNER);
  if (selected === null) return;
  context.fillStyle = ACCENT;
  context.strokeStyle = 'white';
  context.lineWidth = 2 * unit;
  square(selected, SELECTED);
}
