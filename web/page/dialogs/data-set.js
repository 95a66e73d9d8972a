/**
 * The dialog of a data set that comes in: how far it is, and one list of all that is not clear. What is not answered is left out.
 *
 * @module
 */

import { byId, h } from '../dom.js';
import { count } from '../formatting.js';

/** @import {Progress, SetAnswer, SetOutcome, SetQuestion} from '../../protocol.js' */
/** @import {Answered} from '../actions/data-sets.js' */

/** What is over soon passes without a word. Milliseconds. */
const SHOW_AFTER = 400;
/** More than these nobody answers one by one; the others are left out. */
const MOST = 200;

/** @type {Record<string, string>} */
const FORMATS = {
  coco: 'COCO',
  yolo: 'YOLO',
  voc: 'Pascal VOC',
  labelme: 'LabelMe',
  geojson: 'GeoJSON',
  labelmap: 'Label maps',
  masks: 'Masks',
  cvat: 'CVAT',
  'voc-xml': 'Pascal VOC boxes',
  'label-studio': 'Label Studio',
  'x-anylabeling': 'X-AnyLabeling',
  isat: 'ISAT',
  via: 'VIA',
  'coco-panoptic': 'COCO panoptic',
  geopackage: 'GeoPackage',
  supervisely: 'Supervisely',
  darwin: 'Darwin (V7)',
  datumaro: 'Datumaro',
  tabsam: 'tabsam project',
};

export function createDataSetDialog() {
  const dialog = byId('data-set', HTMLDialogElement);
  const title = byId('data-set-title', HTMLElement);
  const form = byId('data-set-form', HTMLFormElement);
  const state = byId('data-set-state', HTMLElement);
  const bar = byId('data-set-progress', HTMLProgressElement);
  const list = byId('data-set-questions', HTMLUListElement);
  const go = byId('data-set-go', HTMLButtonElement);
  const cancel = byId('data-set-cancel', HTMLButtonElement);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let later;
  let giveUp = () => {};

  cancel.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => giveUp());

  /** @param {boolean} asks */
  function turn(asks) {
    title.textContent = asks ? 'What is not clear' : 'Reading the data set';
    bar.hidden = asks;
    list.hidden = go.hidden = !asks;
  }

  return {
    /** Begin to read. @param {AbortController} abort */
    begin(abort) {
      turn(false);
      state.textContent = '';
      giveUp = () => abort.abort();
      later = setTimeout(() => dialog.open || dialog.showModal(), SHOW_AFTER);
    },

    /** @param {Progress} progress */
    show({ message }) {
      const text = `So far: ${message}.`;
      if (!bar.hidden && state.textContent !== text) state.textContent = text;
    },

    /** It has been read, or given up. */
    end() {
      clearTimeout(later);
      giveUp = () => {};
      if (dialog.open) dialog.close();
    },

    /**
     * @param {SetOutcome} outcome
     * @param {Answered} before
     * @returns {Promise<Answered | null>}  with what was answered before; null: the data set is given up
     */
    ask({ questions, pictures }, before) {
      clearTimeout(later);
      turn(true);
      const shown = questions.slice(0, MOST);
      const more = questions.length - shown.length;
      const rest = more ? ` ${count(more, 'more name')} will be left out.` : '';
      const several = questions[0]?.kind === 'several';
      state.textContent = several
        ? 'There are data sets of several formats.'
        : `For ${count(questions.length, 'name')} in the data set it is not clear which picture is meant.${rest}`;
      const selects = shown.map((question) => selectOf(question, pictures));
      list.replaceChildren(...shown.map((question, i) => h('li', {}, labelOf(question, i), /** @type {HTMLSelectElement} */ (selects[i]))));
      for (const [i, select] of selects.entries()) select.id = `data-set-question-${i}`;
      if (!dialog.open) dialog.showModal();
      selects[0]?.focus();
      return new Promise((resolve) => {
        const settle = (/** @type {Answered | null} */ answered) => {
          form.removeEventListener('submit', submit);
          giveUp = () => {};
          resolve(answered);
        };
        const submit = (/** @type {Event} */ event) => {
          event.preventDefault();
          if (several) return settle({ ...before, format: selects[0]?.value ?? '' });
          /** @type {SetAnswer[]} */
          const answers = questions.map(({ reference }, i) => ({ reference, picture: selects[i]?.value ?? '' }));
          settle({ ...before, answers: [...before.answers, ...answers] });
        };
        form.addEventListener('submit', submit);
        giveUp = () => settle(null);
      });
    },
  };
}

/** @param {SetQuestion} question @param {number} i */
function labelOf({ kind, reference, file }, i) {
  const words = { missing: 'There is no picture ', ambiguous: 'There are several pictures ', shared: 'One of several with this name: ' };
  const label = h('label', { for: `data-set-question-${i}` });
  if (kind === 'several') label.append('Which is to be read?');
  else label.append(words[kind], h('strong', {}, reference), ...(file === reference ? [] : [h('span', { class: 'quiet' }, ` (in ${file})`)]));
  return label;
}

/** @param {SetQuestion} question @param {readonly string[]} pictures */
function selectOf({ kind, choices }, pictures) {
  const select = h('select', { class: 'field' });
  if (kind === 'several') {
    select.append(...choices.map((one) => h('option', { value: one }, FORMATS[one] ?? one)));
    return select;
  }
  select.append(h('option', { value: '' }, 'Leave it out'));
  const fill = (/** @type {readonly string[]} */ paths) => select.append(...paths.map((path) => h('option', { value: path }, path)));
  if (choices.length) fill(choices);
  else select.addEventListener('focus', () => fill(pictures), { once: true }); // thousands, for each: only where somebody looks
  return select;
}
