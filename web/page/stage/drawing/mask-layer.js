/**
 * What the model says: the mask, what a click would give, and the mask that was painted to ask it with.
 *
 * @module
 */

import { HOVER_LOOK, MASK_COLOUR, paintHatched, paintOutline } from './outlines.js';
import { CanvasLayer } from './canvas-layer.js';

/** @import {Outline} from '../../../protocol.js' */
/** @import {Viewport} from '../viewport.js' */

/** @param {HTMLCanvasElement} canvas */
export function createMaskLayer(canvas) {
  const layer = new CanvasLayer(canvas);
  return {
    /** @param {number} width  device pixels @param {number} height */
    resize: (width, height) => layer.resize(width, height),

    /**
     * @param {Viewport | null} viewport
     * @param {{ mask: Outline | null, hover: Outline | null, painted: Outline | null }} shown
     * @param {number} ratio  device pixels per CSS pixel
     */
    draw(viewport, { mask, hover, painted }, ratio) {
      const parts = mask || hover || painted ? [mask, hover, painted] : null;
      layer.draw(viewport, ratio, parts, (context, unit) => {
        if (mask) paintOutline(context, mask, unit);
        if (painted) paintHatched(context, painted, unit, MASK_COLOUR);
        if (hover) paintOutline(context, hover, unit, HOVER_LOOK);
      });
    },
  };
}
