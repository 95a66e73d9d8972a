/**
 * Type to find or create a class: for the selected objects, or for the next one. Enter takes, Esc leaves, and the picture has the keys again.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId, h, icon } from '../../dom.js';
import { keyName } from '../../input/commands.js';
import { count, objectName } from '../../formatting.js';
import { activeOf, selectedOf } from '../../state/store.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Store} from '../../state/store.js' */
/** @import {Category} from '../../../protocol.js' */

/** @typedef {{ kind: 'class', category: Category } | { kind: 'none' } | { kind: 'new', name: string }} Choice */

/** @param {{ store: Store, actions: Actions, toPicture: () => void }} parts */
export function mountClassPicker({ store, actions, toPicture }) {
  const picker = byId('class-picker', HTMLElement);
  const title = byId('class-picker-title', HTMLElement);
  const field = byId('class-search', HTMLInputElement);
  const list = byId('class-options', HTMLElement);
  const said = byId('class-picker-said', HTMLElement);
  /** @type {Choice[]} */
  let choices = [];
  let at = 0;
  /** Whether it is for the selected objects. */
  let own = false;

  const categories = () => store.state.view.objects.categories;

  /** The class that is there now, to begin with. */
  const current = () => (own ? activeOf(store.state)?.category : store.state.view.category) ?? null;

  function find() {
    const name = field.value.trim().replace(/\s+/g, ' ');
    const words = name.toLowerCase().split(' ').filter(Boolean);
    const found = categories().filter(({ name: known }) => words.every((word) => known.toLowerCase().includes(word)));
    // what begins with it comes first, and what is it before that
    const rank = (/** @type {Category} */ { name: known }) => (known === name ? 0 : known.toLowerCase().startsWith(name.toLowerCase()) ? 1 : 2);
    if (name) found.sort((a, b) => rank(a) - rank(b));
    choices = found.map((category) => ({ kind: 'class', category }));
    if (!name) choices.push({ kind: 'none' });
    else if (!found.some(({ name: known }) => known === name)) choices.push({ kind: 'new', name });
    const known = choices.findIndex((choice) => (choice.kind === 'class' ? choice.category.id : null) === current());
    at = name ? 0 : Math.max(known, 0);
    list.replaceChildren(...choices.map(option));
    point(at);
    said.textContent = found.length ? count(found.length, 'class') : name ? `No such class: Enter makes “${name}”.` : '';
  }

  /** @param {Choice} choice @param {number} place */
  function option(choice, place) {
    const dot = h('span', { class: 'object-dot' });
    if (choice.kind === 'class') dot.style.background = choice.category.color;
    const text = choice.kind === 'class' ? choice.category.name : choice.kind === 'none' ? 'No class' : `Create “${choice.name}”`;
    const key = choice.kind === 'class' ? choice.category.key : null;
    const keyMark = key === null ? [] : [h('kbd', {}, keyName(`Alt+${key}`))];
    const item = h('li', { role: 'option', class: 'class-option', id: `class-option-${place}` }, choice.kind === 'class' ? dot : icon(choice.kind === 'new' ? 'plus' : 'x'), h('span', {}, text), ...keyMark);
    item.addEventListener('click', () => take(choice));
    return item;
  }

  /** @param {number} place */
  function point(place) {
    at = place;
    [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === at)));
    field.setAttribute('aria-activedescendant', `class-option-${at}`);
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  }

  /** @param {Choice | undefined} choice */
  function take(choice) {
    if (!choice) return;
    picker.hidePopover();
    if (choice.kind === 'new') quietly(actions.giveNewClass(choice.name, own));
    else quietly(actions.giveClass(choice.kind === 'class' ? choice.category.id : null, own));
  }

  field.addEventListener('input', find);
  field.addEventListener('keydown', (event) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + choices.length }[event.key];
    const digit = event.altKey && /^Digit[1-9]$/.test(event.code) ? Number(event.code.slice(-1)) : null;
    const keyed = categories().find(({ key }) => key === digit);
    if (to !== undefined) point(to % choices.length);
    else if (keyed) take({ kind: 'class', category: keyed });
    else if (event.key === 'Enter' && !event.isComposing) take(choices[at]);
    else if (event.key === 'Tab') picker.hidePopover();
    else return;
    event.preventDefault();
  });
  // a press on an option leaves the focus, and a phone's keyboard, where they are
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  let hadFocus = false;
  picker.addEventListener('beforetoggle', () => (hadFocus = picker.contains(document.activeElement)));
  picker.addEventListener('toggle', (event) => {
    // who walks the list of objects goes on there
    if (event.newState === 'closed' && hadFocus && !document.activeElement?.closest('#object-list')) toPicture();
  });

  return {
    /** @param {boolean} forSelected  even while a mask is shown */
    open(forSelected) {
      own = forSelected || actions.isForSelected();
      const selected = own ? selectedOf(store.state) : [];
      const [only] = selected;
      const whose = selected.length > 1 ? `the ${count(selected.length, 'selected object')}` : only ? objectName(only, categories()) : 'the next object';
      title.textContent = `Class of ${whose}`;
      field.value = '';
      picker.showPopover();
      find();
      field.focus();
    },
  };
}
