/**
 * Which pictures the strip shows: by name, by how far they are, by the classes of their objects.
 *
 * @module
 */

import { byId, h } from '../dom.js';

/** @import {Store} from '../state/store.js' */
/** @import {Filter} from './listed.js' */

/** @param {Store} store @param {() => void} onChange */
export function mountFilter(store, onChange) {
  const text = byId('strip-text', HTMLInputElement);
  const status = byId('strip-status', HTMLSelectElement);
  const classes = byId('strip-class', HTMLSelectElement);
  const said = byId('strip-count', HTMLElement);
  function change() {
    const category = classes.value ? Number(classes.value) : null;
    store.update({ filter: { text: text.value, status: /** @type {Filter['status']} */ (status.value), category } });
    onChange();
  }
  text.addEventListener('input', change);
  status.addEventListener('change', change);
  classes.addEventListener('change', change);
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !text.value) byId('strip-list', HTMLElement).focus({ preventScroll: true });
  });

  store.subscribe(({ view: { objects } }, before) => {
    if (objects.categories === before.view.objects.categories && classes.options.length) return;
    const chosen = classes.value;
    const options = objects.categories.map(({ id, name }) => h('option', { value: id }, name));
    classes.replaceChildren(h('option', { value: '' }, 'Any class'), ...options);
    classes.hidden = options.length === 0;
    classes.value = objects.categories.some(({ id }) => String(id) === chosen) ? chosen : '';
    if (classes.value !== chosen) change();
  });

  return {
    /** Say how many of all are shown, where that is not all. @param {number} shown @param {number} all */
    say(shown, all) {
      const sentence = shown === all ? '' : `${shown} of ${all} shown`;
      if (said.textContent !== sentence) said.textContent = sentence;
    },
  };
}
