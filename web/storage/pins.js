/**
 * What a file is known by: the digest that its publisher states; else the one that was pinned when it first came, by its addresses.
 *
 * @module
 */

import { sha256 } from './digest.js';
import { PINS, note, readNotes } from './notes.js';

/** @typedef {import('../engine/protocol.js').ModelFile} ModelFile */

const PINNED = 'Nobody has stated this model’s digest. It was noted now; from now on only this very file is used.';

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
export async function knownDigest(file) {
  if (file.sha256) return file.sha256;
  const pin = (await readNotes(PINS))[addressOf(file)];
  return typeof pin === 'string' ? pin : undefined;
}

/**
 * What a file is called in the folder while it is fetched.
 *
 * @param {ModelFile} file
 */
export async function nameOf(file) {
  return (await knownDigest(file)) ?? temporaryName(file);
}

/**
 * @param {ModelFile} file
 * @param {string} digest
 * @param {string[]} notices
 */
export async function pin(file, digest, notices) {
  await note(PINS, addressOf(file), digest);
  notices.push(PINNED);
}
