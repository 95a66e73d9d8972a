/**
 * The dialog that asks where the picture lies on a map: the six numbers of its world file.
 *
 * @module
 */

import { createTryInForm } from './form-errors.js';
import { byId } from '../dom.js';
import { closeByPointer } from './dialog.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */

/**
 * @param {{ store: Store, actions: Actions, messages: Messages }} parts
 * @returns {() => void}  opens it
 */
export function mountMapCoordinates({ store, actions, messages }) {
  const dialog = byId('map', HTMLDialogElement);
  const form = byId('map-form', HTMLFormElement);
  const said = byId('map-said', HTMLElement);
  const clear = byId('map-clear', HTMLButtonElement);
  const epsg = byId('map-epsg', HTMLInputElement);
  const fields = [...form.querySelectorAll('input')].filter((field) => field !== epsg);
  const tryInForm = createTryInForm(messages);

  /** @param {string} text */
  async function set(text) {
    if (await tryInForm(() => actions.setWorldFile(text), said)) dialog.close();
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void set([...fields.map(({ value }) => value), ...(epsg.value.trim() ? [`EPSG:${epsg.value.trim().replace(/^epsg:+/i, '')}`] : [])].join('\n'));
  });
  clear.addEventListener('click', () => void set(''));
  closeByPointer(dialog, byId('map-close', HTMLButtonElement));

  // a whole world file goes into all fields, whichever it is pasted into
  form.addEventListener('paste', (event) => {
    const words = event.clipboardData?.getData('text').trim().split(/[;\s]+/) ?? [];
    if (words.length !== fields.length) return;
    event.preventDefault();
    fill(words);
  });

  /** @param {readonly (number | string)[]} values */
  function fill(values) {
    for (const [index, field] of fields.entries()) field.value = String(values[index] ?? '');
  }

  return () => {
    const { worldFile, epsg: system } = store.state.view;
    epsg.value = system === null ? '' : String(system);
    fill(worldFile ?? []);
    said.textContent = '';
    clear.hidden = !worldFile;
    dialog.showModal();
    fields[0]?.select();
  };
}
