/**
 * Small pictures of the listed files, made by the browser, or by Python where that cannot: one at a time, those that are seen first, and never while somebody waits for
 * the model. Those that were seen last are kept.
 *
 * @module
 */

import { fileOf } from '../input/listed-picture.js';

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
 * @param {{ isBusy: () => boolean, onMade: (id: string, canvas: HTMLCanvasElement) => void, ask: Actions['thumbnailOf'] }} parts  `ask` has Python make one
 */
export function createThumbnails({ isBusy, onMade, ask }) {
  /** By the ids of the pictures, the one that was wanted last at the end; null where the browser cannot make one. @type {Map<string, HTMLCanvasElement | null>} */
  const kept = new Map();
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
      const canvas = await thumbnail(next, ask).catch(() => null);
      kept.set(next.id, canvas);
      bytes += sizeOf(canvas);
      forgetSome();
      if (canvas) onMade(next.id, canvas);
      await new Promise((resolve) => requestAnimationFrame(resolve)); // what the person does comes first
    }
    running = false;
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
      for (const [id, canvas] of kept) if (!canvas) kept.delete(id);
      void makeAll();
    },
    /** To be called when there may be time again. */
    goOn: () => void makeAll(),
  };
}

/** @param {HTMLCanvasElement | null} canvas */
const sizeOf = (canvas) => (canvas ? canvas.width * canvas.height * 4 : 0);

/**
 * @param {ListedPicture} picture
 * @param {Actions['thumbnailOf']} ask
 * @returns {Promise<HTMLCanvasElement | null>}
 */
async function thumbnail(picture, ask) {
  const scale = Math.min(devicePixelRatio, 2);
  const bitmap = await smallBitmap(picture, HEIGHT * scale, ask);
  if (!bitmap) return null;
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
export async function smallBitmap({ name, source, page }, height, ask) {
  const blob = await fileOf(source, AbortSignal.timeout(FETCH_MS));
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
