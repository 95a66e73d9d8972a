/**
 * The dialog that measures how fast the model is that runs, beside an earlier run or one of another machine.
 *
 * @module
 */

import { byId, h } from '../dom.js';
import { TabsamError } from '../../errors.js';
import { closeByPointer } from './dialog.js';
import { createTryInForm } from './form-errors.js';
import { whereItRuns } from './benchmark-place.js';
import { onPanel } from '../input/panels.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {BenchmarkTold} from '../../protocol.js' */

const ROUNDS = 11;

/** @param {{ store: Store, actions: Actions, messages: Messages }} parts */
export function mountBenchmark({ store, actions, messages }) {
  const dialog = byId('benchmark', HTMLDialogElement);
  const said = byId('benchmark-said', HTMLElement);
  const scroll = byId('benchmark-scroll', HTMLElement);
  const about = byId('benchmark-about', HTMLElement);
  const note = byId('benchmark-note', HTMLElement);
  const table = byId('benchmark-table', HTMLTableElement);
  const start = byId('benchmark-start', HTMLButtonElement);
  const file = byId('benchmark-file', HTMLInputElement);
  const [other, copy, html, json] = ['other', 'copy', 'html', 'json'].map((name) => byId(`benchmark-${name}`, HTMLButtonElement));
  const tryInForm = createTryInForm(messages);

  /** Given up when the dialog closes, or by its button. @type {AbortController | null} */
  let running = null;
  /** @type {BenchmarkTold | null} */
  let told = null;

  function draw() {
    start.textContent = running ? 'Stop' : 'Start';
    for (const button of [other, copy, html, json]) if (button) button.disabled = running !== null || told === null;
    scroll.hidden = told === null;
    about.textContent = told ? [`${told.about}.`, ...told.compared].join(' ') : '';
    const [first = [], ...rows] = told ? [told.head, ...told.rows] : [];
    table.tHead?.replaceChildren(h('tr', {}, ...first.map((name, place) => h(place ? 'th' : 'td', place ? { scope: 'col' } : {}, name))));
    table.tBodies[0]?.replaceChildren(...rows.map(([what = '', ...cells]) => h('tr', {}, h('th', { scope: 'row', class: 'words' }, what), ...cells.map((cell) => h('td', {}, cell)))));
  }

  async function measure() {
    const { signal } = (running = new AbortController());
    said.textContent = '';
    told = null;
    draw();
    let done = 0;
    try {
      for (; done < ROUNDS && !signal.aborted; done++) {
        note.textContent = `Round ${done + 1} of ${ROUNDS}`;
        await actions.benchmarkRound(done === 0);
      }
      if (done) await tell();
      note.textContent = signal.aborted ? `Stopped after ${done} of ${ROUNDS} rounds.` : 'Done.';
    } catch (thrown) {
      const { message, hint } = TabsamError.from(thrown);
      said.textContent = `${message} ${hint}`.trim();
      note.textContent = '';
    }
    running = null;
    draw();
  }

  /** @param {ArrayBuffer} [earlier]  a run's file, to compare with */
  async function tell(earlier) {
    const { gpu } = await actions.models();
    const where = await whereItRuns(store.state, gpu);
    told = await actions.benchmark({ ...where, ...(earlier && { other: earlier }) });
    draw();
  }

  async function compare() {
    const [chosen] = file.files ?? [];
    file.value = ''; // the same file may be chosen again
    if (chosen) await tryInForm(async () => tell(await chosen.arrayBuffer()), said);
  }

  async function copyTable() {
    try {
      await navigator.clipboard.writeText(told?.markdown ?? '');
      note.textContent = 'The table is on the clipboard, as Markdown.';
    } catch {
      said.textContent = 'This browser does not let the page write to the clipboard. Allow it for this site, or save the report.';
    }
  }

  closeByPointer(dialog, byId('benchmark-close', HTMLButtonElement));
  dialog.addEventListener('close', () => running?.abort());
  start.addEventListener('click', () => (running ? running.abort() : void measure()));
  other?.addEventListener('click', () => file.click());
  file.addEventListener('change', () => void compare());
  copy?.addEventListener('click', () => void copyTable());
  html?.addEventListener('click', () => void tryInForm(() => actions.saveBenchmark('html'), said));
  json?.addEventListener('click', () => void tryInForm(() => actions.saveBenchmark('json'), said));

  onPanel('benchmark', () => {
    dialog.showModal();
    if (!running) draw();
  });
}
