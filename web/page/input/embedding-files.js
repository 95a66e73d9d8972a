/**
 * Embeddings as files, and the pictures that they are of: 'a.jpg' with 'a.safetensors', in one folder or in two that lie side by side. Names only
 * say which belong together; Python looks at the digests.
 *
 * @module
 */

import { placeOf } from './places.js';

/** JSON has an ending of two parts: annotations are JSON, too. As in tabsam/formats/embedding; tests/unit/formats/embedding holds the two together. */
const EMBEDDING = /\.(safetensors|npz|npy|embedding\.json)$/i;

/** @param {File} file */
export const isEmbedding = ({ name }) => EMBEDDING.test(name);

/** What pictures have come with. @type {WeakMap<Blob, File>} */
const noted = new WeakMap();

/**
 * The embedding that a file came with.
 *
 * @param {unknown} source
 * @returns {File | null}
 */
export const embeddingOf = (source) => (source instanceof Blob ? (noted.get(source) ?? null) : null);

/** @param {Blob} picture @param {File} embedding */
export const noteEmbedding = (picture, embedding) => void noted.set(picture, embedding);

/** A picture's name without its ending. @param {string} name */
const stemOf = (name) => name.replace(/\.[^.]+$/, '').toLowerCase();

/**
 * Find each embedding's picture: by its folder and its name, or else by its name alone, where only one picture is called so.
 *
 * @template {{ name: string }} T
 * @param {readonly File[]} embeddings
 * @param {readonly T[]} pictures
 * @param {(picture: T) => string} folderOf
 * @returns {{ pairs: [picture: T, embedding: File][], left: File[] }}
 */
export function pairUp(embeddings, pictures, folderOf) {
  /** @type {Map<string, T[]>} */
  const named = new Map();
  for (const picture of pictures) {
    for (const name of [stemOf(picture.name), picture.name.toLowerCase()]) named.set(name, [...(named.get(name) ?? []), picture]);
  }
  /** @type {[T, File][]} */
  const pairs = [];
  const left = [];
  for (const embedding of embeddings) {
    const alike = named.get(embedding.name.replace(EMBEDDING, '').toLowerCase()) ?? []; // of 'a.safetensors' and 'a.jpg.safetensors'
    const beside = alike.filter((picture) => folderOf(picture) === placeOf(embedding));
    const [picture, ...others] = beside.length ? beside : alike;
    if (picture && !others.length) pairs.push([picture, embedding]);
    else left.push(embedding);
  }
  return { pairs, left };
}
