/**
 * What this project looks like in the list of projects: its first pictures side by side, made when nobody waits for the model, and again
 * only when other pictures are the first.
 *
 * @module
 */

import { smallBitmap } from '../strip/thumbnails.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {ListedPicture, State, Store} from '../state/store.js' */
/** @import {RestoredProject} from '../../protocol.js' */

/** Pixels: twice what the list has room for. */
const [WIDTH, HEIGHT] = [192, 144];
const MOST = 4;
const GAP = 2;

/** @param {{ store: Store, actions: Actions }} parts */
export function createProjectThumbnail({ store, actions }) {
  /** What the one that is stored shows. */
  let stored = '';
  let waiting = false;

  /** @param {State} state */
  const isQuiet = ({ opening, busy, view, picture, search }) => !opening && busy === 0 && !view.decoding && picture !== null && !search.running;
  const firstOnes = () => store.state.queue?.pictures.slice(0, MOST) ?? [];

  store.subscribe((state) => {
    if (waiting || state.project === null || state.keeping.status !== 'kept' || !isQuiet(state) || nameOf(firstOnes()) === stored) return;
    waiting = true;
    requestIdleCallback(() => {
      waiting = false;
      if (isQuiet(store.state)) void make(); // else when it is quiet again
    });
  });

  async function make() {
    const pictures = firstOnes();
    stored = nameOf(pictures);
    const shown = await Promise.all(pictures.map(imageOf));
    const file = await mosaic(shown.filter((one) => one !== null)).catch(() => null);
    if (file) await actions.keepThumbnail(stored, file).catch(() => {}); // a lost worker is said elsewhere
  }

  /** @param {ListedPicture} picture @returns {Promise<ImageBitmap | HTMLImageElement | null>} */
  async function imageOf(picture) {
    const bitmap = await smallBitmap(picture, HEIGHT, actions.thumbnailOf).catch(() => null);
    const { queue, picture: open } = store.state;
    // what the browser cannot decode Python has shown it
    return bitmap ?? (queue?.pictures[queue.at] === picture ? (open?.img ?? null) : null);
  }

  return {
    /** @param {RestoredProject} restored */
    restore: ({ thumbnail }) => void (stored = thumbnail ?? ''),
  };
}

/** @param {readonly ListedPicture[]} pictures */
const nameOf = (pictures) => pictures.map(({ id }) => id).join(',');

/**
 * @param {readonly (ImageBitmap | HTMLImageElement)[]} images  one to four
 * @returns {Promise<Blob | null>}
 */
async function mosaic(images) {
  if (!images.length) return null;
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  if (!context) return null;
  const columns = images.length > 1 ? 2 : 1;
  const rows = images.length > 2 ? 2 : 1;
  images.forEach((image, i) => {
    const last = i === images.length - 1 && images.length === 3; // the third has a row for itself
    const width = columns === 1 || last ? WIDTH : (WIDTH - GAP) / 2;
    const height = rows === 1 ? HEIGHT : (HEIGHT - GAP) / 2;
    cover(context, image, { x: (i % 2) * (width + GAP), y: Math.floor(i / 2) * (height + GAP), width, height });
    if (image instanceof ImageBitmap) image.close();
  });
  return canvas.convertToBlob({ type: 'image/webp', quality: 0.8 });
}

/**
 * Fill a place with the middle of a picture.
 *
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {ImageBitmap | HTMLImageElement} image
 * @param {{ x: number, y: number, width: number, height: number }} place
 */
function cover(context, image, { x, y, width, height }) {
  const scale = Math.max(width / image.width, height / image.height);
  const [w, h] = [width / scale, height / scale];
  context.drawImage(image, (image.width - w) / 2, (image.height - h) / 2, w, h, x, y, width, height);
}
