/**
 * The note over a picture on its way in, with the button to give it up.
 *
 * @module
 */

import { byId } from '../dom.js';
import { duration, progressLine } from '../formatting.js';
import { startProgressOf } from '../state/store.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Opening, Store} from '../state/store.js' */

/** From here on the time that has passed is shown. */
const COUNT_AFTER_MS = 2000;

/** @param {{ store: Store, actions: Actions }} parts */
export function mountOpeningNote({ store, actions }) {
  const note = byId('note', HTMLElement);
  const text = byId('note-text', HTMLElement);
  const bar = byId('note-progress', HTMLProgressElement);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let ticking;
  byId('cancel', HTMLButtonElement).addEventListener('click', actions.cancel);

  /** @param {Opening} opening */
  function write(opening) {
    const passed = performance.now() - opening.since;
    const progress = startProgressOf(store.state) ?? opening.progress;
    const words = progress ? progressLine(progress) : 'Reading the picture';
    text.textContent = passed > COUNT_AFTER_MS ? `${words}, ${duration(Math.round(passed / 1000) * 1000)}` : words;
    if (progress?.total) {
      bar.max = progress.total;
      bar.value = progress.loaded ?? 0;
    } else {
      bar.removeAttribute('value');
    }
  }

  store.subscribe(({ opening }, before) => {
    note.hidden = opening === null;
    if (!opening || opening.since !== before.opening?.since) {
      clearInterval(ticking);
      ticking = undefined;
    }
    if (!opening) return;
    write(opening);
    ticking ??= setInterval(() => store.state.opening && write(store.state.opening), 1000);
  });
}
