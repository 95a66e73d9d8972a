/**
 * What the model says: the mask, what a click would give, and the mask that was painted to ask it with.
 *
 * @module
 */

import { HOVER_LOOK, MASK_COLOUR, MASK_LOOK, filled, paintHatched, paintOutline } from './outlines.js';
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
     * @param {{ mask: Outline | null, hover: Outline | null, painted: Outline | null, fill: number }} shown  `fill` is a factor on the opacity of fills
     * @param {number} ratio  device pixels per CSS pixel
     */
    draw(viewport, { mask, hover, painted, fill }, ratio) {
      const parts = mask || hover || painted ? [mask, hover, painted, fill] : null;
      layer.draw(viewport, ratio, parts, (context, unit) => {
        if (mask) paintOutline(context, mask, unit, filled(MASK_LOOK, fill));
        if (painted) paintHatched(context, painted, unit, MASK_COLOUR);
        if (hover) paintOutline(context, hover, unit, filled(HOVER_LOOK, fill));
      });
    },
  };
}
