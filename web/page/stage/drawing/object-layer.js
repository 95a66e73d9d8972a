/**
 * Draws the objects: on a canvas of their own, so that a click, which changes none, costs the same with fifty of them.
 *
 * @module
 */

import { paintOutline } from './outlines.js';
import { createScene, isInView } from './scene.js';
import { CanvasLayer } from './canvas-layer.js';

/** @import {State} from '../../state/store.js' */
/** @import {Size, Viewport} from '../viewport.js' */

/** @param {HTMLCanvasElement} canvas */
export function createObjectLayer(canvas) {
  const layer = new CanvasLayer(canvas);
  const sceneOf = createScene();
  return {
    /** @param {number} width  device pixels @param {number} height */
    resize: (width, height) => layer.resize(width, height),

    /**
     * @param {Viewport | null} viewport
     * @param {Size} size  the stage's
     * @param {State} state
     * @param {number | null} lifted  an object that is drawn elsewhere
     * @param {number} ratio  device pixels per CSS pixel
     */
    draw(viewport, size, state, lifted, ratio) {
      const items = sceneOf(state, lifted);
      layer.draw(viewport, ratio, items.length ? [items] : null, (context, unit) => {
        for (const item of items) if (viewport && isInView(item, viewport, size)) paintOutline(context, item.outline, unit, item.look);
      });
    },
  };
}
