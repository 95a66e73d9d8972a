/**
 * How the model is asked, and where its mask ends: the threshold, the edges, tidying, feeding back, one mask or several, the preview under the pointer.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId } from '../../dom.js';
import { recall, remember } from '../../state/preferences.js';
import { shownOf } from '../../state/store.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Store} from '../../state/store.js' */
/** @import {Edges, Overlaps} from '../../../protocol.js' */

/** @param {{ store: Store, actions: Actions }} parts */
export function mountMaskSettings({ store, actions }) {
  mountThreshold({ store, actions });

  const feedsBack = byId('feeds-back', HTMLInputElement);
  feedsBack.addEventListener('change', () => quietly(actions.feedBack(feedsBack.checked)));
  const edges = byId('edges', HTMLSelectElement);
  const wish = recall('tabsam.edges');
  if (wish === 'decoded' || wish === 'follow') quietly(actions.setEdges(wish));
  edges.addEventListener('change', () => {
    const wanted = /** @type {Edges} */ (edges.value);
    quietly(actions.setEdges(wanted));
    remember('tabsam.edges', wanted);
  });
  mountTidy({ store, actions });
  const singleMask = byId('single-mask', HTMLInputElement);
  const aboutSingleMask = byId('single-mask-about', HTMLElement);
  singleMask.addEventListener('change', () => quietly(actions.singleMask(singleMask.checked)));
  const hovers = byId('hovers', HTMLInputElement);
  hovers.addEventListener('change', () => {
    actions.setHovering(hovers.checked);
    remember('tabsam.hover', hovers.checked ? null : 'off');
  });
  const overlaps = byId('overlaps', HTMLSelectElement);
  const last = recall('tabsam.overlaps');
  if (last === 'new' || last === 'old') actions.setOverlaps(last);
  overlaps.addEventListener('change', () => {
    actions.setOverlaps(/** @type {Overlaps} */ (overlaps.value));
    remember('tabsam.overlaps', overlaps.value);
  });
  store.subscribe((state) => {
    feedsBack.checked = state.view.feedsBack;
    edges.value = state.view.edges;
    singleMask.checked = state.view.singleMask;
    const isLacking = state.view.hasSingleMask === false;
    singleMask.disabled = isLacking && !state.view.singleMask; // what is on can be put off
    const about = isLacking ? 'This model has no mask of its own for that.' : 'As Meta recommends for several clicks or a box.';
    if (aboutSingleMask.textContent !== about) aboutSingleMask.textContent = about;
    hovers.checked = state.hovering;
    overlaps.value = state.overlaps;
  });
}

/** @param {{ store: Store, actions: Actions }} parts */
function mountTidy({ store, actions }) {
  const tidy = byId('tidy', HTMLSelectElement);
  const wish = recall('tabsam.tidy');
  if ([...tidy.options].some(({ value }) => value === wish)) quietly(actions.setTidy(Number(wish)));
  tidy.addEventListener('change', () => {
    const wanted = tidy.value;
    quietly(actions.setTidy(Number(wanted)));
    remember('tabsam.tidy', wanted);
  });
  store.subscribe(({ view }) => {
    const value = String(view.tidy);
    // a catalogue, or a script, may ask for any share
    if (![...tidy.options].some((one) => one.value === value)) tidy.add(new Option(`Specks below ${Number((100 * view.tidy).toPrecision(3))} %`, value));
    tidy.value = value;
  });
}

/** @param {{ store: Store, actions: Actions }} parts */
function mountThreshold({ store, actions }) {
  const slider = byId('threshold', HTMLInputElement);
  const number = byId('threshold-value', HTMLOutputElement);
  const reset = byId('threshold-reset', HTMLButtonElement);
  /** One drag, or one stretch of key presses, is one step to undo. */
  let gesture = 1;
  let moving = false;

  const write = (/** @type {number} */ value) => {
    number.textContent = value.toFixed(1).replace('-', '−');
  };
  slider.addEventListener('input', () => {
    moving = true;
    write(slider.valueAsNumber);
    quietly(actions.setThreshold(slider.valueAsNumber, gesture));
  });
  slider.addEventListener('change', () => {
    moving = false;
    gesture++;
  });
  reset.addEventListener('click', () => {
    quietly(actions.setThreshold(0, gesture++));
    slider.focus();
  });
  store.subscribe((state) => {
    const { view, chosen } = shownOf(state);
    slider.disabled = chosen === null || view.painted !== null; // what was painted has no threshold
    reset.disabled = view.threshold === 0;
    if (moving || slider.valueAsNumber === view.threshold) return;
    slider.valueAsNumber = view.threshold;
    write(view.threshold);
  });
}
