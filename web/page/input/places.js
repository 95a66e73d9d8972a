/**
 * Where files lie: two of one name and content in two folders are two pictures, and one that comes from the same folder again is the same.
 *
 * @module
 */

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
