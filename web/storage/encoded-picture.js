/**
 * What the encoder made of the picture that was open last: one file of the origin's private file system, so that coming back to that picture
 * costs no run of the encoder. It is a copy of what can be made again: whatever is wrong with it, it is as if there were none, and it is the
 * first to go where there is no room.
 *
 * @module
 */

import { sha256 } from './digest.js';
import { rename, writeFile } from './open-file.js';

/** @import {Values} from '../engine/protocol.js' */

const NAME = 'encoded-picture';
const UNFINISHED = `${NAME}.part`;
const LOCK = 'tabsam encoded picture';

/** The largest that is kept. Bytes. */
const LARGEST = 64 << 20;
/** Where no more than so many times its size is free, as far as the browser tells, none is kept: the room is for work. */
const ROOM = 8;

/** At the front of the file: how long the description is, as 32 bits. Bytes. */
const HEAD = 4;

/**
 * @typedef {{ key: string, digest: string, tensors: { name: string, dtype: string, dims: number[], bytes: number }[] }} Described
 *   `key` says of what it is, `digest` is the SHA-256 of all numbers, which follow in the order of the tensors
 */

/**
 * Keep one in the place of the one before.
 *
 * @param {string} key
 * @param {Record<string, Values>} tensors
 * @returns {Promise<boolean>}  whether it is kept
 */
export async function keepEncoded(key, tensors) {
  const all = Object.entries(tensors);
  const size = all.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  if (size > LARGEST || quota - usage < ROOM * size) return false;
  const numbers = new Uint8Array(await new Blob(all.map(([, { data }]) => data)).arrayBuffer());
  /** @type {Described} */
  const described = {
    key,
    digest: await sha256(numbers.buffer),
    tensors: all.map(([name, { dtype, dims, data }]) => ({ name, dtype, dims, bytes: data.byteLength })),
  };
  const text = new TextEncoder().encode(JSON.stringify(described));
  const file = new Uint8Array(HEAD + text.byteLength + size);
  new DataView(file.buffer).setUint32(0, text.byteLength, true);
  file.set(text, HEAD);
  file.set(numbers, HEAD + text.byteLength);
  return navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (!lock) return false; // another tab keeps its own
    const root = await navigator.storage.getDirectory();
    try {
      await writeFile(root, UNFINISHED, file);
      await rename(await root.getFileHandle(UNFINISHED), NAME);
      return true;
    } catch (error) {
      await root.removeEntry(UNFINISHED).catch(() => {});
      throw error;
    }
  });
}

/**
 * @param {string} key
 * @returns {Promise<Record<string, Values> | null>}  null where what is kept is of something else, or is damaged
 */
export async function keptEncoded(key) {
  const root = await navigator.storage.getDirectory();
  const file = await root.getFileHandle(NAME).then((handle) => handle.getFile(), () => null);
  if (!file || file.size > 2 * LARGEST) return null;
  const length = new DataView(await file.slice(0, HEAD).arrayBuffer()).getUint32(0, true);
  const start = HEAD + length;
  const described = /** @type {Described} */ (JSON.parse(await file.slice(HEAD, start).text()));
  if (described.key !== key) return null;
  const numbers = await file.slice(start).arrayBuffer();
  if ((await sha256(numbers)) !== described.digest) return null;
  /** @type {Record<string, Values>} */
  const tensors = {};
  let at = 0;
  for (const { name, dtype, dims, bytes } of described.tensors) {
    tensors[name] = { dtype, dims, data: new Uint8Array(numbers.slice(at, at + bytes)) }; // a buffer of its own, which can be handed over
    at += bytes;
  }
  return tensors;
}

/** Remove it: there is no room, or what it is of is gone. @returns {Promise<boolean>}  whether there was one */
export async function dropEncoded() {
  try {
    await (await navigator.storage.getDirectory()).removeEntry(NAME);
    return true;
  } catch {
    return false; // there is none, or no storage at all
  }
}
