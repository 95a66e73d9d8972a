/**
 * The finds one by one, the best first, for keys and for a screen reader: Enter takes one, Delete rejects it, the arrows go on.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId, h, icon } from '../../dom.js';
import { areaOf } from '../../formatting.js';
import { findColour } from '../../stage/drawing/scene.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Store} from '../../state/store.js' */
/** @import {Find} from '../../../protocol.js' */

/** @typedef {{ row: HTMLLIElement, pick: HTMLButtonElement, reject: HTMLButtonElement }} Row */

/** @param {{ store: Store, actions: Actions, showFind: (find: Find | null) => void }} parts  `showFind` points one out on the stage */
export function mountFindList({ store, actions, showFind }) {
  const list = byId('find-list', HTMLElement);
  /** @type {Map<number, Row>} */
  const rows = new Map();
  /** @type {readonly Find[]} */
  let drawn = [];

  store.subscribe(({ search, view }) => {
    const finds = search.running ? [] : view.finds.list; // while they still come, no row would stay under the hand
    if (finds !== drawn && (finds.length || drawn.length)) write(finds);
  });

  list.addEventListener('keydown', (event) => {
    const at = numberOf(event.target);
    if (at === null) return;
    const place = drawn.findIndex(({ number }) => number === at);
    const to = { ArrowDown: place + 1, ArrowRight: place + 1, ArrowUp: place - 1, ArrowLeft: place - 1, Home: 0, End: drawn.length - 1 }[event.key];
    if (to !== undefined) focus(drawn[to]);
    else if (event.key === 'Delete' || event.key === 'Backspace') quietly(actions.rejectFound([at]));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const point = (/** @type {Event} */ { target }) => showFind(findOf(target));
  list.addEventListener('focusin', point);
  list.addEventListener('focusout', () => showFind(null));
  list.addEventListener('pointerover', point);
  list.addEventListener('pointerleave', () => showFind(null));

  /** @param {EventTarget | null} target */
  function numberOf(target) {
    const row = target instanceof Element ? target.closest('.find') : null;
    return row instanceof HTMLElement ? Number(row.dataset.find) : null;
  }

  /** @param {EventTarget | null} target */
  const findOf = (target) => drawn.find(({ number }) => number === numberOf(target)) ?? null;

  /** @param {Find | undefined} find */
  function focus(find) {
    const pick = find && rows.get(find.number)?.pick;
    if (!pick) return;
    for (const row of rows.values()) row.pick.tabIndex = row.pick === pick ? 0 : -1;
    pick.focus();
  }

  /** @param {readonly Find[]} finds */
  function write(finds) {
    const had = list.contains(document.activeElement);
    const place = drawn.findIndex(({ number }) => number === numberOf(document.activeElement));
    drawn = finds;
    const present = new Set(finds.map(({ number }) => number));
    for (const [number, { row }] of rows) {
      if (present.has(number)) continue;
      row.remove();
      rows.delete(number);
    }
    finds.forEach((find, i) => {
      const row = rows.get(find.number) ?? addRow(find);
      const name = `Find ${i + 1} of ${finds.length}`;
      row.pick.setAttribute('aria-label', `${name}, ${wordsOf(find)}`);
      row.reject.setAttribute('aria-label', `Reject find ${i + 1}`);
      // only what is out of its place is moved: a row that moves loses the focus
      if (list.children[i] !== row.row) list.insertBefore(row.row, list.children[i] ?? null);
    });
    if (had && !list.contains(document.activeElement)) {
      // the next one, so that one goes through them with one key
      if (finds.length) focus(finds[Math.min(Math.max(place, 0), finds.length - 1)]);
      else byId('search-start', HTMLElement).focus();
    }
    if (![...rows.values()].some(({ pick }) => pick.tabIndex === 0)) {
      const first = finds[0] && rows.get(finds[0].number);
      if (first) first.pick.tabIndex = 0; // one stop for Tab; the arrows go on from there
    }
  }

  /** @param {Find} find */
  function addRow(find) {
    const { number } = find;
    const dot = h('span', { class: 'find-dot' });
    dot.style.background = findColour(number);
    const pick = h('button', { type: 'button', class: 'find-pick', tabindex: -1 }, dot, wordsOf(find));
    const reject = h('button', { type: 'button', class: 'tool slim', tabindex: -1 }, icon('x'));
    pick.addEventListener('click', () => quietly(actions.takeFound([number])));
    reject.addEventListener('click', () => quietly(actions.rejectFound([number])));
    const row = h('li', { class: 'find', 'data-find': number }, pick, reject);
    row.addEventListener('contextmenu', (event) => {
      event.preventDefault(); // as on the stage
      quietly(actions.rejectFound([number]));
    });
    const made = { row, pick, reject };
    rows.set(number, made);
    return made;
  }
}

/** @param {Find} find */
const wordsOf = ({ area, iouPrediction }) => `${areaOf(area)}, IoU ${iouPrediction.toFixed(2)}`;
