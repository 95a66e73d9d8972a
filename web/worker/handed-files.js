/**
 * Files that Python may read where they lie, by numbers.
 *
 * @module
 */

/** @typedef {{ file: number, size: number }} Handed  -1 stands for no file; `size` in bytes */

/** @type {Map<number, Blob>} */
const files = new Map();
let last = -1;

/** @param {Blob | null} file @returns {Handed} */
export function hand(file) {
  if (!file) return { file: -1, size: 0 };
  files.set(++last, file);
  return { file: last, size: file.size };
}

/** Take back what has been handed over. @param {Iterable<number>} numbers */
export function takeBack(numbers) {
  for (const number of numbers) files.delete(number);
}

/** Called by Python, at once. @param {number} number @param {number} start @param {number} end */
export function read(number, start, end) {
  const file = files.get(number);
  if (!file) throw new DOMException('This file is no longer at hand.', 'NotFoundError');
  return new Uint8Array(new FileReaderSync().readAsArrayBuffer(file.slice(start, end)));
}
