/**
 * How well a thing fits what was typed: every word has to be in it, as the beginning of a word at best, with letters left out at worst.
 *
 * @module
 */

const BEGINS = 8;
const CONTAINS = 4;
const SCATTERED = 1;
/** What is in the name counts for more than a key or another word for it. */
const IN_NAME = 2;

/**
 * @param {string} typed
 * @param {{ label: string, words: string }} thing  `words` are others that it is found by
 * @returns {number | null}  the higher the better; null where it does not fit
 */
export function fit(typed, { label, words }) {
  const name = label.toLowerCase();
  const other = words.toLowerCase();
  let total = 0;
  for (const word of typed.toLowerCase().split(/\s+/).filter(Boolean)) {
    const best = Math.max(IN_NAME * place(word, name), place(word, other), isScattered(word, name) ? SCATTERED : 0);
    if (best === 0) return null;
    total += best;
  }
  return total - name.length / 1000; // of two that fit alike the shorter one
}

/**
 * @param {string} word
 * @param {string} text
 */
function place(word, text) {
  if (!text.includes(word)) return 0;
  return text.split(/[\s/:,;.()_-]+/).some((part) => part.startsWith(word)) ? BEGINS : CONTAINS;
}

/**
 * Whether all letters come in this order, beginning a word of the name: `opic` is in "Open a picture". A single letter says too little.
 *
 * @param {string} word
 * @param {string} text
 */
function isScattered(word, text) {
  if (word.length < 3) return false;
  const [first = ''] = word;
  const starts = [...text.matchAll(/\S+/g)].filter(([part]) => part.startsWith(first)).map(({ index }) => index);
  return starts.some((start) => {
    let at = start;
    for (const letter of word) {
      at = text.indexOf(letter, at) + 1;
      if (at === 0) return false;
    }
    return at - start <= 4 * word.length;
  });
}
