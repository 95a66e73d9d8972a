/**
 * Several files that are read side by side, as if they were one.
 *
 * @module
 */

/** @typedef {import('./download.js').Watch} Watch */

/**
 * Read files of which none is of use alone: when one fails the others are stopped, and waited for. What has come of them stays for
 * the next try.
 *
 * @template File, Found
 * @param {readonly File[]} files
 * @param {Watch} watch  told of the bytes of all together
 * @param {(file: File, watch: Watch) => Promise<Found>} read
 * @param {number} [atOnce]
 * @returns {Promise<Found[]>} in the order of the files
 */
export async function readConcurrently(files, { signal, onBytes }, read, atOnce = files.length) {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const loaded = files.map(() => 0);
  /** @type {Found[]} */
  const found = [];
  const waiting = [...files.entries()];
  const readSome = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, file] = next;
      const onBytesOfOne = (/** @type {number} */ bytes) => {
        loaded[index] = bytes;
        onBytes(loaded.reduce((sum, one) => sum + one, 0));
      };
      found[index] = await read(file, { signal: either, onBytes: onBytesOfOne });
    }
  };
  const works = Array.from({ length: Math.min(atOnce, files.length) }, readSome);
  try {
    await Promise.all(works);
    return found;
  } catch (error) {
    stop.abort();
    await Promise.allSettled(works);
    throw error;
  }
}
