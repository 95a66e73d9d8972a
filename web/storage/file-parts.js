/**
 * A file that its publisher gives in parts.
 *
 * @module
 */

import { failure } from '../errors.js';
import { readConcurrently } from './concurrent.js';
import { sha256 } from './digest.js';
import { openModelFolder } from './opfs.js';
import { addressOf, knownDigest, pin } from './pins.js';
import { readWhole } from './whole-files.js';

/**
 * @typedef {import('../engine/protocol.js').ModelFile} ModelFile
 * @typedef {NonNullable<ModelFile['parts']>[number]} Part
 * @typedef {import('./download.js').Watch} Watch
 * @typedef {import('./whole-files.js').Found} Found
 */

/** How many parts of one file come side by side. */
const AT_ONCE = 4;

/**
 * Bring parts side by side, each a file of its own with its own digest, and join them in order. They stay parts in the folder: joined
 * there, they would need twice the room.
 *
 * @param {ModelFile} file
 * @param {Part[]} parts
 * @param {Watch} watch
 * @returns {Promise<Found>}
 */
export async function readParts(file, parts, watch) {
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
