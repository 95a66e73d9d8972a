/**
 * The dialog with the measures of all objects: a table to be sorted, copied and saved, in pixels or in the units of a map or a scale.
 *
 * @module
 */

import { byId, h } from '../dom.js';
import { count } from '../formatting.js';
import { closeByPointer } from './dialog.js';
import { createTryInForm } from './form-errors.js';
import { columnsOf, pastedValue, shownValue } from './measure-columns.js';
import { onPanel, openPanel } from '../input/panels.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Column} from './measure-columns.js' */
/** @import {Measured, MeasuredObject} from '../../protocol.js' */

/** @param {{ store: Store, actions: Actions, messages: Messages }} parts */
export function mountMeasures({ store, actions, messages }) {
  const dialog = byId('measures', HTMLDialogElement);
  const pictures = byId('measures-pictures', HTMLSelectElement);
  const units = byId('measures-units', HTMLSelectElement);
  const form = byId('measures-scale', HTMLFormElement);
  const number = byId('scale-number', HTMLInputElement);
  const unitField = byId('scale-unit', HTMLInputElement);
  const clear = byId('scale-clear', HTMLButtonElement);
  const said = byId('measures-said', HTMLElement);
  const note = byId('measures-note', HTMLElement);
  const table = byId('measures-table', HTMLTableElement);
  const [head, body] = [table.tHead, table.tBodies[0]];
  const tryInForm = createTryInForm(messages);

  /** @type {Measured} */
  let measured = { objects: [], scale: null };
  /** Whose order is that of the rows, and which way; none is the list's. @type {{ id: string, down: boolean } | null} */
  let order = null;
  let asked = 0;

  const all = () => pictures.value === 'all';
  /** Empty for pixels. */
  const unit = () => units.value;
  const columns = () => columnsOf({ unit: unit(), all: all() });

  /** @param {boolean} [inUnits]  whether to go over to units, where there are any */
  async function load(inUnits) {
    const now = ++asked;
    const found = await actions.measure(all());
    if (now !== asked) return;
    measured = found;
    const there = found.objects.find((one) => one.unit)?.unit ?? found.scale?.unit ?? '';
    const before = units.options.length ? unit() !== '' : there !== '';
    units.replaceChildren(h('option', { value: '' }, 'pixels'), ...(there ? [h('option', { value: there }, there)] : []));
    units.value = (inUnits ?? before) ? there : '';
    clear.hidden = found.scale === null;
    if (found.scale && !form.contains(document.activeElement)) {
      number.value = String(found.scale.perPixel);
      unitField.value = found.scale.unit;
    }
    draw();
  }

  function sorted() {
    const by = columns().find(({ id }) => id === order?.id);
    const rows = measured.objects.toReversed(); // the top one first, as in the list
    if (!by || !order) return rows;
    const way = order.down ? -1 : 1;
    return rows.sort((a, b) => way * compare(by.of(a, unit() !== ''), by.of(b, unit() !== '')));
  }

  function draw() {
    const shown = columns();
    const rows = sorted();
    const focused = document.activeElement?.closest('th')?.dataset.column;
    head?.replaceChildren(h('tr', {}, ...shown.map(headCell)));
    body?.replaceChildren(...rows.map((row) => h('tr', {}, ...shown.map((column, i) => cell(column, row, i === 0)))));
    if (focused) head?.querySelector(`[data-column="${focused}"] button`)?.dispatchEvent(new Event('refocus'));
    const onMap = !measured.scale && unit() !== '' ? ' The map’s own units: where they are degrees, areas and lengths mean little.' : '';
    const text = rows.length ? `${count(rows.length, 'object')}, hidden ones included.${onMap}` : 'No objects yet. Enter keeps a mask as an object.';
    if (note.textContent !== text) note.textContent = text;
    for (const id of ['measures-save', 'measures-copy']) byId(id, HTMLButtonElement).disabled = rows.length === 0;
  }

  /** @param {Column} column */
  function headCell({ id, title, tip, words }) {
    const button = h('button', { type: 'button', title: tip }, title);
    button.addEventListener('click', () => {
      order = order?.id === id ? { id, down: !order.down } : { id, down: !words }; // largest first
      draw();
    });
    button.addEventListener('refocus', () => button.focus());
    return h('th', { scope: 'col', 'data-column': id, class: words ? 'words' : '', 'aria-sort': order?.id === id && (order.down ? 'descending' : 'ascending') }, button);
  }

  /** @param {Column} column @param {MeasuredObject} row @param {boolean} isFirst */
  function cell(column, row, isFirst) {
    const value = column.of(row, unit() !== '');
    const text = shownValue(value);
    if (isFirst) {
      const swatch = h('span', { class: 'measures-swatch' });
      if (row.color) swatch.style.background = `rgb(${row.color.slice(0, 3).join(' ')})`;
      return h('th', { scope: 'row', class: 'words', title: text }, swatch, text);
    }
    return column.words ? h('td', { class: 'words', title: text }, text) : h('td', {}, text);
  }

  /** The table as it is shown, for a spreadsheet. */
  function pasted() {
    const shown = columns();
    const lines = sorted().map((row) => shown.map((column) => pastedValue(column.of(row, unit() !== ''))));
    return [shown.map(({ title }) => title), ...lines].map((line) => line.join('\t')).join('\n');
  }

  /** @param {number | null} perPixel @param {string} name */
  async function setScale(perPixel, name) {
    const done = await tryInForm(() => actions.setScale(perPixel, name), said);
    if (done) await load(true);
  }

  closeByPointer(dialog, byId('measures-close', HTMLButtonElement));
  pictures.addEventListener('change', () => void load().catch(tell));
  units.addEventListener('change', draw);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void setScale(Number(number.value.trim().replace(',', '.')) || 0, unitField.value);
  });
  clear.addEventListener('click', () => {
    number.value = unitField.value = '';
    number.focus();
    void setScale(null, '');
  });
  byId('measures-save', HTMLButtonElement).addEventListener('click', () => void actions.saveMeasures(all()).catch(tell));
  for (const [id, detail] of /** @type {const} */ ([['measures-against', 'measure-against'], ['measures-models', 'compare-models']])) {
    byId(id, HTMLButtonElement).addEventListener('click', () => {
      dialog.close();
      openPanel(detail);
    });
  }
  byId('measures-copy', HTMLButtonElement).addEventListener('click', async () => {
    const done = await navigator.clipboard.writeText(pasted()).then(() => true, () => false);
    note.textContent = done ? 'The table is on the clipboard.' : 'This browser does not let the page write to the clipboard. Save the CSV instead.';
  });

  /** @param {unknown} thrown */
  function tell(thrown) {
    said.textContent = thrown instanceof Error ? thrown.message : String(thrown);
  }

  onPanel('measure', () => {
    said.textContent = note.textContent = '';
    dialog.showModal();
    void load().catch(tell);
  });
  store.subscribe((state, before) => {
    if (dialog.open && state.view.objects !== before.view.objects) void load().catch(tell);
  });
}

/**
 * Numbers by their size, texts as people count (2 before 10), what is not known last of the ascending.
 *
 * @param {string | number | null} a
 * @param {string | number | null} b
 */
function compare(a, b) {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}
