/**
 * Which class the next object gets, and which one the selected object has.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { createTryInForm } from '../../dialogs/form-errors.js';
import { byId, h } from '../../dom.js';
import { mountClassPicker } from './class-picker.js';
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
  own.addEventListener('change', () => quietly(actions.giveClass(numberOf(own.value), true)));

  const several = h('option', { value: 'several', disabled: true, hidden: true }, 'Several classes');

  store.subscribe(({ view }, before) => {
    const { categories, list } = view.objects;
    if (view.objects.categories !== before.view.objects.categories || !next.options.length) {
      for (const select of [next, own]) select.replaceChildren(...options(categories));
      own.prepend(several);
    }
    next.value = String(view.category ?? '');
    const selected = list.filter(({ id }) => view.selected.includes(id));
    const [first] = selected;
    const differ = selected.some(({ category }) => category !== first?.category);
    own.value = differ ? 'several' : String(first?.category ?? '');
    several.hidden = !differ;
    own.disabled = selected.every(({ locked }) => locked);
  });

  const stage = byId('stage', HTMLElement);
  const picker = mountClassPicker({ store, actions, toPicture: () => stage.focus({ preventScroll: true }) });
  mountNewClass(actions, tryInForm);
  mountClassesDialog({ store, actions, messages }, tryInForm);

  return {
    /** Let the person choose: for the objects that are selected, unless a new one is about to be made. @param {boolean} [forSelected] */
    choose: (forSelected = false) => picker.open(forSelected),
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
