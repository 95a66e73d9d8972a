/**
 * The chip in the bar: which model runs, and where; or how far another one is.
 *
 * @module
 */

import { byId } from '../dom.js';
import { percent, providerName } from '../formatting.js';

/** @import {Loading, Store} from '../state/store.js' */

/**
 * @param {Store} store
 * @param {HTMLElement} chip
 */
export function mountEngineChip(store, chip) {
  const name = byId('engine-model', HTMLElement);
  const label = byId('engine-label', HTMLElement);
  store.subscribe(({ engine, model, loading }, before) => {
    // Text that is set again is laid out again, and a click's answer waits for it.
    if (engine === before.engine && model === before.model && loading === before.loading && label.textContent) return;
    const idle = engine.status === 'starting' ? 'Starting' : 'Not running';
    chip.dataset.engine = engine.status;
    chip.toggleAttribute('data-loading', loading !== null);
    name.textContent = loading ? `Loading ${loading.name}` : model ? `${model.name}, ` : '';
    label.textContent = loading ? shareOf(loading) : engine.status === 'running' ? providerName(engine.info) : idle;
    chip.setAttribute('aria-label', `Engine and models: ${name.textContent}${label.textContent}`);
  });
}

/** @param {Loading} loading */
function shareOf({ progress }) {
  const { loaded, total } = progress ?? {};
  return loaded === undefined || !total ? '' : `, ${percent(loaded / total)}`;
}
