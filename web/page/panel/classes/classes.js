/**
 * Which class the next object gets, and which one the selected object has.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { createTryInForm } from '../../dialogs/form-errors.js';
import { byId, h } from '../../dom.js';
import { hasMask } from '../../state/store.js';
import { mountClassesDialog } from './classes-dialog.js';

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
  mountClassesDialog({ store, actions, messages }, tryInForm);

  return {
    /** Let the person choose: for the object that is selected, unless a new one is about to be made. */
    choose() {
      const select = store.state.view.active !== null && !hasMask(store.state) ? own : next;
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
