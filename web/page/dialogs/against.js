/**
 * The dialog that holds the objects against the truth: those of a file, which is not imported, or those of a class.
 *
 * @module
 */

import { byId, h } from '../dom.js';
import { count } from '../formatting.js';
import { closeByPointer } from './dialog.js';
import { createTryInForm } from './form-errors.js';
import { shownValue } from './measure-columns.js';
import { onPanel } from '../input/panels.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Compared} from '../../protocol.js' */

const COLUMNS = [
  { title: 'Object', tip: 'What the object is called in the list', words: true },
  { title: 'Class', tip: 'The class of the object', words: true },
  { title: 'True object', tip: 'The true object with which it has the greatest IoU', words: true },
  { title: 'True class', tip: 'The class of the true object', words: true },
  { title: 'IoU', tip: 'Intersection over union, of pixels' },
  { title: 'Dice', tip: 'Twice the intersection over both areas' },
  { title: 'Boundary F', tip: 'DAVIS’ F: how much of the boundaries lies within the tolerance of each other' },
  { title: 'HD95 (px)', tip: 'The 95th percentile of the distance between both boundaries' },
  { title: 'Area error (px)', tip: 'The object’s area less the true one’s' },
];

const FILE = 'file';
const INVITATION = 'Choose a file with the true objects: COCO, YOLO, LabelMe, a mask, a label map, a project … It is read, and not imported.';

/** @param {{ store: Store, actions: Actions, messages: Messages }} parts */
export function mountAgainst({ store, actions, messages }) {
  const dialog = byId('against', HTMLDialogElement);
  const truth = byId('against-truth', HTMLSelectElement);
  const choose = byId('against-choose', HTMLButtonElement);
  const input = byId('against-file', HTMLInputElement);
  const which = byId('against-which', HTMLElement);
  const pictures = byId('against-pictures', HTMLSelectElement);
  const said = byId('against-said', HTMLElement);
  const scroll = byId('against-scroll', HTMLElement);
  const note = byId('against-note', HTMLElement);
  const table = byId('against-table', HTMLTableElement);
  const save = [byId('against-report', HTMLButtonElement), byId('against-csv', HTMLButtonElement)];
  const tryInForm = createTryInForm(messages);

  /** What was chosen, as long as this picture is open. @type {File | null} */
  let file = null;
  let asked = 0;

  table.tHead?.append(h('tr', {}, ...COLUMNS.map(({ title, tip, words }) => h('th', { scope: 'col', title: tip, class: words ? 'words' : '' }, title))));

  /** The classes that there are objects of, and what is true now. */
  function list() {
    const { objects } = store.state.view;
    const used = new Set(objects.list.map(({ category }) => category));
    const before = truth.value || FILE;
    truth.replaceChildren(
      h('option', { value: FILE }, file ? file.name : 'a file'),
      ...objects.categories.filter(({ id }) => used.has(id)).map(({ id, name }) => h('option', { value: String(id) }, `the objects of class ${name}`)),
    );
    truth.value = before;
    if (!truth.value) truth.value = FILE;
    choose.hidden = truth.value !== FILE;
  }

  /** @param {string} [pictured]  which of the file's pictures is the open one */
  async function measure(pictured = '') {
    const now = ++asked;
    list();
    if (!pictured) which.hidden = true;
    if (truth.value === FILE && !file) return show(null);
    /** @type {Compared | null} */
    let found = null;
    const byFile = truth.value === FILE && file;
    await tryInForm(async () => {
      found = await actions.measureAgainst(byFile ? { name: byFile.name, bytes: await byFile.arrayBuffer(), pictured, category: null } : { name: '', category: Number(truth.value) });
    }, said);
    if (now === asked) show(found);
  }

  /** @param {Compared | null} found */
  function show(found) {
    const asks = found?.asks ?? null;
    if (asks) {
      which.hidden = false;
      pictures.replaceChildren(h('option', { value: '' }, 'choose'), ...asks.choices.map((one) => h('option', { value: one }, one)));
    }
    const done = found !== null && !asks;
    scroll.hidden = !done;
    for (const button of save) button.disabled = !done;
    table.tBodies[0]?.replaceChildren(...(done ? rows(found) : []));
    note.textContent = done ? sentence(found) : asks ? asks.message : said.textContent ? '' : INVITATION;
  }

  closeByPointer(dialog, byId('against-close', HTMLButtonElement));
  truth.addEventListener('change', () => void measure());
  choose.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    file = input.files?.[0] ?? null;
    input.value = ''; // so that the same file can be chosen again
    void measure();
  });
  pictures.addEventListener('change', () => void (pictures.value && measure(pictures.value)));
  save[0]?.addEventListener('click', () => void tryInForm(() => actions.saveAgainst('html'), said));
  save[1]?.addEventListener('click', () => void tryInForm(() => actions.saveAgainst('csv'), said));

  onPanel('measure-against', () => {
    said.textContent = '';
    dialog.showModal();
    void measure();
  });
  store.subscribe((state, before) => {
    if (state.picture !== before.picture) file = null;
    if (dialog.open && state.view.objects !== before.view.objects) void measure(which.hidden ? '' : pictures.value);
  });
}

/** @param {Compared} found */
function rows({ pairs, missed, extra }) {
  return [
    ...pairs.map(({ object, truth, iou, dice, boundaryF, hd95, areaError }) =>
      row([object.name, object.category, truth.name, truth.category], [iou, dice, boundaryF].map((one) => one.toFixed(3)), [shownValue(hd95), signed(areaError)]),
    ),
    ...missed.map(({ name, category, area }) => row(['missed', '', name, category], ['0', '0', '0'], ['–', signed(-area)])),
    ...extra.map(({ name, category, area }) => row([name, category, 'none', ''], ['0', '0', '0'], ['–', signed(area)])),
  ];
}

/** @param {string[]} words @param {string[]} shares @param {string[]} pixels */
function row(words, shares, pixels) {
  const [first = '', ...others] = words;
  return h(
    'tr',
    {},
    h('th', { scope: 'row', class: 'words', title: first }, first),
    ...others.map((text) => h('td', { class: 'words', title: text }, text)),
    ...[...shares, ...pixels].map((text) => h('td', {}, text)),
  );
}

/** @param {number} pixels */
const signed = (pixels) => `${pixels > 0 ? '+' : ''}${pixels.toLocaleString('en')}`;

/** @param {Compared} found */
function sentence({ source, pairs, missed, extra, tolerance, said }) {
  const mean = pairs.length ? ` The mean IoU is ${(pairs.reduce((sum, { iou }) => sum + iou, 0) / pairs.length).toFixed(3)}.` : '';
  const more = extra.length ? ` ${count(extra.length, 'object')} more ${extra.length === 1 ? 'is' : 'are'} in the picture.` : '';
  const within = ` A boundary may be off by ${count(tolerance, 'pixel')}.`;
  return [`Against ${source}: ${pairs.length} of ${count(pairs.length + missed.length, 'true object')} ${pairs.length === 1 ? 'is' : 'are'} there.${mean}${more}${within}`, ...said].join(' ');
}
