/**
 * What is said of an answer as a whole: how many readings the model has of the prompts, and where the answer is not what Meta's own
 * code would give.
 *
 * @module
 */

import { byId, h } from '../../dom.js';
import { SINGLE_MASK_TOKEN, isOwnMask } from '../../state/own-mask.js';
import { shownOf } from '../../state/store.js';

/** @import {Shown, Store} from '../../state/store.js' */

const WORDS = ['no', 'one', 'two', 'three', 'four'];

/** @param {Store} store */
export function mountReadings(store) {
  const readings = byId('readings', HTMLElement);
  const list = byId('answer-notes', HTMLElement);
  const said = byId('answer-note-said', HTMLElement);
  /** What has been read out; it need not be at every click. @type {Set<string>} */
  const known = new Set();
  let listed = '';

  store.subscribe((state) => {
    const shown = shownOf(state);
    const line = readingsOf(shown);
    if (readings.textContent !== line) readings.textContent = line;
    const notes = shown.chosen ? shown.view.notes : [];
    const now = notes.join('\n');
    if (now === listed) return;
    listed = now;
    list.replaceChildren(...notes.map((note) => h('li', {}, note)));
    list.hidden = !notes.length;
    const news = notes.filter((note) => !known.has(note));
    for (const note of news) known.add(note);
    said.textContent = news.join(' ');
  });
}

/**
 * @param {Shown} shown
 * @returns {string}
 */
function readingsOf({ candidates, view: { maskCount, singleMask } }) {
  const count = candidates.filter((one) => !isOwnMask(one, candidates)).length;
  if (!count) return '';
  if (count < candidates.length) return `The object's own mask, and ${count === 1 ? '1 reading' : `${count} readings`}`;
  const all = WORDS[maskCount] ?? maskCount;
  if (singleMask) return candidates[0]?.token === SINGLE_MASK_TOKEN || maskCount < 2 ? 'One mask' : `One mask: the best of ${all}`;
  if (count > 1) return `${count} readings`;
  return maskCount > 1 ? `1 reading: all ${all} masks agree` : '1 reading';
}
