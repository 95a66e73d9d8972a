/**
 * One model file at a time: from the folder where it is kept, else from the network into the folder, and into memory where that is
 * not to be had or full.
 *
 * @module
 */

import { failure } from '../errors.js';
import { sha256 } from './digest.js';
import { download } from './download.js';
import { MemorySink } from './memory-sink.js';
import { BEGINNINGS, note, readNotes } from './notes.js';
import { openModelFolder } from './opfs.js';
import { addressOf, knownDigest, nameOf, pin } from './pins.js';

/** @typedef {import('../engine/protocol.js').ModelFile} ModelFile */
/** @typedef {import('./download.js').Beginning} Beginning */
/** @typedef {import('./download.js').Sink} Sink */
/** @typedef {import('./download.js').Watch} Watch */
/** @typedef {import('./opfs.js').ModelFolder} ModelFolder */

/**
 * @typedef {{ bytes: ArrayBuffer, stored: boolean, notices: string[] }} Found
 *   `stored`: it will be there on the next visit. `notices`: what the person should know.
 */

/** How often a tab that waits for another one's download looks how far it is. Milliseconds. */
const LOOK_EVERY = 500;

const NO_STORAGE = 'This browser gives the page no storage (a private window?): the model is kept in memory and fetched again next time.';
const UNWRITABLE = 'The browser did not let the page store the model: it is kept in memory and fetched again next time.';
const DAMAGED = 'The stored copy of the model was damaged; it was thrown away and fetched again.';
const DISK_FULL = 'The disk is full: the model is kept in memory and fetched again next time. Free some space to keep it.';

/**
 * @param {ModelFile} file
 * @param {Watch} watch
 * @returns {Promise<Found>}
 */
export async function readWhole(file, watch) {
  /** @type {string[]} */
  const notices = [];
  const folder = await openModelFolder();
  if (!folder) return fetchIntoMemory(file, await knownDigest(file), watch, [NO_STORAGE]);
  const find = async () => {
    const digest = await knownDigest(file);
    const bytes = digest ? await readStored(folder, digest, notices) : null;
    if (bytes) watch.onBytes(bytes.byteLength);
    return bytes && { bytes, stored: true, notices };
  };
  const found = await find();
  if (found) return found;
  // Two tabs do not fetch one file at the same time: the second looks on, and finds it stored.
  const name = await nameOf(file);
  const look = async () => {
    const bytes = await folder.sizeOfPartial(name);
    if (bytes && !watch.signal.aborted) watch.onBytes(bytes);
  };
  const lookOn = setInterval(look, LOOK_EVERY);
  const stopLooking = () => clearInterval(lookOn);
  const work = async () => {
    stopLooking();
    return (await find()) ?? fetchIntoFolder(folder, file, watch, notices);
  };
  return alone(name, watch.signal, work).finally(stopLooking);
}

/**
 * @param {ModelFolder} folder
 * @param {string} digest
 * @param {string[]} notices
 * @returns {Promise<ArrayBuffer | null>}
 */
export async function readStored(folder, digest, notices) {
  const bytes = await folder.read(digest);
  if (!bytes) return null;
  if ((await sha256(bytes)) === digest) return bytes;
  notices.push(DAMAGED);
  await folder.remove(digest);
  return null;
}

/**
 * @param {ModelFolder} folder
 * @param {ModelFile} file
 * @param {Watch} watch
 * @param {string[]} notices
 * @returns {Promise<Found>}
 */
async function fetchIntoFolder(folder, file, watch, notices) {
  const digest = await knownDigest(file);
  let whole;
  try {
    whole = await folder.begin(await nameOf(file));
  } catch (error) {
    return fetchIntoMemory(file, digest, watch, [...notices, isFull(error) ? DISK_FULL : UNWRITABLE]);
  }
  let actual;
  try {
    whole.reserve(file.bytes ?? 0);
    actual = await fill(whole, file, digest, watch);
  } catch (error) {
    if (!isFull(error)) {
      await whole.close().catch(() => {}); // what has arrived stays for the next try
      throw error;
    }
    const sink = new MemorySink(file.bytes);
    whole.readInto((chunk) => sink.append(chunk));
    await whole.discard();
    return fetchIntoMemory(file, digest, watch, [...notices, DISK_FULL], sink);
  }
  // Read back unchecked: every byte was hashed on its way in, a moment ago.
  const bytes = whole.contents();
  // When it cannot get its name it has come all the same.
  const stored = await whole.finish(actual).then(
    () => true,
    () => false,
  );
  if (!stored) notices.push(UNWRITABLE);
  if (!digest) await pin(file, actual, notices);
  return { bytes, stored, notices };
}

/**
 * Have a file downloaded. Of one without a digest it is noted which version is coming, so that it can be gone on with on another visit.
 *
 * @param {Sink} sink
 * @param {ModelFile} file
 * @param {string | undefined} digest
 * @param {Watch} watch
 * @returns {Promise<string>} its SHA-256
 */
async function fill(sink, file, digest, watch) {
  if (digest) return download({ ...file, sha256: digest }, sink, watch);
  const address = addressOf(file);
  const began = /** @type {Beginning | undefined} */ ((await readNotes(BEGINNINGS))[address] ?? undefined);
  const onBegin = (/** @type {Beginning | null} */ beginning) => note(BEGINNINGS, address, beginning ?? undefined);
  const actual = await download({ ...file, began }, sink, { ...watch, ...(sink.lasting && { onBegin }) });
  if (sink.lasting) await onBegin(null);
  return actual;
}

/**
 * @param {ModelFile} file
 * @param {string | undefined} digest
 * @param {Watch} watch
 * @param {string[]} notices
 * @param {MemorySink} [sink]  with what has arrived already
 * @returns {Promise<Found>}
 */
async function fetchIntoMemory(file, digest, watch, notices, sink = new MemorySink(file.bytes)) {
  const actual = await fill(sink, file, digest, watch);
  if (!digest && !notices.includes(NO_STORAGE)) await pin(file, actual, notices);
  return { bytes: sink.contents(), stored: false, notices };
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
export function isFull(error) {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}
