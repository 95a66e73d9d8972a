/**
 * A first run is several times slower than the next: it is made while the person chooses a picture.
 *
 * @module
 */

import { LARGE_BYTES } from './models/model-size.js';

/**
 * @typedef {import('./providers/engine-start.js').Running} Running
 * @typedef {import('./python.js').Python} Python
 */

/** Milliseconds in which a picture that was chosen during the start arrives: its encoding must not wait for a run on zeros. */
const WARM_UP_AFTER = 1000;

/**
 * Up to here WASM runs an encoder in about a second. A run of a larger one takes many, and saves no more than that of a small one, half a
 * second: a picture that is opened meanwhile would wait for it. Bytes, encoder and decoder together.
 */
const WARMED_BYTES = 20e6;

/** How many pictures are being opened. */
let opening = 0;
/** Whether one has been: its encoder has run, or need not, and a click that comes now must not wait for a run on zeros. */
let opened = false;

/**
 * While a picture is being opened the processor is for that.
 *
 * @template T
 * @param {() => Promise<T>} open
 * @returns {Promise<T>}
 */
export async function withoutWarmUp(open) {
  opening += 1;
  try {
    return await open();
  } finally {
    opening -= 1;
    opened = true;
  }
}

/**
 * Warm up in a moment, and not before: beside Python's start it would only take the processor from it.
 *
 * @param {Python} ready
 * @param {Running} running
 */
export function warmUpLater(ready, running) {
  setTimeout(() => void warmUp(ready, running), WARM_UP_AFTER);
}

/**
 * In steps, the short ones first: a run cannot be broken off, so that a picture that comes meanwhile waits for one at most.
 *
 * @param {Python} ready
 * @param {Running} running
 */
async function warmUp(ready, { engine, encoder, decoder, info }) {
  if (opening) return;
  ready.warmUp();
  const most = info.provider === 'webgpu' ? LARGE_BYTES : WARMED_BYTES;
  const warmed = info.modelBytes > most ? [decoder] : [decoder, encoder];
  for (const one of warmed) {
    await new Promise((resolve) => setTimeout(resolve)); // a picture that has come is heard of first
    if (opening || (opened && one === encoder)) return;
    if (one.session !== null) await engine.ask('warm', { sessions: [one.session] }).catch(() => {});
  }
}
