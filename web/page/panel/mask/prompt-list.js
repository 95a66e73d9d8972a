/**
 * The prompts that made the mask, each with a button that takes it away.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId, h, icon } from '../../dom.js';
import { shownOf } from '../../state/store.js';
import { exactPlace, labelName, place } from '../../formatting.js';
import { onPanel } from '../../input/panels.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {ShownPoint} from '../../state/pending-edits.js' */
/** @import {Shown, Store} from '../../state/store.js' */
/** @import {Box} from '../../../protocol.js' */

/** @param {{ store: Store, actions: Actions, highlight: (id: number | null) => void }} parts */
export function mountPromptList({ store, actions, highlight }) {
  mountMaskFile(actions);
  const stage = byId('stage', HTMLElement);
  const list = byId('prompt-list', HTMLElement);
  let listed = '';

  store.subscribe((state) => {
    // A prompt that has just been made is on the stage; its row comes with the answer, whose decoder wants the processor now.
    if (state.opening || !state.edits.length) write(shownOf(state));
  });

  /** @param {Shown} shown */
  function write({ prompts: { points, box, mask } }) {
    const now = JSON.stringify([points, box, mask !== null]);
    if (now === listed) return;
    listed = now;
    const buttons = () => [...list.querySelectorAll('button')];
    const focused = buttons().findIndex((button) => button === document.activeElement);
    list.replaceChildren(...(box ? [boxRow(box)] : []), ...(mask ? [maskRow()] : []), ...points.map(pointRow));
    if (focused < 0) return;
    // whoever removes one prompt after another stays in the list, for as long as there is one
    const left = buttons();
    (left[Math.min(focused, left.length - 1)] ?? stage).focus({ preventScroll: true });
  }

  /**
   * @param {string} label
   * @param {Record<string, string | number | boolean>} attributes
   * @param {() => Promise<void>} remove
   */
  function removeButton(label, attributes, remove) {
    const button = h('button', { type: 'button', class: 'tool', 'aria-label': label, ...attributes }, icon('x'));
    button.addEventListener('click', () => quietly(remove()));
    return button;
  }

  /** @param {ShownPoint} point */
  function pointRow(point) {
    const name = labelName(point.label);
    const title = `Remove ${name.toLowerCase()} point at ${place(point)}`;
    const remove = removeButton(title, { 'data-remove-point': point.id }, () => actions.removePoint(point.id));
    remove.disabled = point.pending && !store.state.opening;
    const row = h(
      'li',
      { class: 'prompt' },
      h('span', { class: 'point-mark', 'data-label': point.label }),
      h('span', { class: 'prompt-name' }, name, ' ', h('span', { class: 'quiet', title: exactPlace(point) }, place(point))),
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
    const remove = removeButton('Remove the box', { 'data-remove-box': true }, () => actions.setBox(null));
    const name = h('span', { class: 'prompt-name' }, 'Box ', h('span', { class: 'quiet' }, size));
    return h('li', { class: 'prompt' }, icon('square-dashed'), name, remove);
  }

  function maskRow() {
    const remove = removeButton('Remove the mask', { 'data-remove-mask': true }, actions.removeMask);
    const name = h('span', { class: 'prompt-name' }, 'Mask ', h('span', { class: 'quiet' }, 'painted or loaded'));
    return h('li', { class: 'prompt' }, icon('brush'), name, remove);
  }
}

/**
 * A mask picture becomes a prompt: chosen as a file, or dropped where the prompts are. Dropped elsewhere, a picture is opened.
 *
 * @param {Actions} actions
 */
function mountMaskFile(actions) {
  const input = byId('mask-file', HTMLInputElement);
  const section = byId('panel-prompts', HTMLElement);

  /** @param {FileList | undefined | null} files */
  function load(files) {
    const [file] = files ?? [];
    if (file) quietly(actions.loadMask(file));
    return file !== undefined;
  }

  onPanel('load-mask', () => input.click());
  input.addEventListener('change', () => {
    load(input.files);
    input.value = ''; // the same file may be chosen again
  });
  section.addEventListener('drop', (event) => {
    if (!load(event.dataTransfer?.files)) return;
    event.preventDefault();
    event.stopPropagation();
  });
}
