/**
 * Pictures of formats that the browser can read and Python cannot: AVIF, and, where a browser has them, HEIC, JPEG XL and JPEG 2000.
 *
 * @module
 */

/** @import {Picture} from '../picture.js' */

/** The first bytes of JPEG XL, bare, and of JPEG 2000, bare; in boxes both begin with twelve bytes of their own. */
const BARE = ['ff0a', 'ff4fff51'];
const BOXED = ['0000000c4a584c20', '0000000c6a502020'];

/**
 * Give the pixels of a picture that the browser shows as a PNG, if Python needs them.
 *
 * @param {Blob} blob
 * @param {Picture | null} picture
 * @returns {Promise<ArrayBuffer | undefined>}
 */
export async function decodedByBrowser(blob, picture) {
  if (!picture?.img || !(await isForBrowsers(blob))) return undefined;
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext('2d')?.drawImage(picture.img, 0, 0);
  return (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer();
}

/** @param {Blob} blob */
async function isForBrowsers(blob) {
  const beginning = new Uint8Array(await blob.slice(0, 8).arrayBuffer());
  const hex = Array.from(beginning, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.slice(8) === '66747970' || BARE.some((magic) => hex.startsWith(magic)) || BOXED.includes(hex); // ftyp: AVIF and HEIC
}
