/**
 * One picture of the list that the browser has decoded before its turn comes: it is shown at once then.
 *
 * @module
 */

import { loadPicture } from '../picture.js';

/** @import {Picture} from '../picture.js' */
/** @import {ListedPicture} from '../state/store.js' */

/** A larger one takes too much memory for what may never be looked at. Pixels. */
const LARGEST = 50e6;

/** @type {{ id: string, picture: Picture } | null} */
let ready = null;

/**
 * Decode a picture, in the place of the one before.
 *
 * @param {ListedPicture} listed
 * @param {Blob} file  its own
 * @returns {Promise<void>}  when it is ready, or cannot be
 */
export async function decodeAhead({ id, name, page }, file) {
  if (ready?.id === id || page) return; // a browser shows the first page only
  takeDecoded(ready?.id)?.dispose();
  const picture = await loadPicture(file, name).catch(() => null);
  if (!picture) return;
  if (picture.width * picture.height > LARGEST) {
    picture.dispose();
    return;
  }
  await picture.img?.decode().catch(() => {});
  ready = { id, picture };
}

/**
 * Take the decoded picture, if it is this one: it is the taker's to dispose.
 *
 * @param {string | undefined} id
 * @returns {Picture | null}
 */
export function takeDecoded(id) {
  if (!ready || ready.id !== id) return null;
  const { picture } = ready;
  ready = null;
  return picture;
}
