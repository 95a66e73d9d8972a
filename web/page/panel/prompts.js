/**
 * The prompts that made the mask, each with a button that takes it away.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { byId, h, icon } from '../dom.js';
import { shownOf } from '../store.js';
import { labelName, place } from '../words.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {ShownPoint} from '../edits.js' */
/** @import {Shown, Store} from '../store.js' */
/** @import {Box} from '../../protocol.js' */

/** @param {{ store: Store, actions: Actions, highlight: (id: number | null) => void }} parts */
export function mountPrompts({ store, actions, highlight }) {
  const panel = byId('panel', HTMLElement);
  const list = byId('prompt-list', HTMLElement);
  let listed = '';

  store.subscribe((state) => {
    // A prompt that has just been made is on the stage; its row comes with the answer, whose decoder wants the processor now.
    if (state.opening || !state.edits.length) write(shownOf(state));
  });

  /** @param {Shown} shown */
  function write({ prompts: { points, box }, view }) {
    const painted = view.mask !== null && view.mask.vertices.length > 0;
    const now = JSON.stringify([points, box, painted]);
    if (now === listed) return;
    listed = now;
    const buttons = () => [...list.querySelectorAll('button')];
    const focused = buttons().findIndex((button) => button === document.activeElement);
    const rows = [...(box ? [boxRow(box)] : []), ...(painted ? [maskRow()] : []), ...points.map(pointRow)];
    list.replaceChildren(...rows);
    panel.dataset.prompts = String(rows.length);
    // whoever removes one prompt after another stays in the list
    if (focused >= 0) buttons().at(Math.min(focused, rows.length - 1))?.focus();
  }

  /** @param {ShownPoint} point */
  function pointRow(point) {
    const name = labelName(point.label);
    const title = `Remove ${name.toLowerCase()} point at ${place(point)}`;
    const remove = h('button', { type: 'button', class: 'tool', 'aria-label': title, 'data-remove-point': point.id }, icon('x'));
    remove.disabled = point.pending && !store.state.opening;
    remove.addEventListener('click', () => quietly(actions.removePoint(point.id)));
    const row = h(
      'li',
      { class: 'prompt' },
      h('span', { class: 'point-mark', 'data-label': point.label }),
      h('span', { class: 'prompt-name' }, name, ' ', h('span', { class: 'quiet' }, place(point))),
      remove,
    );
    row.addEventListener('pointerenter', () => highlight(point.id));
    row.addEventListener('pointerleave', () => highlight(null));
    row.addEventListener('focusin', () => highlight(point.id));
    row.addEventListener('focusout', () => highlight(null));
    return row;
  }

  /** @param {Box} box */
  function boxRow([x0, y0, x1, y1]) {
    const size = `${Math.round(x1 - x0)} × ${Math.round(y1 - y0)} px`;
    const remove = h('button', { type: 'button', class: 'tool', 'aria-label': 'Remove the box', 'data-remove-box': true }, icon('x'));
    remove.addEventListener('click', () => quietly(actions.setBox(null)));
    const name = h('span', { class: 'prompt-name' }, 'Box ', h('span', { class: 'quiet' }, size));
    return h('li', { class: 'prompt' }, icon('square-dashed'), name, remove);
  }

  /** What was painted goes with undo, or with all prompts: there is no other way to take it back. */
  function maskRow() {
    return h('li', { class: 'prompt' }, icon('brush'), h('span', { class: 'prompt-name' }, 'Painted mask'));
  }
}
