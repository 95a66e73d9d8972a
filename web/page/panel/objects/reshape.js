/**
 * Changes to the outline of the selected object as a whole: choose one, see what it would do, and apply it or not.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId, h } from '../../dom.js';
import { activeOf, selectedIds, shownOf } from '../../state/store.js';
import { areaOf, count, objectName } from '../../formatting.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {State, Store} from '../../state/store.js' */
/** @import {ObjectInfo, Outline, Shaping} from '../../../protocol.js' */

/**
 * @typedef {{ label: string, of: string, least: number, most: number, step: number, start: number, unit: string }} Kind
 *   `of` names the amount, and is empty where there is none to choose
 */

/** @type {Record<Shaping, Kind>} */
const KINDS = {
  smooth: { label: 'Smooth', of: 'Strength', least: 0.5, most: 20, step: 0.5, start: 2, unit: 'px' },
  open: { label: 'Cut thin parts off', of: 'Thinner than twice', least: 0.5, most: 30, step: 0.5, start: 3, unit: 'px' },
  close: { label: 'Close thin gaps', of: 'Narrower than twice', least: 0.5, most: 30, step: 0.5, start: 3, unit: 'px' },
  grow: { label: 'Grow or shrink', of: 'By', least: -30, most: 30, step: 0.5, start: 2, unit: 'px' },
  'fill-holes': { label: 'Fill holes', of: 'Smaller than', least: 10, most: 10000, step: 10, start: 1000, unit: 'px²' },
  'remove-islands': { label: 'Remove islands', of: 'Smaller than', least: 10, most: 10000, step: 10, start: 1000, unit: 'px²' },
  simplify: { label: 'Simplify', of: 'Tolerance', least: 0.1, most: 10, step: 0.1, start: 1, unit: 'px' },
  uncross: { label: 'Untangle crossing lines', of: '', least: 0, most: 0, step: 1, start: 0, unit: '' },
};

/** @param {{ store: Store, actions: Actions }} parts */
export function mountReshape({ store, actions }) {
  const section = byId('panel-edit', HTMLElement);
  const name = byId('edit-name', HTMLElement);
  const kind = byId('shaping', HTMLSelectElement);
  const row = byId('shaping-row', HTMLElement);
  const label = byId('shaping-label', HTMLElement);
  const amount = byId('shaping-amount', HTMLInputElement);
  const number = byId('shaping-value', HTMLOutputElement);
  const result = byId('shaping-result', HTMLElement);
  const buttons = byId('shaping-buttons', HTMLElement);
  const apply = byId('shaping-apply', HTMLButtonElement);
  /** The object that is being shaped. @type {number | null} */
  let id = null;
  /** As it was when it was last previewed. @type {Outline | null} */
  let shaped = null;
  let applying = false;

  kind.append(
    h('option', { value: '' }, 'Change its outline…'),
    ...Object.entries(KINDS).map(([value, { label: text }]) => h('option', { value }, text)),
  );

  const chosen = () => (kind.value === '' ? null : /** @type {Shaping} */ (kind.value));

  function preview() {
    const operation = chosen();
    const object = activeOf(store.state);
    if (operation === null || !object) return;
    shaped = object.outline;
    const { unit } = KINDS[operation];
    number.textContent = `${amount.value.replace('-', '−')} ${unit}`;
    quietly(actions.previewShape(object.id, operation, amount.valueAsNumber));
  }

  /** Show what belongs to the operation, and nothing without one. */
  function lay() {
    const operation = chosen();
    buttons.hidden = result.hidden = operation === null;
    row.hidden = operation === null || KINDS[operation].of === '';
    result.textContent = '';
    if (operation === null) return;
    const { of, least, most, step, start } = KINDS[operation];
    Object.assign(amount, { min: String(least), max: String(most), step: String(step) });
    amount.valueAsNumber = start;
    label.textContent = of;
  }

  function close() {
    kind.value = '';
    lay();
    actions.dropPreview();
  }

  kind.addEventListener('change', () => {
    lay();
    if (chosen() === null) return actions.dropPreview();
    preview();
    section.scrollIntoView({ block: 'nearest' }); // its buttons, too
  });
  amount.addEventListener('input', preview);
  byId('shaping-cancel', HTMLButtonElement).addEventListener('click', () => {
    close();
    kind.focus();
  });
  apply.addEventListener('click', () => {
    const operation = chosen();
    if (operation === null || id === null) return;
    applying = true;
    void actions
      .reshape(id, operation, amount.valueAsNumber)
      .then(close, () => {})
      .finally(() => (applying = false));
  });

  store.subscribe((state, before) => {
    const object = activeOf(state);
    section.hidden = object === null;
    if (object?.id !== id) {
      id = object?.id ?? null;
      close();
    }
    // it was taken away by Esc
    if (before.preview && !state.preview && chosen() !== null && !state.busy) {
      kind.value = '';
      lay();
    }
    if (!object) return;
    const called = objectName(object, shownOf(state).view.objects.categories);
    const several = selectedIds(state).length;
    const title = several > 1 ? count(several, 'object') : called;
    if (name.textContent !== title) name.textContent = title;
    kind.hidden = several > 1; // an outline is changed alone
    if (several > 1 && chosen() !== null) close();
    kind.disabled = object.locked;
    if (object.locked && chosen() !== null) close();
    else if (chosen() !== null && object.outline !== shaped && !applying) preview(); // undone, or painted on
    say(state, object);
  });

  /** @param {State} state @param {ObjectInfo} object */
  function say({ preview: shown }, object) {
    const fits = shown !== null && shown.id === object.id && shown.operation === chosen();
    apply.disabled = !fits;
    if (!fits) return;
    const area = shown.area === object.area ? areaOf(object.area) : `${areaOf(object.area)} → ${areaOf(shown.area)}`;
    const text = shown.vertices ? `${object.vertices} → ${shown.vertices} corners, IoU ${shown.iou.toFixed(3)}, ${area}` : 'Nothing would be left of it.';
    if (result.textContent !== text) result.textContent = text;
  }
}
