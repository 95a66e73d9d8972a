/**
 * What everybody needs of a picture of the list: its file, and what Python is told of it.
 *
 * @module
 */

/** @import {Source} from '../actions/opening.js' */
/** @import {ListedPicture} from '../state/store.js' */

/**
 * Give a picture's file, which is there already or is fetched.
 *
 * @param {Source} source
 * @param {AbortSignal} [signal]
 * @returns {Promise<Blob>}
 */
export async function fileOf(source, signal = new AbortController().signal) {
  return typeof source === 'function' ? source(signal) : source;
}

/**
 * Give the bytes of the embedding that came with a picture, if one did: it is of its file's first page.
 *
 * @param {Pick<ListedPicture, 'embedding' | 'page'>} picture
 * @param {AbortSignal} [signal]
 * @returns {Promise<ArrayBuffer | undefined>}
 */
export const embeddingBytesOf = async ({ embedding, page }, signal) => (embedding && !page ? (await fileOf(embedding, signal)).arrayBuffer() : undefined);

/**
 * Which page of its file a picture is, as Python takes it: nothing for one that is all of its file.
 *
 * @param {Pick<ListedPicture, 'page'>} picture
 */
export const pageOf = ({ page }) => (page === null ? {} : { page });
