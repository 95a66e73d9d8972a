/**
 * The dialog that keeps the classes: their names, their colours, and lists of them.
 *
 * @module
 */

import { closeByPointer } from '../../dialogs/dialog.js';
import { byId, h, icon } from '../../dom.js';
import { count } from '../../formatting.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {TryInForm} from '../../dialogs/form-errors.js' */
/** @import {Messages} from '../../bars/messages.js' */
/** @import {Store} from '../../state/store.js' */
/** @import {Category} from '../../../protocol.js' */

const KEYS = /** @type {const} */ ([1, 2, 3, 4, 5, 6, 7, 8, 9]);

/**
 * @param {{ store: Store, actions: Actions, messages: Messages }} parts
 * @param {TryInForm} tryInForm
 */
export function mountClassesDialog({ store, actions, messages }, tryInForm) {
  const dialog = byId('classes', HTMLDialogElement);
  const list = byId('class-list', HTMLElement);
  const form = byId('class-form', HTMLFormElement);
  const name = byId('class-name', HTMLInputElement);
  const said = byId('class-said', HTMLElement);
  const told = byId('class-told', HTMLElement);
  const file = byId('class-file', HTMLInputElement);
  const save = byId('classes-save', HTMLButtonElement);
  /** What is listed. @type {unknown} */
  let listed = null;

  for (const button of document.querySelectorAll('[data-open="classes"]')) {
    button.addEventListener('click', () => {
      said.textContent = told.textContent = '';
      dialog.showModal();
      write();
      name.focus();
    });
  }
  closeByPointer(dialog, byId('classes-close', HTMLButtonElement));

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (await tryInForm(() => actions.addClass(name.value), said)) name.value = '';
    else name.select();
    name.focus();
  });
  byId('classes-load', HTMLButtonElement).addEventListener('click', () => file.click());
  file.addEventListener('change', async () => {
    const [chosen] = file.files ?? [];
    file.value = '';
    if (chosen) await tryInForm(() => actions.importFile(chosen, chosen.name), said);
  });
  save.addEventListener('click', () => {
    void tryInForm(async () => actions.download((await actions.exportObjects('classes', { hidden: true })).file), said);
  });
  store.subscribe(() => dialog.open && write());

  function write() {
    const { objects } = store.state.view;
    if (objects === listed) return;
    listed = objects;
    const { categories, list: all } = objects;
    save.disabled = categories.length === 0;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : undefined;
    list.replaceChildren(...categories.map((one) => row(one, all.filter(({ category }) => category === one.id).length)));
    if (!categories.length) list.append(h('li', { class: 'quiet' }, 'No classes yet. An object does not need one.'));
    if (focused) list.querySelector(`[data-key="${focused}"]`)?.dispatchEvent(new Event('refocus'));
  }

  /** @param {Category} one @param {number} uses */
  function row({ id, name: known, color, key, elsewhere }, uses) {
    const colour = h('input', { type: 'color', class: 'swatch', value: color, 'aria-label': `Colour of ${known}`, 'data-key': `color-${id}` });
    colour.addEventListener('change', () => void tryInForm(() => actions.changeClass(id, { color: colour.value }), said));
    const field = h('input', {
      type: 'text',
      class: 'field',
      value: known,
      maxlength: 200,
      'aria-label': `Name of ${known}`,
      'data-key': `name-${id}`,
      autocomplete: 'off',
      spellcheck: 'false',
    });
    field.addEventListener('change', async () => {
      if (!(await tryInForm(() => actions.changeClass(id, { name: field.value }), said))) field.value = known;
    });
    field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') field.blur(); // and so it is changed
    });
    const remove = h('button', { type: 'button', class: 'tool', 'aria-label': `Delete the class ${known}`, 'data-key': `remove-${id}` }, icon('trash-2'));
    remove.addEventListener('click', async () => {
      if (!(await tryInForm(() => actions.removeClass(id), said))) return;
      told.textContent = elsewhere ? `“${known}” is gone from ${count(elsewhere, 'object')} in other pictures, too. Undo brings it back.` : '';
      name.focus();
    });
    const digit = h('select', { class: 'field', 'aria-label': `Key of ${known}`, 'data-key': `key-${id}`, 'data-tip': 'Its key, with Alt' });
    if (key === null) digit.append(h('option', { value: '' }, '–'));
    digit.append(...KEYS.map((one) => h('option', { value: one, selected: one === key }, String(one))));
    digit.addEventListener('change', () => void tryInForm(() => actions.changeClass(id, { key: KEYS[Number(digit.value) - 1] }), said));
    for (const part of [colour, field, digit, remove]) part.addEventListener('refocus', () => part.focus());
    const made = h('li', { class: 'class-row', 'data-class': id }, colour, field, h('span', { class: 'quiet' }, usesLine(uses, elsewhere)), digit, remove);
    return made;
  }

  // a message in the bar would lie under the dialog
  dialog.addEventListener('close', () => messages.unsay('import'));
}

/**
 * @param {number} here  objects of the open picture
 * @param {number} elsewhere  of the others
 */
function usesLine(here, elsewhere) {
  if (!elsewhere) return here ? count(here, 'object') : '';
  return here ? `${count(here, 'object')}, ${elsewhere} elsewhere` : `${count(elsewhere, 'object')} elsewhere`;
}
