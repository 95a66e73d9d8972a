/**
 * Model files as the engine wants them: whole, checked, and kept for the next visit.
 *
 * Nothing is used before its digest matches: not what comes from the network, and not what was stored on an earlier visit. A file
 * whose digest nobody has stated is pinned on first use: what came then must come again.
 *
 * @module
 */

import { createSHA256 } from '../vendor/hash-wasm/index.esm.min.js';
import { failure } from '../failure.js';
import { download } from './download.js';
import { Shelf, openShelf } from './private-files.js';
import { PINS, note, readNotes } from './notes.js';

/** @typedef {import('../engine/protocol.js').ModelFile} ModelFile */
/** @typedef {import('./download.js').Watch} Watch */
/** @typedef {import('./download.js').Source} Source */

/**
 * @typedef {{ bytes: ArrayBuffer, stored: boolean, notices: string[] }} Found
 *   `stored`: it will be there on the next visit. `notices`: what the person should know.
 */

/** How many parts of one file come side by side. */
const AT_ONCE = 4;

const NO_STORAGE = 'This browser gives the page no storage (a private window?): the model is kept in memory and fetched again next time.';
const DAMAGED = 'The stored copy of the model was damaged; it was thrown away and fetched again.';
const DISK_FULL = 'The disk is full: the model is kept in memory and fetched again next time. Free some space to keep it.';
const PINNED = 'Nobody has stated this model’s digest. It was noted now; from now on only this very file is used.';

/**
 * Bring a file's bytes, from the store or from the network.
 *
 * @param {ModelFile} file
 * @param {Watch} watch
 * @returns {Promise<Found>}
 * @throws {import('../failure.js').FailureError} what `download` throws, or insecure-context
 */
export async function readModelFile(file, watch) {
  if (!globalThis.isSecureContext) {
    throw failure('insecure-context', 'This page was not loaded over a secure connection.', 'Open it over https, or from localhost.');
  }
  /** @type {string[]} */
  const notices = [];
  const shelf = await openShelf();
  const digest = file.sha256 ?? (await pinned(file));
  const kept = shelf && digest ? await readStored(shelf, digest, notices) : null;
  if (kept) {
    watch.onBytes(kept.byteLength);
    return { bytes: kept, stored: true, notices };
  }
  if (!shelf) return fetchIntoMemory(file, digest, watch, [...notices, NO_STORAGE]);
  if ((await Shelf.room()) < (file.bytes ?? 0)) return fetchIntoMemory(file, digest, watch, [...notices, DISK_FULL]);
  // Two tabs do not fetch one file at the same time: the second waits, and finds it stored.
  return alone(digest ?? addressOf(file), watch.signal, async () => {
    const known = digest ?? (await pinned(file));
    const meanwhile = known ? await readStored(shelf, known, notices) : null;
    if (meanwhile) return { bytes: meanwhile, stored: true, notices };
    try {
      return await fetchOntoShelf(shelf, file, known, watch, notices);
    } catch (error) {
      if (!isFull(error)) throw error;
      return fetchIntoMemory(file, known, watch, [...notices, DISK_FULL]);
    }
  });
}

/**
 * Keep a file that the person has, as if it had been fetched.
 *
 * @param {Blob} blob
 * @returns {Promise<ModelFile>}
 */
export async function keepBlob(blob) {
  const shelf = await openShelf();
  if (!shelf) throw failure('storage-none', 'This browser gives the page no storage, so a model of your own cannot be kept.', 'Use a window that is not private.');
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const digest = await sha256(bytes.buffer);
  const file = { urls: [], bytes: bytes.byteLength, sha256: digest };
  if ((await shelf.find(digest))?.size === bytes.byteLength) return file;
  const whole = await shelf.begin(digest);
  if (!whole) throw failure('storage-busy', 'Another tab is storing this file.', 'Wait for it, or close it.', digest);
  try {
    whole.reset();
    whole.append(bytes);
    await whole.finish();
  } catch (error) {
    await whole.discard();
    throw isFull(error) ? failure('storage-full', 'The disk is too full to keep this model.', 'Free some space, or delete a stored model.', error) : error;
  }
  return file;
}

/**
 * What a file is known by while nobody has stated its digest.
 *
 * @param {ModelFile} file
 */
export function addressOf(file) {
  return (file.parts ?? [file]).flatMap(({ urls }) => urls).join(' ');
}

/**
 * @param {ModelFile} file
 * @returns {Promise<string | undefined>}
 */
async function pinned(file) {
  const digest = (await readNotes(PINS))[addressOf(file)];
  return typeof digest === 'string' ? digest : undefined;
}

/**
 * @param {Shelf} shelf
 * @param {string} digest
 * @param {string[]} notices
 * @returns {Promise<ArrayBuffer | null>}
 */
async function readStored(shelf, digest, notices) {
  const stored = await shelf.find(digest);
  if (!stored) return null;
  const bytes = await stored.arrayBuffer();
  if ((await sha256(bytes)) === digest) return bytes;
  notices.push(DAMAGED);
  await shelf.remove(digest);
  return null;
}

/**
 * @param {Shelf} shelf
 * @param {ModelFile} file
 * @param {string | undefined} digest
 * @param {Watch} watch
 * @param {string[]} notices
 * @returns {Promise<Found>}
 */
async function fetchOntoShelf(shelf, file, digest, watch, notices) {
  const name = digest ?? (await sha256(new TextEncoder().encode(addressOf(file)).buffer));
  const whole = await shelf.begin(name);
  if (!whole) return fetchIntoMemory(file, digest, watch, notices);
  let actual;
  try {
    actual = file.parts ? await joinParts(shelf, file.parts, whole, watch) : await download({ ...file, sha256: digest }, whole, watch);
  } catch (error) {
    // What has arrived stays for the next try, unless there is no room for it anyway.
    if (isFull(error)) await whole.discard();
    else whole.close();
    throw error;
  }
  if (!digest) {
    await note(PINS, addressOf(file), actual);
    notices.push(PINNED);
    whole.name = actual;
  }
  await whole.finish();
  const bytes = await readStored(shelf, actual, notices);
  if (!bytes) throw failure('model-digest', 'The model was damaged while it was stored.', 'Try again.', actual);
  return { bytes, stored: true, notices };
}

/**
 * Fetch parts side by side, each under its own digest, and put them together in order.
 *
 * @param {Shelf} shelf
 * @param {Source[]} parts
 * @param {import('./private-files.js').Unfinished} whole
 * @param {Watch} watch
 * @returns {Promise<string>} the digest of the whole
 */
async function joinParts(shelf, parts, whole, { signal, onBytes }) {
  const loaded = parts.map(() => 0);
  const fetchPart = async (/** @type {number} */ index) => {
    const part = parts[index];
    const name = part.sha256 ?? '';
    if (!(await shelf.find(name))) {
      const sink = await shelf.begin(name);
      if (!sink) throw failure('storage-busy', 'Another tab is loading this model.', 'Wait for it, or close it.', name);
      await download(part, sink, { signal, onBytes: (bytes) => report(index, bytes) }).then(
        () => sink.finish(),
        (error) => {
          sink.close();
          throw error;
        },
      );
    }
    report(index, part.bytes ?? 0);
  };
  const report = (/** @type {number} */ index, /** @type {number} */ bytes) => {
    loaded[index] = bytes;
    onBytes(loaded.reduce((sum, one) => sum + one, 0));
  };
  let next = 0;
  const worker = async () => {
    while (next < parts.length) await fetchPart(next++);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, parts.length) }, worker));
  whole.reset();
  for (const { sha256: name = '' } of parts) {
    const stored = await shelf.find(name);
    if (stored) whole.append(new Uint8Array(await stored.arrayBuffer()));
  }
  for (const { sha256: name = '' } of parts) await shelf.remove(name);
  const hash = await createSHA256();
  whole.readInto((chunk) => hash.update(chunk));
  return hash.digest('hex');
}

/**
 * @param {ModelFile} file
 * @param {string | undefined} digest
 * @param {Watch} watch
 * @param {string[]} notices
 * @returns {Promise<Found>}
 */
async function fetchIntoMemory(file, digest, watch, notices) {
  const sources = file.parts ?? [{ ...file, sha256: digest }];
  const sinks = sources.map(({ bytes }) => new MemorySink(bytes));
  const loaded = sources.map(() => 0);
  for (const [index, source] of sources.entries()) {
    const onBytes = (/** @type {number} */ bytes) => {
      loaded[index] = bytes;
      watch.onBytes(loaded.reduce((sum, one) => sum + one, 0));
    };
    await download(source, sinks[index], { signal: watch.signal, onBytes });
  }
  const bytes = await new Blob(sinks.map((sink) => sink.contents())).arrayBuffer();
  if (digest && file.parts && (await sha256(bytes)) !== digest) {
    throw failure('model-digest', 'The model’s parts do not make up the model that was asked for.', 'Choose another model.', addressOf(file));
  }
  return { bytes, stored: false, notices };
}

/** Bytes that are kept in memory, where there is nowhere else. */
class MemorySink {
  /** @param {number} [expected] */
  constructor(expected = 1 << 20) {
    this.size = 0;
    this.buffer = new Uint8Array(expected);
  }

  /** @param {Uint8Array<ArrayBuffer>} chunk */
  append(chunk) {
    if (this.size + chunk.byteLength > this.buffer.byteLength) {
      const larger = new Uint8Array(Math.max(this.size + chunk.byteLength, this.buffer.byteLength * 2));
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer.set(chunk, this.size);
    this.size += chunk.byteLength;
  }

  /** @param {(chunk: Uint8Array<ArrayBuffer>) => void} take */
  readInto(take) {
    take(this.contents());
  }

  reset() {
    this.size = 0;
  }

  contents() {
    return this.buffer.subarray(0, this.size);
  }
}

/**
 * Do something that no other tab does at the same time.
 *
 * @template T
 * @param {string} what
 * @param {AbortSignal} signal
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function alone(what, signal, work) {
  try {
    return await navigator.locks.request(`tabsam ${what}`, { signal }, work);
  } catch (error) {
    if (signal.aborted) throw failure('cancelled', 'Loading the model was cancelled.', '');
    throw error;
  }
}

/** @param {unknown} error */
function isFull(error) {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

/**
 * @param {ArrayBuffer} bytes
 * @returns {Promise<string>} lower-case hex
 */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
