/**
 * Which bands of a picture are red, green and blue; the same for all three is grey.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { byId } from '../dom.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Store} from '../state/store.js' */

/** @param {{ store: Store, actions: Actions }} parts */
export function mountBandChoice({ store, actions }) {
  const group = byId('view-bands', HTMLElement);
  const choices = [0, 1, 2].map((place) => byId(`view-band-${place}`, HTMLSelectElement));
  /** Those that are listed. */
  let listed = '';
  /** Those that are seen, or on their way. */
  let chosen = '';

  for (const choice of choices) {
    choice.addEventListener('change', () => {
      const bands = choices.map((one) => one.selectedIndex);
      const wanted = new Set(bands).size === 1 ? bands.slice(0, 1) : bands;
      chosen = String(wanted);
      quietly(actions.chooseBands(wanted).finally(() => show(true)));
    });
  }

  /** @param {boolean} anew  what is listed is what is seen, whatever was chosen */
  function show(anew) {
    const { bands } = store.state.view;
    group.hidden = bands === null;
    if (!bands) return;
    if (String(bands.names) !== listed) {
      listed = String(bands.names);
      for (const choice of choices) choice.replaceChildren(...bands.names.map((name) => new Option(name)));
      chosen = '';
    }
    if (!anew && (store.state.opening || String(bands.shown) === chosen)) return;
    chosen = String(bands.shown);
    choices.forEach((choice, place) => {
      choice.selectedIndex = bands.shown[place] ?? bands.shown[0] ?? 0;
    });
  }
  store.subscribe(() => show(false));
}
