/**
 * Which part of which picture the stage shows. Each picture keeps its place, so that one that comes back lies where it lay.
 *
 * @module
 */

import * as view from './viewport.js';

/** @import {Picture} from '../picture.js' */
/** @import {Size, Spot, Viewport} from './viewport.js' */

const ZOOM_STEP = 1.25;

export class Camera {
  /** @type {Picture | null} */
  picture = null;
  /** Null without a picture. @type {Viewport | null} */
  viewport = null;
  /** The stage's, in CSS pixels. @type {Size} */
  size;

  /** @type {WeakMap<HTMLImageElement, { viewport: Viewport, width: number }>} */
  #remembered = new WeakMap();
  #changed;

  /**
   * @param {Size} size
   * @param {() => void} changed  called after every change of place
   */
  constructor(size, changed) {
    this.size = size;
    this.#changed = changed;
  }

  /** @param {Picture | null} picture */
  show(picture) {
    this.picture = picture;
    if (!picture) {
      this.viewport = null;
      this.#changed();
      return;
    }
    const before = picture.img ? this.#remembered.get(picture.img) : undefined;
    // a preview may have had fewer pixels than the picture it stood for
    const known = before?.width === picture.width ? before.viewport : undefined;
    this.#look(known ? view.resized(known, picture, this.size) : view.fitted(picture, this.size));
  }

  /**
   * @param {Size} size
   * @param {{ stay?: boolean }} [options]  `stay`: the picture lies where it lay, even if it was fitted
   */
  resize(size, { stay = false } = {}) {
    this.size = size;
    if (this.viewport && this.picture && !stay) this.#look(view.resized(this.viewport, this.picture, size));
  }

  /**
   * @param {number} factor
   * @param {Spot} [at]  stage pixels, the middle by default
   */
  zoomBy(factor, at = { x: this.size.width / 2, y: this.size.height / 2 }) {
    if (this.viewport && this.picture) this.#look(view.zoomed(this.viewport, at, factor, this.picture, this.size));
  }

  /** What is seen, to be seen again another day; null for all of it. */
  get part() {
    if (!this.viewport || !this.picture || this.viewport.fitted) return null;
    const { scale, x, y } = this.viewport;
    return { width: this.picture.width, scale, x, y, stageWidth: this.size.width, stageHeight: this.size.height };
  }

  /**
   * See what was seen another day: of a picture that may have other pixels, as a preview does, and on a stage that may have another size.
   *
   * @param {NonNullable<Camera['part']>} part
   */
  see({ width, scale, x, y, stageWidth, stageHeight }) {
    if (!this.picture) return;
    const dx = (this.size.width - stageWidth) / 2;
    const dy = (this.size.height - stageHeight) / 2;
    const there = { scale: (scale * width) / this.picture.width, x: x + dx, y: y + dy, fitted: false };
    this.#look(view.resized(there, this.picture, this.size));
  }

  zoomIn() {
    this.zoomBy(ZOOM_STEP);
  }

  zoomOut() {
    this.zoomBy(1 / ZOOM_STEP);
  }

  actualSize() {
    if (this.viewport) this.zoomBy(1 / this.viewport.scale);
  }

  fit() {
    if (this.picture) this.#look(view.fitted(this.picture, this.size));
  }

  /**
   * @param {number} dx  stage pixels
   * @param {number} dy
   */
  pan(dx, dy) {
    if (this.viewport && this.picture) this.#look(view.panned(this.viewport, dx, dy, this.picture, this.size));
  }

  /**
   * Pan as little as it takes to see a place well inside the stage.
   *
   * @param {Spot} spot  image pixels
   */
  reveal(spot) {
    if (!this.viewport) return;
    const { width, height } = this.size;
    const { x, y } = view.toStage(this.viewport, spot);
    const margin = Math.min(32, width / 4, height / 4);
    const dx = Math.max(margin - x, 0) + Math.min(width - margin - x, 0);
    const dy = Math.max(margin - y, 0) + Math.min(height - margin - y, 0);
    if (dx || dy) this.pan(dx, dy);
  }

  /** @param {Viewport} viewport */
  #look(viewport) {
    this.viewport = viewport;
    if (this.picture?.img) this.#remembered.set(this.picture.img, { viewport, width: this.picture.width });
    this.#changed();
  }
}
