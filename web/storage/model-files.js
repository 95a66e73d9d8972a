/**
 * Model files as the engine wants them: whole, checked, and kept for the next visit.
 *
 * Nothing is used before its digest matches: not what comes from the network, and not what was stored on an earlier visit. A file
 * whose digest nobody has stated is pinned on first use: what came then must come again.
 *
 * @module
 */

import { TabsamError, failure } from '../errors.js';
import { sha256 } from './digest.js';
import { download } from './download.js';
import { MemorySink } from './memory-sink.js';
import { BEGINNINGS, PINS, note, readNotes } from './notes.js';
import { openModelFolder } from './opfs.js';
import { readConcurrently } from './concurrent.js';

/** @typedef {import('../engine/protocol.js').ModelFile} ModelFile */
/** @typedef {NonNullable<ModelFile['parts']>[number]} Part */
/** @typedef {import('./download.js').Beginning} Beginning */
/** @typedef {import('./download.js').Sink} Sink */
/** @typedef {import('./download.js').Watch} Watch */
/** @typedef {import('./opfs.js').ModelFolder} ModelFolder */

/**
 * @typedef {{ bytes: ArrayBuffer, stored: boolean, notices: string[] }} Found
 *   `stored`: it will be there on the next visit. `notices`: what the person should know.
 */

/** How many parts of one file come side by side. */
const AT_ONCE = 4;
/** How often a tab that waits for another one's download looks how far it is. Milliseconds. */
const LOOK_EVERY = 500;

const NO_STORAGE = 'This browser gives the page no storage (a private window?): the model is kept in memory and fetched again next time.';
const UNWRITABLE = 'The browser did not let the page store the model: it is kept in memory and fetched again next time.';
const DAMAGED = 'The stored copy of the model was damaged; it was thrown away and fetched again.';
const DISK_FULL = 'The disk is full: the model is kept in memory and fetched again next time. Free some space to keep it.';
const PINNED = 'Nobody has stated this model’s digest. It was noted now; from now on only this very file is used.';

/**
 * Bring a file's bytes, from the store or from the network.
 *
 * @param {ModelFile} file
 * @param {Watch} watch
 * @returns {Promise<Found>}
 * @throws {TabsamError} what `download` throws, model-changed or insecure-context
 */
export async function readModelFile(file, watch) {
  if (!globalThis.isSecureContext) {
    throw failure('insecure-context', 'This page was not loaded over a secure connection.', 'Open it over https, or from localhost.');
  }
  try {
    return await (file.parts ? readParts(file, file.parts, watch) : readWhole(file, watch));
  } catch (error) {
    const isWrong = error instanceof TabsamError && error.code === 'model-digest';
    if (!isWrong || file.sha256 || !(await knownDigest(file))) throw error;
    throw failure(
      'model-changed',
      'The file is not the one that came from the same address the first time.',
      'Its publisher may have made a new version; somebody else may have put another in its place. If you trust the new one, it is noted and used from now on.',
      error.details,
    );
  }
}

/**
 * Keep a file that the person has, as if it had been fetched.
 *
 * @param {Blob} blob
 * @returns {Promise<ModelFile>}
 */
export async function keepBlob(blob) {
  const folder = await openModelFolder();
  if (!folder) throw failure('storage-none', 'This browser gives the page no storage, so a model of your own cannot be kept.', 'Use a window that is not private.');
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const digest = await sha256(bytes.buffer);
  const file = { urls: [], bytes: bytes.byteLength, sha256: digest };
  if (await readStored(folder, digest, [])) return file;
  const whole = await folder.begin(digest).catch((error) => {
    if (isFull(error)) throw storageFull(error);
    throw failure('storage-busy', 'Another tab is storing this file.', 'Wait for it, or close it.', error);
  });
  try {
    whole.reset();
    whole.append(bytes);
    await whole.finish();
  } catch (error) {
    await whole.discard();
    throw isFull(error) ? storageFull(error) : error;
  }
  return file;
}

/** @param {unknown} error */
function storageFull(error) {
  return failure('storage-full', 'The disk is too full to keep this model.', 'Free some space, or delete a stored model.', error);
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
 * A name in the folder for a file that nobody knows the digest of, while it is fetched.
 *
 * @param {ModelFile} file
 */
export function temporaryName(file) {
  return sha256(new TextEncoder().encode(addressOf(file)).buffer);
}

/**
 * @param {ModelFile} file
 * @returns {Promise<string | undefined>}
 */
async function knownDigest(file) {
  if (file.sha256) return file.sha256;
  const pin = (await readNotes(PINS))[addressOf(file)];
  return typeof pin === 'string' ? pin : undefined;
}

/**
 * What a file is called in the folder while it is fetched.
 *
 * @param {ModelFile} file
 */
async function nameOf(file) {
  return (await knownDigest(file)) ?? temporaryName(file);
}

/**
 * @param {ModelFile} file
 * @param {string} digest
 * @param {string[]} notices
 */
async function pin(file, digest, notices) {
  await note(PINS, addressOf(file), digest);
  notices.push(PINNED);
}

/**
 * @param {ModelFolder} folder
 * @param {string} digest
 * @param {string[]} notices
 * @returns {Promise<ArrayBuffer | null>}
 */
async function readStored(folder, digest, notices) {
  const bytes = await folder.read(digest);
  if (!bytes) return null;
  if ((await sha256(bytes)) === digest) return bytes;
  notices.push(DAMAGED);
  await folder.remove(digest);
  return null;
}

/**
 * @param {ModelFile} file
 * @param {Watch} watch
 * @returns {Promise<Found>}
 */
async function readWhole(file, watch) {
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
      whole.close(); // what has arrived stays for the next try
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
 * Bring parts side by side, each a file of its own with its own digest, and join them in order. They stay parts in the folder: joined
 * there, they would need twice the room.
 *
 * @param {ModelFile} file
 * @param {Part[]} parts
 * @param {Watch} watch
 * @returns {Promise<Found>}
 */
async function readParts(file, parts, watch) {
  const digest = await knownDigest(file);
  const kept = digest && (await readStoredParts(parts, digest));
  if (kept) {
    watch.onBytes(kept.byteLength);
    return { bytes: kept, stored: true, notices: [] };
  }
  const joined = new Uint8Array(parts.reduce((sum, { bytes }) => sum + bytes, 0));
  const readPart = async (/** @type {Part} */ part, /** @type {Watch} */ watch) => {
    const { bytes, ...found } = await readWhole(part, watch);
    joined.set(new Uint8Array(bytes), parts.slice(0, parts.indexOf(part)).reduce((sum, before) => sum + before.bytes, 0));
    return found;
  };
  const found = await readConcurrently(parts, watch, readPart, AT_ONCE);
  const actual = await sha256(joined.buffer);
  const told = [...new Set(found.flatMap(({ notices }) => notices))];
  if (!digest) {
    await pin(file, actual, told);
  } else if (actual !== digest) {
    throw failure('model-digest', 'The model’s parts do not make up the model that was asked for.', 'Choose another model.', `${addressOf(file)}: SHA-256 ${actual}, ${digest} expected`);
  }
  return { bytes: joined.buffer, stored: found.every(({ stored }) => stored), notices: told };
}

/**
 * The parts as they are in the folder, checked as a whole only. What is wrong with which is for `readWhole` to find.
 *
 * @param {Part[]} parts
 * @param {string} digest  of the whole
 * @returns {Promise<ArrayBuffer | null>}
 */
async function readStoredParts(parts, digest) {
  const folder = await openModelFolder();
  const joined = new Uint8Array(parts.reduce((sum, { bytes }) => sum + bytes, 0));
  let at = 0;
  for (const part of parts) {
    const bytes = await folder?.read(part.sha256);
    if (bytes?.byteLength !== part.bytes) return null;
    joined.set(new Uint8Array(bytes), at);
    at += part.bytes;
  }
  return (await sha256(joined.buffer)) === digest ? joined.buffer : null;
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
