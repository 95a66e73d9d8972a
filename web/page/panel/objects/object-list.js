/**
 * The list of objects, the top one first: select, show and hide, lock, rename, reorder, and a menu with the rest.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId, h } from '../../dom.js';
import { colourOf } from '../../stage/drawing/scene.js';
import { renameInPlace } from '../../input/rename-in-place.js';
import { recall, remember } from '../../state/preferences.js';
import { selectedIds, shownOf } from '../../state/store.js';
import { count, objectName } from '../../formatting.js';
import { SORTINGS, arranged, isSorting } from './arranging.js';
import { createObjectMenu } from './object-menu.js';
import { mountDragReorder } from './drag-reorder.js';
import { mountListSelection } from './list-selection.js';
import { mountPointing } from './pointing.js';
import { createRow, fillRow } from './object-row.js';
import { createThumbnails } from './object-thumbnails.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Store} from '../../state/store.js' */
/** @import {ObjectInfo} from '../../../protocol.js' */
/** @import {Sorting} from './arranging.js' */
/** @import {Row} from './object-row.js' */

/** So few are seen at a glance: nothing to look for, nothing to sort. */
const FEW = 4;

/** @param {{ store: Store, actions: Actions, chooseClass: () => void }} parts */
export function mountObjectList({ store, actions, chooseClass }) {
  const list = byId('object-list', HTMLElement);
  const total = byId('objects-count', HTMLElement);
  const empty = byId('objects-empty', HTMLElement);
  const finding = byId('objects-finding', HTMLElement);
  const filter = byId('objects-filter', HTMLInputElement);
  const sort = byId('objects-sort', HTMLSelectElement);
  const none = byId('objects-none', HTMLElement);
  sort.append(...Object.entries(SORTINGS).map(([value, label]) => h('option', { value }, label)));
  const remembered = recall('tabsam.sort');
  sort.value = isSorting(remembered) ? remembered : 'order';
  /** @type {Map<number, Row>} */
  const rows = new Map();
  /** The ids in the list, from its top. @type {number[]} */
  let listed = [];
  /** @type {unknown} */
  let drawn = null;
  /** @type {readonly number[]} */
  let marked = [];

  const objects = () => shownOf(store.state).view.objects.list;
  const known = (/** @type {number} */ id) => objects().find((one) => one.id === id);
  const sorting = () => /** @type {Sorting} */ (sort.value);
  const isStack = () => sorting() === 'order' && !filter.value.trim();
  const menu = createObjectMenu({ actions, rename, move, chooseClass });
  const thumbnails = createThumbnails();
  mountDragReorder({ list, move: moveTo, canMove: isStack });
  mountListSelection({ list, store, actions, listed: () => listed, focus: (id) => rows.get(id)?.pick.focus(), move });
  mountPointing({ list, store, rowOf: (id) => rows.get(id)?.row });

  store.subscribe((state) => {
    const { view } = shownOf(state);
    if (view.objects !== drawn) write();
    if (view.selected !== marked) mark(view.selected);
  });
  filter.addEventListener('input', write);
  filter.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !filter.value) return;
    event.stopPropagation();
    filter.value = '';
    write();
  });
  // an object is asked about on the stage, too
  document.addEventListener('tabsam:object-menu', (event) => {
    if (event instanceof CustomEvent) open(event.detail.id, event.detail.at);
  });
  sort.addEventListener('change', () => {
    remember('tabsam.sort', sorting() === 'order' ? null : sorting());
    write();
  });

  function write() {
    const { picture, view } = shownOf(store.state);
    const { list: all, categories } = view.objects;
    drawn = view.objects;
    total.textContent = all.length ? String(all.length) : '';
    empty.hidden = all.length > 0;
    finding.hidden = all.length <= FEW && !filter.value;
    const groups = arranged(all, categories, { text: filter.value, sorting: sorting() });
    listed = groups.flatMap((group) => group.objects.map(({ id }) => id));
    const found = all.length > 0 && !listed.length ? `No object has “${filter.value.trim()}” in its name or class.` : '';
    if (none.textContent !== found) none.textContent = found;
    const focused = document.activeElement;
    const at = [...list.querySelectorAll('.object')].findIndex((row) => row.contains(focused));
    const present = new Set(listed);
    for (const [id, { row, thumb }] of rows) {
      if (present.has(id)) continue;
      thumbnails.forget(thumb);
      row.remove();
      rows.delete(id);
    }
    for (const heading of list.querySelectorAll('.object-group')) heading.remove();
    const order = groups.flatMap(({ title, objects: inside }) => {
      const made = inside.map((object) => {
        const row = rows.get(object.id) ?? addRow(object.id);
        const colour = colourOf(view.objects, object);
        fillRow(row, object, categories, colour);
        thumbnails.show(row.thumb, { object, colour, picture });
        return row.row;
      });
      return title ? [headingOf(title, inside.length), ...made] : made;
    });
    // only what is out of its place is moved: a row that moves loses the focus
    order.forEach((row, i) => {
      if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null);
    });
    if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
    else if (at >= 0) list.querySelectorAll('.object-pick')[Math.min(at, listed.length - 1)]?.dispatchEvent(new Event('refocus'));
    mark(view.selected);
  }

  /** @param {string} title @param {number} n */
  const headingOf = (title, n) => h('div', { role: 'row', class: 'object-group' }, h('div', { role: 'gridcell' }, title, ' ', h('span', { class: 'quiet' }, count(n, 'object'))));

  /** @param {number} id */
  function addRow(id) {
    const made = createRow(id);
    const { row, pick, eye, lock, more } = made;
    pick.addEventListener('dblclick', () => rename(id));
    pick.addEventListener('refocus', () => pick.focus());
    pick.addEventListener('keydown', (event) => {
      if (event.key !== 'F2') return;
      event.preventDefault();
      rename(id);
    });
    eye.addEventListener('click', () => change(id, ({ visible }) => ({ visible: !visible })));
    lock.addEventListener('click', () => change(id, ({ locked }) => ({ locked: !locked })));
    more.addEventListener('click', () => open(id, more.getBoundingClientRect()));
    row.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      open(id, more.getBoundingClientRect());
    });
    rows.set(id, made);
    return made;
  }

  /** @param {number} id @param {(object: ObjectInfo) => { visible?: boolean, locked?: boolean }} changes */
  function change(id, changes) {
    const object = known(id);
    if (object) quietly(actions.changeObject(id, changes(object)));
  }

  /** @param {number} id @param {DOMRect} anchor  in the window */
  function open(id, anchor) {
    const object = known(id);
    if (!object) return;
    const all = objects();
    const place = all.indexOf(object);
    const isSelected = selectedIds(store.state).includes(id);
    menu.open(object, { anchor, isTop: place === all.length - 1, isBottom: place === 0, isSelected });
  }

  /** @param {readonly number[]} ids */
  function mark(ids) {
    const isNew = ids !== marked;
    marked = ids;
    const selected = new Set(ids);
    const stop = ids.find((id) => rows.has(id)) ?? listed[0];
    for (const [id, { row, pick }] of rows) {
      row.toggleAttribute('data-active', selected.has(id));
      row.setAttribute('aria-selected', String(selected.has(id)));
      pick.tabIndex = id === stop ? 0 : -1; // one stop for Tab; the arrow keys go on from there
    }
    const [first] = ids;
    // where the whole panel scrolls, what it shows is not scrolled away under the hand
    const isOwn = list.scrollHeight > list.clientHeight;
    if (isNew && first !== undefined && ids.length === 1 && (isOwn || list.contains(document.activeElement))) rows.get(first)?.row.scrollIntoView({ block: 'nearest' });
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
    renameInPlace(row.pick, {
      value: object.name,
      placeholder: objectName(object, shownOf(store.state).view.objects.categories),
      label: 'Name of the object',
      keep(name) {
        // with another picture on its way, the object is not the one that has its number there
        if (known(id)) quietly(actions.changeObject(id, { name }));
      },
    });
  }
}
