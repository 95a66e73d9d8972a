/**
 * Keeps what a model's encoder made of the open picture for the next visit. The numbers go between the engine and the storage, and never
 * through Python, which says which picture it is and holds the handles.
 *
 * @module
 */

import { keepEncoded, keptEncoded } from '../storage/encoded-picture.js';

/** @import {ModelFile, Values} from '../engine/protocol.js' */
/** @import {Running} from './providers/engine-start.js' */

/** To be raised when a picture is prepared for its encoder in another way: what is kept is then of no use. */
const VERSION = 1;

/**
 * What an encoder goes by: the digests of its files; empty where one of them is not stated.
 *
 * @param {ModelFile} encoder
 */
export function digestOf({ sha256 = '', data = [] }) {
  const digests = [sha256, ...data.map((weights) => weights.sha256 ?? '')];
  return digests.includes('') ? '' : digests.join(' ');
}

/**
 * What Python calls (tabsam/page/web.py); undefined for a model of which nobody can say tomorrow whether it is the same.
 *
 * @param {Pick<Running, 'engine' | 'encoder' | 'digest'>} running
 */
export function createKeptEmbedding({ engine, encoder: { session }, digest }) {
  if (!digest || session === null) return undefined; // which is Python's None
  const keyOf = (/** @type {string} */ picture) => `${VERSION} ${digest} ${picture}`;
  return {
    /**
     * @param {string} picture  what the picture's pixels go by
     * @param {string} handles  JSON: by the tensors' names
     * @returns {Promise<boolean>}
     */
    async write(picture, handles) {
      try {
        /** @type {Record<string, Values>} */
        const tensors = {};
        for (const [name, handle] of Object.entries(JSON.parse(handles))) tensors[name] = await engine.ask('read', { handle });
        return await keepEncoded(keyOf(picture), tensors);
      } catch {
        return false; // no room, no storage, or the engine has ended: the model makes it again
      }
    },
    /**
     * @param {string} picture
     * @returns {Promise<string>}  JSON: handles by the tensors' names; null where it is not kept
     */
    async read(picture) {
      try {
        const tensors = await keptEncoded(keyOf(picture));
        if (!tensors) return 'null';
        const transfer = Object.values(tensors).map(({ data }) => data.buffer);
        const held = Object.entries(await engine.ask('hold', { session, tensors }, { transfer }));
        return JSON.stringify(Object.fromEntries(held.map(([name, { handle }]) => [name, handle])));
      } catch {
        return 'null'; // damaged, or there is no storage
      }
    },
  };
}

/** @typedef {NonNullable<ReturnType<typeof createKeptEmbedding>>} KeptEmbedding */
