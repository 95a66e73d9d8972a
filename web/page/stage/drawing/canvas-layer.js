/**
 * One canvas that covers the stage. It is drawn again only when something that it shows has changed: the processor belongs to
 * the model. When it was only moved, what is there is moved, and only what comes into view is drawn. One with nothing on it is not shown at
 * all, and so costs nothing.
 *
 * @module
 */

/** @import {Viewport} from '../viewport.js' */

/** What is off by less is not off: a difference of two places has an error of its own. Device pixels. */
const EXACT = 1e-3;

export class CanvasLayer {
  #canvas;
  #context;
  /** What is on the canvas, but for its place. @type {readonly unknown[]} */
  #drawn = [];
  /** The place that it was drawn for last. @type {Viewport | null} */
  #viewport = null;
  /** Where the picture's corner is on it. Device pixels. */
  #corner = { x: 0, y: 0 };

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
    const wanted = shown ? [ratio, ...shown] : [null];
    const same = wanted.length === this.#drawn.length && wanted.every((part, i) => part === this.#drawn[i]);
    if (same && (!shown || viewport === this.#viewport)) return;
    if (same && shown && this.#move(viewport, ratio, paint)) return;
    this.#drawn = wanted;
    this.#viewport = viewport;
    if (viewport) this.#corner = { x: viewport.x * ratio, y: viewport.y * ratio };
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#canvas.style.visibility = shown ? '' : 'hidden';
    if (shown) this.#paint(viewport, ratio, paint);
  }

  /**
   * Move what is on the canvas, and draw what has come into view.
   *
   * @param {Viewport} to
   * @param {number} ratio
   * @param {(context: CanvasRenderingContext2D, unit: number) => void} paint
   * @returns {boolean}  false where that would not give the very same as to draw it all: by no whole device pixels, or at another scale
   */
  #move(to, ratio, paint) {
    if (this.#viewport?.scale !== to.scale) return false;
    const [x, y] = [to.x * ratio - this.#corner.x, to.y * ratio - this.#corner.y];
    const [dx, dy] = [Math.round(x), Math.round(y)];
    const { width, height } = this.#canvas;
    if (Math.hypot(x - dx, y - dy) > EXACT || Math.abs(dx) >= width || Math.abs(dy) >= height) return false;
    this.#viewport = to;
    if (!dx && !dy) return true;
    this.#corner = { x: this.#corner.x + dx, y: this.#corner.y + dy };
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = 'copy';
    context.drawImage(this.#canvas, dx, dy);
    context.globalCompositeOperation = 'source-over';
    context.save();
    context.beginPath();
    context.rect(dx > 0 ? 0 : width + dx, 0, Math.abs(dx), height);
    context.rect(Math.max(0, dx), dy > 0 ? 0 : height + dy, width - Math.abs(dx), Math.abs(dy));
    context.clip();
    this.#paint(to, ratio, paint);
    context.restore();
    return true;
  }

  /**
   * @param {Viewport} viewport
   * @param {number} ratio
   * @param {(context: CanvasRenderingContext2D, unit: number) => void} paint
   */
  #paint({ scale, x, y }, ratio, paint) {
    this.#context.setTransform(scale * ratio, 0, 0, scale * ratio, x * ratio, y * ratio);
    paint(this.#context, 1 / scale);
  }
}
