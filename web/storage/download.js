/**
 * Brings one file over the network, whatever happens on the way: a connection that breaks is taken up where it broke, mirrors are
 * tried in turn, and what arrives is hashed as it comes, once.
 *
 * @module
 */

import { createSHA256 } from '../vendor/hash-wasm/index.esm.min.js';
import { failure } from '../errors.js';
import { Setback } from './answers.js';
import { Arrival } from './arrival.js';
import { Mirror, connect } from './connection.js';

/** @typedef {import('../errors.js').TabsamError} TabsamError */

/**
 * @typedef {{ url: string, version: import('./answers.js').Version }} Beginning  where a file began to come from, and of which version
 * @typedef {{ urls: string[], bytes?: number, sha256?: string, began?: Beginning }} Source
 *   Mirrors of one file, absolute; what it holds when it is whole, as far as that is known. Without a digest `began` tells whether
 *   the rest of it belongs to what is there.
 *
 * @typedef {object} Sink  where the bytes go
 * @property {number} size
 * @property {boolean} lasting  what is in it will be there on the next visit
 * @property {(chunk: Uint8Array<ArrayBuffer>) => void} append
 * @property {(take: (chunk: Uint8Array<ArrayBuffer>) => void) => void} readInto
 * @property {() => void} reset
 *
 * @typedef {{ signal: AbortSignal, onBytes: (loaded: number) => void }} Watch
 * @typedef {Watch & { onBegin?: (beginning: Beginning | null) => Promise<void> }} CloseWatch
 *   `onBegin`: a new file is about to come in the place of what was there; null where it could not be gone on with later.
 */

/** How often all mirrors are asked again when none brings anything, and how long to wait before, in milliseconds. */
const PAUSES = [500, 1500, 4000];

/**
 * Fill a sink with a file; what it holds already is gone on from, if something tells whether it belongs together.
 *
 * @param {Source} source
 * @param {Sink} sink
 * @param {CloseWatch} watch
 * @returns {Promise<string>} its SHA-256, which is `source.sha256` if that is given
 * @throws {TabsamError} model-unreachable, model-refused, model-html, model-digest or cancelled; a full disk's own error
 */
export async function download(source, sink, watch) {
  const { urls, began } = source;
  let mirrors = urls.map((url) => new Mirror(url, url === began?.url ? began.version : []));
  const arrival = new Arrival(source, sink, await createSHA256(), mirrors.find(({ url }) => url === began?.url));
  if (arrival.isWhole()) return arrival.digest();
  if (arrival.size) watch.onBytes(arrival.size);
  /** @type {TabsamError} */
  let last = failure('model-unreachable', 'This model is not stored here, and it has no address to be fetched from.', 'Add its files again, or choose another model.');
  let fruitless = 0;
  for (;;) {
    const { most } = arrival;
    for (const mirror of mirrors) {
      try {
        await fetchRest(mirror, arrival, watch);
        return arrival.digest();
      } catch (error) {
        if (watch.signal.aborted) throw failure('cancelled', 'Loading the model was cancelled.', '');
        last = blame(mirror, error);
      }
    }
    mirrors = mirrors.filter(({ lives }) => lives > 0);
    if (arrival.most > most) fruitless = 0;
    const pause = PAUSES[fruitless++];
    if (!mirrors.length || pause === undefined) throw last;
    await sleep(pause, watch.signal);
  }
}

/**
 * @param {Mirror} mirror
 * @param {Arrival} arrival
 * @param {CloseWatch} watch
 */
async function fetchRest(mirror, arrival, { signal, onBytes, onBegin }) {
  const { source } = arrival;
  // What has come wrong once may lie so in the browser's cache. And what is stored here need not be in the cache as well.
  const cache = mirror.lives < 2 ? 'reload' : arrival.sink.lasting ? 'no-store' : 'default';
  const connection = await connect(mirror, source, arrival, { signal, cache });
  try {
    if (connection.goesOn && arrival.mirror !== mirror) arrival.mirror = null;
    if (!connection.goesOn) {
      arrival.begin(mirror);
      await onBegin?.(mirror.beginning); // before the first byte, so that what is noted never belongs to another version
    }
    for await (const chunk of connection.chunks()) {
      arrival.append(chunk);
      if (arrival.size > (source.bytes ?? Infinity)) throw arrival.refuse(mirror);
      onBytes(arrival.size);
    }
    const total = source.bytes ?? connection.total ?? 1;
    if (arrival.size < total) {
      if (connection.isMeasured && !connection.goesOn) throw arrival.refuse(mirror);
      // A connection that ends early looks like one that ended well, when the server gave no length.
      throw new TypeError(`the connection ended after ${arrival.size} of ${total} bytes`);
    }
    if (!arrival.isRight()) throw arrival.refuse(mirror);
  } finally {
    connection.close();
  }
}

/**
 * Put down to a mirror what went wrong with it.
 *
 * @param {Mirror} mirror
 * @param {unknown} error
 * @returns {TabsamError}
 * @throws what is not the mirror's fault: a full disk
 */
function blame(mirror, error) {
  if (error instanceof Setback) {
    mirror.lives -= error.costs;
    return error.error;
  }
  // TypeError is what fetch and a broken stream reject with.
  if (!(error instanceof TypeError)) throw error;
  return failure(
    'model-unreachable',
    'The connection broke while the model was loading.',
    'Check the network, then try again: what has arrived is kept.',
    `${mirror.url}: ${error.message}`,
  );
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
