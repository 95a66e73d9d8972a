/**
 * Where files lie: two of one name and content in two folders are two pictures, and one that comes from the same folder again is the same.
 *
 * @module
 */

/** @import {Whereabouts} from '../../protocol.js' */

/** Nobody keeps pictures deeper; what goes on below this is something else. */
export const DEEPEST = 8;

/** @type {WeakMap<File, string>} */
const noted = new WeakMap();

/**
 * Note in which folder a file was dropped, which it does not say itself.
 *
 * @param {File} file
 * @param {string} fullPath  below what was dropped, its name included
 */
export function notePlace(file, fullPath) {
  noted.set(file, fullPath.slice(0, fullPath.lastIndexOf('/') + 1).replace(/^\//, ''));
}

/** @type {WeakMap<File, Whereabouts>} */
const linked = new WeakMap();

/** Note where the project can read a file from. @param {File} file @param {Whereabouts} whereabouts */
export const noteFolder = (file, whereabouts) => void linked.set(file, whereabouts);

/** Where the project can read a file from, if it can. @param {Blob} file */
export const whereaboutsOf = (file) => (file instanceof File ? (linked.get(file) ?? null) : null);

/**
 * The folder that something lies in, as far as a browser tells.
 *
 * @param {unknown} source
 * @returns {string}  with a slash at its end; empty where nobody knows
 */
export function placeOf(source) {
  if (!(source instanceof File)) return '';
  return noted.get(source) ?? source.webkitRelativePath.slice(0, -source.name.length);
}

const natural = new Intl.Collator(undefined, { numeric: true });

/**
 * By name, as a person counts: 2 before 10. The browser gives files of a folder in no order.
 *
 * @template {{ name: string }} T
 * @param {readonly T[]} named
 */
export const inOrder = (named) => named.toSorted((a, b) => natural.compare(a.name, b.name));
