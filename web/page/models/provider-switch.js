/**
 * Where the model is to run. What it runs on, and why, is said above.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { byId } from '../dom.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Store} from '../state/store.js' */

/**
 * @param {Store} store
 * @param {Actions} actions
 */
export function mountProviderSwitch(store, actions) {
  const group = byId('provider-switch', HTMLFieldSetElement);
  const radios = [...group.querySelectorAll('input')];
  for (const radio of radios) {
    radio.addEventListener('change', () => {
      const { value } = radio;
      quietly(actions.useProvider(value === 'webgpu' || value === 'wasm' ? value : null));
    });
  }
  store.subscribe((state, before) => {
    const { wish, loading, engine } = state;
    if (wish === before.wish && loading === before.loading && engine === before.engine && state !== before) return;
    group.disabled = engine.status !== 'running';
    // while one is being tried it stays marked; if it fails, the one that holds is marked again
    if (!loading) for (const radio of radios) radio.checked = radio.value === (wish ?? '');
  });
}
