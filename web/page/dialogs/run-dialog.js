/**
 * The dialog that has something done on several pictures: on which ones, and how.
 *
 * @module
 */

import { byId, h } from '../dom.js';
import { count } from '../formatting.js';
import { pickedOf } from '../state/picked.js';
import { searchOptions } from '../panel/finding/find-everything.js';
import { placesOf, standingOf } from '../strip/listed.js';
import { closeByPointer } from './dialog.js';
import { onPanel } from '../input/panels.js';

/** @import {RunOnPictures} from '../input/run.js' */
/** @import {ListedPicture, Run, State, Store} from '../state/store.js' */
/** @import {Status} from '../strip/listed.js' */

/** @typedef {{ name: string, text: string, pictures: ListedPicture[] }} Choice */

/** @param {{ store: Store, run: RunOnPictures }} parts */
export function mountRunDialog({ store, run }) {
  const dialog = byId('run-dialog', HTMLDialogElement);
  const title = byId('run-title', HTMLElement);
  const form = byId('run-form', HTMLFormElement);
  const on = byId('run-on', HTMLSelectElement);
  const boxesRow = byId('run-boxes-row', HTMLElement);
  const boxes = byId('run-boxes', HTMLInputElement);
  const note = byId('run-note', HTMLElement);
  closeByPointer(dialog, byId('run-close', HTMLButtonElement));
  /** @type {Run['what']} */
  let what = 'find';
  /** @type {Choice[]} */
  let choices = [];

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const pictures = choices.find(({ name }) => name === on.value)?.pictures ?? [];
    dialog.close();
    run.start(what === 'find' ? { what, options: searchOptions() } : { what, boxes: boxes.checked }, pictures);
  });

  onPanel('find-on-all', () => open('find'));
  onPanel('ask-all-again', () => open('ask'));

  /** @param {Run['what']} wanted */
  function open(wanted) {
    what = wanted;
    const { state } = store;
    title.textContent = what === 'find' ? 'Find everything on several pictures' : `Ask again with ${state.model?.name ?? 'this model'}`;
    choices = choicesOf(state, what);
    on.replaceChildren(...choices.map(({ name, text, pictures }) => h('option', { value: name }, `${text} (${pictures.length})`)));
    boxesRow.hidden = what === 'find';
    note.textContent = what === 'find' ? findNote(state) : 'Each object is made anew from its points and its box, also one whose outline was edited since. Undo takes it back, picture by picture.';
    dialog.showModal();
    on.focus();
  }
}

/** @param {State} state */
function findNote({ view: { category, objects } }) {
  const { pointsPerSide, predIouThresh = 0, stabilityScoreThresh = 0 } = searchOptions();
  const name = objects.categories.find(({ id }) => id === category)?.name;
  const search = `${count(pointsPerSide ?? 0, 'click')} per side, predicted IoU above ${predIouThresh.toFixed(2)}, stability at least ${stabilityScoreThresh.toFixed(2)}`;
  return `With the search as it is set: ${search}. What is found becomes objects${name ? ` of the class “${name}”` : ''}. Undo takes it back, picture by picture.`;
}

/** @param {State} state @param {Run['what']} what @returns {Choice[]} */
function choicesOf(state, what) {
  const pictures = state.queue?.pictures ?? [];
  const at = state.queue?.at ?? 0;
  const ofStatus = (/** @type {Status[]} */ ...wanted) => pictures.filter((one) => wanted.includes(standingOf(state, one).status));
  const shown = placesOf(state, state.filter).flatMap((place) => pictures[place] ?? []);
  const picked = pickedOf(state);
  const all = { name: 'all', text: 'All pictures', pictures: [...pictures] };
  const others = [
    { name: 'shown', text: 'Those that the strip shows', pictures: shown },
    ...(what === 'find' ? [{ name: 'untouched', text: 'Untouched ones', pictures: ofStatus('untouched') }] : []),
    { name: 'todo', text: 'Those that are not done', pictures: ofStatus('untouched', 'work') },
    { name: 'after', text: 'This one and those after it', pictures: pictures.slice(at) },
    { name: 'this', text: 'This one', pictures: pictures.slice(at, at + 1) },
  ];
  const isFiltered = shown.length < pictures.length;
  const ofPicked = picked.length ? [{ name: 'picked', text: 'The picked ones', pictures: picked }] : [];
  return [...ofPicked, ...(isFiltered ? [] : [all]), ...others.filter((one) => one.pictures.length && (one.name !== 'shown' || isFiltered)), ...(isFiltered ? [all] : [])];
}
