/**
 * The field for another list of models, by its address.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { byId } from '../dom.js';
import { hostOf } from '../formatting.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Store} from '../state/store.js' */

/** @param {{ store: Store, actions: Actions }} parts */
export function mountOtherCatalogue({ store, actions }) {
  const form = byId('catalog', HTMLFormElement);
  const field = byId('catalog-url', HTMLInputElement);
  const now = byId('catalog-now', HTMLElement);
  const leave = byId('catalog-leave', HTMLButtonElement);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (field.value.trim()) quietly(actions.useCatalog(field.value.trim()));
  });
  leave.addEventListener('click', () => {
    field.value = '';
    quietly(actions.useCatalog(''));
    field.focus();
  });
  store.subscribe(({ modelList }, before) => {
    const url = modelList?.catalog ?? '';
    if (modelList === before.modelList && modelList !== null) return;
    if (url && url !== before.modelList?.catalog) field.value = url;
    now.textContent = url ? `Listed too: ${hostOf(url)}` : '';
    leave.hidden = url === '';
    form.toggleAttribute('data-used', url !== '');
  });
}
