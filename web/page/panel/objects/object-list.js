/**
 * The list of objects, the top one first: select, show and hide, lock, rename, reorder, and a menu with the rest.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId, h, icon } from '../../dom.js';
import { colourOf } from '../../stage/drawing/scene.js';
import { shownOf } from '../../state/store.js';
import { areaOf, objectName } from '../../formatting.js';
import { createObjectMenu } from './object-menu.js';
import { idOf, mountDragReorder } from './drag-reorder.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Store} from '../../state/store.js' */
/** @import {Category, ObjectInfo} from '../../../protocol.js' */

/** @typedef {{ row: HTMLLIElement, pick: HTMLButtonElement, dot: HTMLElement, name: HTMLElement, facts: HTMLElement,
 *   eye: HTMLButtonElement, lock: HTMLButtonElement, more: HTMLButtonElement }} Row */

/** @param {{ store: Store, actions: Actions, chooseClass: () => void }} parts */
export function mountObjectList({ store, actions, chooseClass }) {
  const list = byId('object-list', HTMLElement);
  const total = byId('objects-count', HTMLElement);
  const empty = byId('objects-empty', HTMLElement);
  /** @type {Map<number, Row>} */
  const rows = new Map();
  /** @type {unknown} */
  let drawn = null;
  /** @type {number | null} */
  let active = null;

  const objects = () => shownOf(store.state).view.objects.list;
  const known = (/** @type {number} */ id) => objects().find((one) => one.id === id);
  const menu = createObjectMenu({ actions, rename, move, chooseClass });
  mountDragReorder({ list, move: moveTo });

  store.subscribe((state) => {
    const { view } = shownOf(state);
    if (view.objects !== drawn) {
      drawn = view.objects;
      write(view.objects.list, view.objects.categories);
    }
    if (view.active !== active) mark(view.active);
  });

  list.addEventListener('keydown', (event) => {
    if (!(event.target instanceof HTMLElement) || event.target.closest('input')) return;
    const id = idOf(event.target);
    const step = { ArrowDown: -1, ArrowUp: 1 }[event.key]; // down the list is down the stack
    if (id === null || step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.altKey) return move(id, step);
    const all = objects();
    const next = all[all.findIndex((one) => one.id === id) + step];
    if (!next) return;
    rows.get(next.id)?.pick.focus();
    quietly(actions.select(next.id));
  });

  /** @param {readonly ObjectInfo[]} all @param {readonly Category[]} categories */
  function write(all, categories) {
    total.textContent = all.length ? String(all.length) : '';
    empty.hidden = all.length > 0;
    const focused = document.activeElement;
    const at = [...list.children].findIndex((row) => row.contains(focused));
    const present = new Set(all.map(({ id }) => id));
    for (const [id, { row }] of rows) {
      if (present.has(id)) continue;
      row.remove();
      rows.delete(id);
    }
    const order = all.toReversed().map((object) => {
      const row = rows.get(object.id) ?? addRow(object.id);
      fill(row, object, categories);
      return row.row;
    });
    // only what is out of its place is moved: a row that moves loses the focus
    order.forEach((row, i) => {
      if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null);
    });
    if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
    else if (at >= 0) list.querySelectorAll('.object-pick')[Math.min(at, all.length - 1)]?.dispatchEvent(new Event('refocus'));
    mark(shownOf(store.state).view.active);
  }

  /** @param {Row} row @param {ObjectInfo} object @param {readonly Category[]} categories */
  function fill({ row, pick, dot, name, facts, eye, lock, more }, object, categories) {
    const called = objectName(object, categories);
    const score = object.score === null ? '' : `, ${object.score.toFixed(2)}`;
    if (name.textContent !== called) name.textContent = called;
    // with a name of its own, its class is still worth knowing
    const kind = object.name ? categories.find(({ id }) => id === object.category)?.name : undefined;
    facts.textContent = `${kind ? `${kind}, ` : ''}${areaOf(object.area)}${score}`;
    dot.style.background = colourOf(shownOf(store.state).view.objects, object);
    row.toggleAttribute('data-hidden', !object.visible);
    row.toggleAttribute('data-locked', object.locked);
    pick.setAttribute('aria-label', `${called}, ${facts.textContent}${object.visible ? '' : ', hidden'}${object.locked ? ', locked' : ''}`);
    toggle(eye, object.visible ? 'eye' : 'eye-off', object.visible ? `Hide ${called}` : `Show ${called}`, !object.visible);
    toggle(lock, object.locked ? 'lock' : 'lock-open', object.locked ? `Unlock ${called}` : `Lock ${called}`, object.locked);
    more.setAttribute('aria-label', `More about ${called}`);
  }

  /** @param {HTMLButtonElement} button @param {string} name @param {string} label @param {boolean} pressed */
  function toggle(button, name, label, pressed) {
    if (button.dataset.icon !== name) button.replaceChildren(icon(name));
    button.dataset.icon = name;
    button.setAttribute('aria-label', label);
    button.setAttribute('aria-pressed', String(pressed));
  }

  /** @param {number} id */
  function addRow(id) {
    const dot = h('span', { class: 'object-dot' });
    const name = h('span', { class: 'object-name' });
    const facts = h('span', { class: 'quiet object-facts' });
    const pick = h('button', { type: 'button', class: 'object-pick' }, dot, h('span', { class: 'object-words' }, name, ' ', facts));
    const eye = h('button', { type: 'button', class: 'tool slim', 'data-role': 'eye' });
    const lock = h('button', { type: 'button', class: 'tool slim', 'data-role': 'lock' });
    const more = h('button', { type: 'button', class: 'tool slim', 'data-role': 'more', 'aria-haspopup': 'menu' }, icon('ellipsis-vertical'));
    pick.addEventListener('click', () => quietly(actions.select(active === id ? null : id)));
    pick.addEventListener('dblclick', () => rename(id));
    pick.addEventListener('refocus', () => pick.focus());
    pick.addEventListener('keydown', (event) => {
      if (event.key !== 'F2') return;
      event.preventDefault();
      rename(id);
    });
    eye.addEventListener('click', () => change(id, ({ visible }) => ({ visible: !visible })));
    lock.addEventListener('click', () => change(id, ({ locked }) => ({ locked: !locked })));
    more.addEventListener('click', () => open(id, more));
    const row = h('li', { class: 'object', 'data-object': id }, pick, eye, lock, more);
    row.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      open(id, more);
    });
    const made = { row, pick, dot, name, facts, eye, lock, more };
    rows.set(id, made);
    return made;
  }

  /** @param {number} id @param {(object: ObjectInfo) => { visible?: boolean, locked?: boolean }} changes */
  function change(id, changes) {
    const object = known(id);
    if (object) quietly(actions.changeObject(id, changes(object)));
  }

  /** @param {number} id @param {HTMLElement} anchor */
  function open(id, anchor) {
    const object = known(id);
    if (!object) return;
    const all = objects();
    const place = all.indexOf(object);
    menu.open(object, { anchor, isTop: place === all.length - 1, isBottom: place === 0 });
  }

  /** @param {number | null} id */
  function mark(id) {
    active = id;
    const first = list.querySelector('li');
    for (const [number, { row, pick }] of rows) {
      row.toggleAttribute('data-active', number === id);
      pick.setAttribute('aria-pressed', String(number === id));
      // one stop for Tab; the arrow keys go on from there
      pick.tabIndex = number === id || (row === first && (id === null || !rows.has(id))) ? 0 : -1;
    }
    if (id !== null) rows.get(id)?.row.scrollIntoView({ block: 'nearest' });
  }

  /** Upwards in the stack, which is upwards in the list. @param {number} id @param {number} step */
  function move(id, step) {
    moveTo(id, objects().findIndex((one) => one.id === id) + step);
  }

  /** @param {number} id @param {number} place  0 is the bottom */
  function moveTo(id, place) {
    const all = objects();
    if (place >= 0 && place < all.length && all[place]?.id !== id) quietly(actions.moveObject(id, place));
  }

  /** @param {number} id */
  function rename(id) {
    const row = rows.get(id);
    const object = known(id);
    if (!row || !object || row.row.querySelector('input')) return;
    const field = h('input', { type: 'text', class: 'field', value: object.name, maxlength: 200, 'aria-label': 'Name of the object', autocomplete: 'off' });
    field.placeholder = objectName(object, shownOf(store.state).view.objects.categories);
    let done = false;
    const end = (/** @type {boolean} */ keep) => {
      if (done) return;
      done = true;
      const name = field.value.trim();
      const had = document.activeElement === field;
      field.replaceWith(row.pick);
      if (had) row.pick.focus();
      // with another picture on its way, the object is not the one that has its number there
      if (keep && known(id) && name !== object.name) quietly(actions.changeObject(id, { name }));
    };
    field.addEventListener('blur', () => end(true));
    field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        end(event.key === 'Enter');
      }
    });
    row.pick.replaceWith(field);
    field.focus();
    field.select();
  }
}
