/**
 * A row of the list of objects: a thumbnail, a name, what is known of it, and its switches.
 *
 * @module
 */

import { h, icon } from '../../dom.js';
import { areaOf, objectName } from '../../formatting.js';

/** @import {Category, ObjectInfo} from '../../../protocol.js' */

/** @typedef {{ row: HTMLElement, pick: HTMLButtonElement, thumb: HTMLCanvasElement, dot: HTMLElement, name: HTMLElement, facts: HTMLElement,
 *   eye: HTMLButtonElement, lock: HTMLButtonElement, more: HTMLButtonElement, filled: string }} Row
 *   `filled` says what it shows, so that a row whose object has not changed is left alone */

/** @param {number} id @returns {Row} */
export function createRow(id) {
  const thumb = h('canvas', { class: 'object-thumb', 'aria-hidden': 'true' });
  const dot = h('span', { class: 'object-dot' });
  const name = h('span', { class: 'object-name' });
  const facts = h('span', { class: 'quiet object-facts' });
  const words = h('span', { class: 'object-words' }, name, ' ', facts);
  const pick = h('button', { type: 'button', class: 'object-pick' }, h('span', { class: 'object-mark' }, thumb, dot), words);
  const eye = h('button', { type: 'button', class: 'tool slim', 'data-role': 'eye' });
  const lock = h('button', { type: 'button', class: 'tool slim', 'data-role': 'lock' });
  const more = h('button', { type: 'button', class: 'tool slim', 'data-role': 'more', 'aria-haspopup': 'menu' }, icon('ellipsis-vertical'));
  const cell = h('div', { role: 'gridcell', class: 'object-cell' }, pick);
  const row = h('div', { role: 'row', class: 'object', 'data-object': id }, cell, h('div', { role: 'gridcell', class: 'object-tools' }, eye, lock, more));
  return { row, pick, thumb, dot, name, facts, eye, lock, more, filled: '' };
}

/** @param {Row} row @param {ObjectInfo} object @param {readonly Category[]} categories @param {string} colour */
export function fillRow(row, object, categories, colour) {
  const called = objectName(object, categories);
  const score = object.score === null ? '' : `, ${object.score.toFixed(2)}`;
  // with a name of its own, its class is still worth knowing
  const kind = object.name ? categories.find(({ id }) => id === object.category)?.name : undefined;
  const known = `${kind ? `${kind}, ` : ''}${areaOf(object.area)}${score}`;
  const filled = [called, known, colour, object.visible, object.locked].join('|');
  if (filled === row.filled) return;
  row.filled = filled;
  const { pick, eye, lock, more } = row;
  row.name.textContent = called;
  row.facts.textContent = known;
  row.dot.style.background = colour;
  row.row.toggleAttribute('data-hidden', !object.visible);
  row.row.toggleAttribute('data-locked', object.locked);
  pick.setAttribute('aria-label', `${called}, ${known}${object.visible ? '' : ', hidden'}${object.locked ? ', locked' : ''}`);
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
