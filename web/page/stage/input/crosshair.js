/**
 * The keyboard's pointer: arrows move a crosshair over the picture, Enter puts a point there. It appears with the first arrow.
 *
 * @module
 */

import { byId } from '../../dom.js';
import { place } from '../../formatting.js';
import { arrowOf } from './arrow-keys.js';
import { clamped, toStage } from '../viewport.js';

/** @import {Size, Spot, Viewport} from '../viewport.js' */

/** CSS pixels per arrow key, without and with Shift; zoomed in, the same step is finer on the picture. */
const STEP = 8;
const STRIDE = 48;
/** Wait for the hand to rest before telling a screen reader where it is. */
const SAY_AFTER_MS = 400;

export function createCrosshair() {
  const element = byId('crosshair', HTMLElement);
  const spoken = byId('crosshair-place', HTMLElement);
  /** Image pixels. @type {Spot | null} */
  let spot = null;
  let used = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let saying;

  return {
    get spot() {
      return spot;
    },

    /** Whether a point has been put where it is. */
    get used() {
      return used;
    },
    set used(is) {
      used = is;
    },

    /**
     * @param {string} key  an arrow's
     * @param {boolean} far
     * @param {number} scale  CSS pixels per image pixel
     * @param {Size} picture
     * @returns {Spot | null}  where it is now; null if that was no arrow
     */
    move(key, far, scale, picture) {
      const arrow = arrowOf(key);
      if (!arrow) return null;
      used = false;
      const step = Math.max(1, Math.round((far ? STRIDE : STEP) / scale));
      const { x, y } = spot ?? { x: Math.floor(picture.width / 2), y: Math.floor(picture.height / 2) };
      // one less than the size: the last pixel's corner is still a place inside
      spot = clamped({ x: x + arrow.x * step, y: y + arrow.y * step }, { width: picture.width - 1, height: picture.height - 1 });
      const text = place(spot);
      clearTimeout(saying);
      saying = setTimeout(() => (spoken.textContent = text), SAY_AFTER_MS);
      return spot;
    },

    /** @returns {boolean}  whether it was there */
    hide() {
      const was = spot !== null;
      spot = null;
      clearTimeout(saying);
      spoken.textContent = '';
      return was;
    },

    /** @param {Viewport | null} viewport */
    position(viewport) {
      element.hidden = !spot || !viewport;
      if (!spot || !viewport) return;
      // the middle of the pixel
      const { x, y } = toStage(viewport, { x: spot.x + 0.5, y: spot.y + 0.5 });
      element.style.transform = `translate(${x}px, ${y}px)`;
    },
  };
}
