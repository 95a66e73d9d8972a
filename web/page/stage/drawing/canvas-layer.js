/**
 * One canvas that covers the stage. It is drawn again only when something that it shows has changed: the processor belongs to
 * the model. One with nothing on it is not shown at all, and so costs nothing.
 *
 * @module
 */

/** @import {Viewport} from '../viewport.js' */

export class CanvasLayer {
  #canvas;
  #context;
  /** What is on the canvas. @type {readonly unknown[]} */
  #drawn = [];

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This browser gives no 2D canvas');
    this.#canvas = canvas;
    this.#context = context;
  }

  /**
   * @param {number} width  device pixels
   * @param {number} height
   */
  resize(width, height) {
    if (this.#canvas.width === width && this.#canvas.height === height) return;
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#drawn = [];
  }

  /**
   * @param {Viewport | null} viewport
   * @param {number} ratio  device pixels per CSS pixel
   * @param {readonly unknown[] | null} parts  all that `paint` shows; null for nothing
   * @param {(context: CanvasRenderingContext2D, unit: number) => void} paint  in image pixels, `unit` of them to a CSS pixel
   */
  draw(viewport, ratio, parts, paint) {
    const shown = viewport && parts;
    const wanted = shown ? [viewport, ratio, ...shown] : [null];
    if (wanted.length === this.#drawn.length && wanted.every((part, i) => part === this.#drawn[i])) return;
    this.#drawn = wanted;
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#canvas.style.visibility = shown ? '' : 'hidden';
    if (!shown) return;
    const { scale, x, y } = viewport;
    context.setTransform(scale * ratio, 0, 0, scale * ratio, x * ratio, y * ratio);
    paint(context, 1 / scale);
  }
}
