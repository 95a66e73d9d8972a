/**
 * Classes: which one the next object gets, which one the selected object has, and the dialog that keeps them.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { createTryInForm } from '../../dialogs/form-errors.js';
import { byId, h, icon } from '../../dom.js';
import { count } from '../../formatting.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {TryInForm} from '../../dialogs/form-errors.js' */
/** @import {Messages} from '../../bars/messages.js' */
/** @import {Store} from '../../state/store.js' */
/** @import {Category} from '../../../protocol.js' */

/** @param {{ store: Store, actions: Actions, messages: Messages }} parts */
export function mountClasses({ store, actions, messages }) {
  const tryInForm = createTryInForm(messages);
  const next = byId('next-class', HTMLSelectElement);
  next.addEventListener('change', () => quietly(actions.useClass(numberOf(next.value))));
  const own = byId('object-class', HTMLSelectElement);
  own.addEventListener('change', () => {
    const { active } = store.state.view;
    if (active !== null) quietly(actions.changeObject(active, { category: numberOf(own.value) }));
  });

  store.subscribe(({ view }, before) => {
    const { categories, list } = view.objects;
    if (view.objects.categories !== before.view.objects.categories || !next.options.length) {
      for (const select of [next, own]) select.replaceChildren(...options(categories));
    }
    next.value = String(view.category ?? '');
    const active = list.find(({ id }) => id === view.active);
    own.value = String(active?.category ?? '');
    own.disabled = !active || active.locked;
  });

  mountNewClass(actions, tryInForm);
  mountDialog({ store, actions, messages }, tryInForm);

  return {
    /** Let the person choose: for the object that is selected, unless a new one is about to be made. */
    choose() {
      const { active, chosen } = store.state.view;
      const select = active !== null && chosen === null ? own : next;
      select.focus();
      try {
        select.showPicker?.();
      } catch {
        // not every browser lets a key open it; the arrow keys choose all the same
      }
    },
  };
}

/** @param {string} value */
const numberOf = (value) => (value === '' ? null : Number(value));

/** @param {readonly Category[]} categories */
function options(categories) {
  const all = categories.map(({ id, name }) => h('option', { value: id }, name));
  return [h('option', { value: '' }, 'No class'), ...all];
}

/**
 * The field beside the choice of a class, for one that does not exist yet.
 *
 * @param {Actions} actions
 * @param {TryInForm} tryInForm
 */
function mountNewClass(actions, tryInForm) {
  const open = byId('new-class', HTMLButtonElement);
  const form = byId('new-class-form', HTMLFormElement);
  const name = byId('new-class-name', HTMLInputElement);
  const said = byId('new-class-said', HTMLElement);
  const show = (/** @type {boolean} */ on) => {
    form.hidden = !on;
    said.textContent = '';
    open.setAttribute('aria-expanded', String(on));
    if (on) name.focus();
    else open.focus();
  };
  open.addEventListener('click', () => show(form.hasAttribute('hidden')));
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    show(false);
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!(await tryInForm(() => actions.addClass(name.value), said))) return name.select();
    name.value = '';
    show(false);
  });
}

/**
 * @param {{ store: Store, actions: Actions, messages: Messages }} parts
 * @param {TryInForm} tryInForm
 */
function mountDialog({ store, actions, messages }, tryInForm) {
  const dialog = byId('classes', HTMLDialogElement);
  const list = byId('class-list', HTMLElement);
  const form = byId('class-form', HTMLFormElement);
  const name = byId('class-name', HTMLInputElement);
  const said = byId('class-said', HTMLElement);
  const file = byId('class-file', HTMLInputElement);
  const save = byId('classes-save', HTMLButtonElement);
  /** What is listed. @type {unknown} */
  let listed = null;

  for (const button of document.querySelectorAll('[data-open="classes"]')) {
    button.addEventListener('click', () => {
      said.textContent = '';
      dialog.showModal();
      write();
      name.focus();
    });
  }
  byId('classes-close', HTMLButtonElement).addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());

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
  function row({ id, name: known, color }, uses) {
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
      if (await tryInForm(() => actions.removeClass(id), said)) name.focus();
    });
    for (const part of [colour, field, remove]) part.addEventListener('refocus', () => part.focus());
    const made = h('li', { class: 'class-row', 'data-class': id }, colour, field, h('span', { class: 'quiet' }, uses ? count(uses, 'object') : ''), remove);
    return made;
  }

  // a message in the bar would lie under the dialog
  dialog.addEventListener('close', () => messages.unsay('import'));
}
