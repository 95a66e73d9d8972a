/**
 * The dialog that exports all pictures of the list as one data set: to a zip, or into a folder.
 *
 * @module
 */

import { byId, h } from '../dom.js';
import { TabsamError } from '../../errors.js';
import { count, progressLine } from '../formatting.js';
import { closeByPointer } from './dialog.js';
import { onPanel } from '../input/panels.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Progress, SetFormat} from '../../protocol.js' */

/** What some browsers have. @typedef {{ showDirectoryPicker?: (options: { id: string, mode: 'readwrite' }) => Promise<FileSystemDirectoryHandle> }} WithFolders */

/** @param {{ store: Store, actions: Actions, messages: Messages }} parts */
export function mountExportAll({ store, actions, messages }) {
  const dialog = byId('export-all', HTMLDialogElement);
  const title = byId('export-all-title', HTMLElement);
  const form = byId('export-all-form', HTMLFormElement);
  const choices = byId('export-all-choices', HTMLFieldSetElement);
  const format = byId('export-all-format', HTMLSelectElement);
  const withPictures = byId('export-all-pictures', HTMLInputElement);
  const share = byId('export-all-share', HTMLInputElement);
  const seed = byId('export-all-seed', HTMLInputElement);
  const going = byId('export-all-going', HTMLElement);
  const state = byId('export-all-state', HTMLElement);
  const bar = byId('export-all-progress', HTMLProgressElement);
  const said = byId('export-all-said', HTMLElement);
  const save = byId('export-all-save', HTMLButtonElement);
  const toFolder = byId('export-all-folder', HTMLButtonElement);
  const cancel = byId('export-all-cancel', HTMLButtonElement);
  const { showDirectoryPicker: hasFolders } = /** @type {WithFolders} */ (/** @type {unknown} */ (window));

  /** @type {SetFormat[]} */
  let formats = [];
  /** @type {AbortController | null} */
  let running = null;

  const chosen = () => formats.find(({ name }) => name === format.value);

  function draw() {
    const one = chosen();
    for (const row of choices.querySelectorAll('[data-role="splits"]')) row.toggleAttribute('hidden', !one?.splits);
    save.textContent = one?.extension === '.zip' ? 'Save as zip' : 'Save';
    save.disabled = !one;
    choices.disabled = running !== null;
    going.hidden = cancel.hidden = running === null;
    save.hidden = running !== null;
    toFolder.hidden = running !== null || !hasFolders;
  }

  /** @param {Progress} progress */
  function show(progress) {
    const text = progressLine(progress);
    if (state.textContent !== text) state.textContent = text;
    if (progress.loaded && progress.total) Object.assign(bar, { max: progress.total, value: progress.loaded });
    else bar.removeAttribute('value');
  }

  /** @param {FileSystemDirectoryHandle | null} folder */
  async function run(folder) {
    const one = chosen();
    if (!one || running) return;
    said.textContent = '';
    const abort = (running = new AbortController());
    show({ stage: 'export', message: 'Looking at the pictures' });
    draw();
    cancel.focus();
    const name = one.extension === '.zip' ? `pictures-${one.name}.zip` : `pictures${one.extension}`;
    const options = { format: one.name, withPictures: withPictures.checked, valShare: share.valueAsNumber / 100, seed: seed.valueAsNumber };
    try {
      const { file, notes } = await actions.exportSet(options, { folder, name, signal: abort.signal, onProgress: show });
      if (file) actions.download(file);
      running = null;
      dialog.close();
      const where = folder ? `The data set is in the folder '${folder.name}'.` : `${name} is saved.`;
      messages.say({ topic: 'export', tone: 'notice', text: where, hint: notes.join(' ') });
    } catch (thrown) {
      const { code, message, hint } = TabsamError.from(thrown);
      if (code !== 'cancelled') said.textContent = `${message} ${hint}`.trim();
    } finally {
      running = null;
      draw();
      if (dialog.open) save.focus();
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run(null);
  });
  toFolder.addEventListener('click', () => {
    if (!form.reportValidity()) return;
    // who closes the picker, or refuses, has said so
    const { showDirectoryPicker: pick } = /** @type {WithFolders} */ (/** @type {unknown} */ (window));
    pick?.call(window, { id: 'data-sets', mode: 'readwrite' }).then(run, () => {});
  });
  cancel.addEventListener('click', () => running?.abort());
  dialog.addEventListener('close', () => running?.abort());
  format.addEventListener('change', draw);
  closeByPointer(dialog, byId('export-all-close', HTMLButtonElement));

  onPanel('export-all', () => {
    title.textContent = `Export all ${count(store.state.queue?.pictures.length ?? 0, 'picture')}`;
    said.textContent = '';
    draw();
    dialog.showModal();
    format.focus();
    if (formats.length) return;
    actions.setFormats().then(
      (all) => {
        formats = all;
        format.replaceChildren(...all.map(({ name, title: text }) => h('option', { value: name }, text)));
        format.value = all.some(({ name }) => name === 'coco') ? 'coco' : format.value;
        draw();
      },
      (thrown) => (said.textContent = TabsamError.from(thrown).message),
    );
  });
}
