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
import { readParts } from './file-parts.js';
import { openModelFolder } from './opfs.js';
import { knownDigest } from './pins.js';
import { isFull, readStored, readWhole } from './whole-files.js';

/**
 * @typedef {import('../engine/protocol.js').ModelFile} ModelFile
 * @typedef {import('./download.js').Watch} Watch
 * @typedef {import('./whole-files.js').Found} Found
 */

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
