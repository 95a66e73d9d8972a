/**
 * The dialog that asks one stored model after the other for the objects of the picture, and says how near each comes.
 *
 * @module
 */

import { byId, h } from '../dom.js';
import { count } from '../formatting.js';
import { TabsamError } from '../../errors.js';
import { closeByPointer } from './dialog.js';
import { createTryInForm } from './form-errors.js';
import { onPanel } from '../input/panels.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {ModelInfo, ModelMeasured} from '../../protocol.js' */

const COLUMNS = [
  { title: 'Model', tip: 'In the order in which they are asked', words: true },
  { title: 'Objects', tip: 'How many it was asked for' },
  { title: 'IoU', tip: 'Intersection over union, the mean over the objects' },
  { title: 'Boundary F', tip: 'DAVIS’ F, the mean over the objects' },
  { title: 'Worst IoU', tip: 'The least of all objects' },
  { title: 'Of', tip: 'Which object that is', words: true },
];

/** @param {{ store: Store, actions: Actions, messages: Messages }} parts */
export function mountCompareModels({ store, actions, messages }) {
  const dialog = byId('compare-models', HTMLDialogElement);
  const list = byId('compare-models-list', HTMLElement);
  const said = byId('compare-models-said', HTMLElement);
  const scroll = byId('compare-models-scroll', HTMLElement);
  const note = byId('compare-models-note', HTMLElement);
  const table = byId('compare-models-table', HTMLTableElement);
  const start = byId('compare-models-start', HTMLButtonElement);
  const save = [byId('compare-models-report', HTMLButtonElement), byId('compare-models-csv', HTMLButtonElement)];
  const tryInForm = createTryInForm(messages);

  /** Given up when the dialog closes, or by its button. @type {AbortController | null} */
  let running = null;
  let measured = 0;

  table.tHead?.append(h('tr', {}, ...COLUMNS.map(({ title, tip, words }) => h('th', { scope: 'col', title: tip, class: words ? 'words' : '' }, title))));

  /** @returns {ModelInfo[]}  those that need not be fetched; what runs first */
  function stored() {
    const models = store.state.modelList?.models ?? [];
    return models.filter(({ current, storedBytes, bytes, host }) => current || host === '' || (storedBytes > 0 && storedBytes >= (bytes ?? 0))).sort((a, b) => Number(b.current) - Number(a.current));
  }

  function drawList() {
    const choices = stored().map(({ id, name }) => h('label', { class: 'row' }, h('input', { type: 'checkbox', value: id, checked: '' }), name));
    list.replaceChildren(h('legend', {}, 'Stored models'), ...choices);
    if (choices.length < 2) note.textContent = 'Only one model is stored. Fetch another in the panel that the model’s name opens.';
  }

  const chosen = () => [...list.querySelectorAll('input')].filter((box) => box.checked).map(({ value }) => value);

  function draw() {
    start.textContent = running ? 'Stop' : 'Compare';
    start.disabled = !running && chosen().length === 0;
    for (const button of save) button.disabled = running !== null || measured === 0;
    for (const box of list.querySelectorAll('input')) box.disabled = running !== null;
  }

  async function compare() {
    const before = stored().find(({ current }) => current)?.id;
    const models = stored().filter(({ id }) => chosen().includes(id));
    const { signal } = (running = new AbortController());
    said.textContent = '';
    measured = 0;
    scroll.hidden = false;
    table.tBodies[0]?.replaceChildren();
    draw();
    for (const [place, { id, name }] of models.entries()) {
      if (signal.aborted) break;
      note.textContent = `Asking ${name} (${place + 1} of ${models.length})`;
      try {
        if (stored().find(({ current }) => current)?.id !== id) await actions.useModel(id);
        if (signal.aborted) break;
        add(name, await actions.measureModel(name, measured === 0));
        measured += 1;
      } catch (thrown) {
        add(name, TabsamError.from(thrown).message);
      }
    }
    // what ran before runs again, also where it was stopped
    if (before !== undefined && stored().find(({ current }) => current)?.id !== before) await actions.useModel(before).catch(() => {});
    const ended = signal.aborted ? 'Stopped. ' : '';
    running = null;
    note.textContent = `${ended}${count(measured, 'model')} compared.`;
    draw();
  }

  /** @param {string} name @param {ModelMeasured | string} found  or what went wrong */
  function add(name, found) {
    const cells =
      typeof found === 'string'
        ? [h('td', { class: 'words', colspan: '5', title: found }, found)]
        : [String(found.count), found.iou.toFixed(3), found.boundaryF.toFixed(3), found.worst.toFixed(3)].map((text) => h('td', {}, text)).concat(h('td', { class: 'words' }, found.worstName));
    table.tBodies[0]?.append(h('tr', {}, h('th', { scope: 'row', class: 'words', title: name }, name), ...cells));
  }

  closeByPointer(dialog, byId('compare-models-close', HTMLButtonElement));
  dialog.addEventListener('close', () => running?.abort());
  list.addEventListener('change', draw);
  start.addEventListener('click', () => {
    if (running) running.abort();
    else void compare();
  });
  save[0]?.addEventListener('click', () => void tryInForm(() => actions.saveModels('html'), said));
  save[1]?.addEventListener('click', () => void tryInForm(() => actions.saveModels('csv'), said));

  onPanel('compare-models', () => {
    dialog.showModal();
    if (running) return;
    said.textContent = note.textContent = '';
    measured = 0;
    scroll.hidden = true;
    void tryInForm(() => actions.models(), said).then(() => {
      drawList();
      draw();
    });
  });
}
