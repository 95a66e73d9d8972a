/**
 * Small pictures of the listed files, made by the browser, or by Python where that cannot: one at a time, those that are seen first, and never while somebody waits for
 * the model. Those that were seen last are kept.
 *
 * @module
 */

import { fileOf } from '../input/listed-picture.js';
import { whereaboutsOf } from '../input/places.js';
import { keepThumbnailOf, keptThumbnailOf } from './kept-thumbnails.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {ListedPicture} from '../state/store.js' */

/** What they may take together. Bytes. */
const BUDGET = 48e6;
/** A larger file is not decoded for its thumbnail: that alone could take a gigabyte. Bytes. */
const LARGEST_FILE = 60e6;
/** CSS pixels. */
const HEIGHT = 64;
/** No browser of ours shows these; of other files it shows the first page. */
const TIFF = /\.tiff?$/i;

/**
 * @param {{ isBusy: () => boolean, onMade: (id: string, canvas: HTMLCanvasElement) => void, ask: Actions['thumbnailOf'], project: () => string | null }} parts
 *   `ask` has Python make one, `project` is where those of linked pictures are kept
 */
export function createThumbnails({ isBusy, onMade, ask, project }) {
  /** By the ids of the pictures, the one that was wanted last at the end; null where the browser cannot make one. @type {Map<string, HTMLCanvasElement | null>} */
  const kept = new Map();
  /** Those whose files cannot be read now: what there is of them is from another day. @type {Set<string>} */
  const unread = new Set();
  /** @type {readonly ListedPicture[]} */
  let wanted = [];
  let bytes = 0;
  let running = false;

  async function makeAll() {
    if (running) return;
    running = true;
    for (;;) {
      const next = isBusy() ? undefined : wanted.find(({ id }) => !kept.has(id));
      if (!next) break;
      const canvas = await made(next).catch(() => ofAnotherDay(next));
      kept.set(next.id, canvas);
      bytes += sizeOf(canvas);
      forgetSome();
      if (canvas) onMade(next.id, canvas);
      await new Promise((resolve) => requestAnimationFrame(resolve)); // what the person does comes first
    }
    running = false;
  }

  /** @param {ListedPicture} picture */
  async function made(picture) {
    const file = await fileOf(picture.source, AbortSignal.timeout(FETCH_MS));
    const bitmap = await smallOf(file, picture, HEIGHT * scaleNow(), ask);
    const canvas = bitmap && drawn(bitmap);
    const at = project();
    if (canvas && at && whereaboutsOf(file)) void keepThumbnailOf(at, picture.id, canvas);
    return canvas;
  }

  /** @param {ListedPicture} picture */
  async function ofAnotherDay({ id }) {
    unread.add(id);
    const at = project();
    const bitmap = at && (await keptThumbnailOf(at, id));
    return bitmap ? drawn(bitmap) : null;
  }

  function forgetSome() {
    const seen = new Set(wanted.map(({ id }) => id));
    for (const [id, canvas] of kept) {
      if (bytes <= BUDGET) return;
      if (seen.has(id)) continue;
      kept.delete(id);
      bytes -= sizeOf(canvas);
    }
  }

  return {
    /**
     * Have these made, in this order, and no others.
     *
     * @param {readonly ListedPicture[]} pictures
     */
    want(pictures) {
      wanted = pictures;
      void makeAll();
    },
    /** @param {string} id */
    get(id) {
      const canvas = kept.get(id);
      if (canvas !== undefined) {
        kept.delete(id);
        kept.set(id, canvas);
      }
      return canvas ?? null;
    },
    /** Files that could not be read may be readable now. */
    tryAgain() {
      for (const id of unread) {
        bytes -= sizeOf(kept.get(id) ?? null);
        kept.delete(id);
      }
      unread.clear();
      void makeAll();
    },
    /** To be called when there may be time again. */
    goOn: () => void makeAll(),
  };
}

/** @param {HTMLCanvasElement | null} canvas */
const sizeOf = (canvas) => (canvas ? canvas.width * canvas.height * 4 : 0);

/** Pixels of the screen to one of CSS, as far as thumbnails have them. */
const scaleNow = () => Math.min(devicePixelRatio, 2);

/** @param {ImageBitmap} bitmap  closed then */
function drawn(bitmap) {
  const scale = scaleNow();
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.style.width = `${bitmap.width / scale}px`;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}

/**
 * @param {ListedPicture} picture
 * @param {number} height  pixels
 * @param {Actions['thumbnailOf']} ask  Python, for what the browser cannot decode
 * @returns {Promise<ImageBitmap | null>}  null for a file that is too large; rejects for one that nobody can decode
 */
export const smallBitmap = async (picture, height, ask) => smallOf(await fileOf(picture.source, AbortSignal.timeout(FETCH_MS)), picture, height, ask);

/**
 * @param {Blob} blob
 * @param {Pick<ListedPicture, 'name' | 'page'>} picture
 * @param {number} height  pixels
 * @param {Actions['thumbnailOf']} ask
 * @returns {Promise<ImageBitmap | null>}
 */
async function smallOf(blob, { name, page }, height, ask) {
  if (blob.size > LARGEST_FILE) return null;
  // which is told of the longest side: most pictures are at most twice as wide as high
  const isPythons = Boolean(page) || TIFF.test(name);
  if (isPythons) return ask(blob, page ?? 0, 2 * height);
  const frame = await decodedSmall(blob, height).catch(() => null);
  try {
    return await createImageBitmap(frame ?? blob, { resizeHeight: height, resizeQuality: 'medium' });
  } finally {
    frame?.close();
  }
}

/**
 * Decode a JPEG at an eighth of its size, or more where that were too small: `createImageBitmap` would decode all of it first, 200 MB of 50 megapixels.
 *
 * @param {Blob} blob
 * @param {number} least  pixels along either side
 * @returns {Promise<VideoFrame | null>}  null for other files
 */
async function decodedSmall(blob, least) {
  const [first, second] = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  if (first !== 0xff || second !== 0xd8) return null;
  const decoder = new ImageDecoder({ data: blob.stream(), type: 'image/jpeg', desiredWidth: least, desiredHeight: least });
  try {
    return (await decoder.decode()).image;
  } finally {
    decoder.close();
  }
}

/** What takes longer to fetch has no thumbnail. Milliseconds. */
const FETCH_MS = 30_000;
