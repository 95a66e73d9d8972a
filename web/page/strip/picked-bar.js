/**
 * What can be done with the pictures that are picked in the strip, in the place of what is about the open one.
 *
 * @module
 */

import { byId } from '../dom.js';
import { markOf } from '../input/picture-marks.js';
import { pickedOf } from '../state/picked.js';
import { openPanel } from '../input/panels.js';

/** @import {PictureMarks} from '../input/picture-marks.js' */
/** @import {Removing} from '../input/removing.js' */
/** @import {ListedPicture, Store} from '../state/store.js' */

/** @param {{ store: Store, marks: PictureMarks, removing: Removing, clear: () => void }} parts */
export function mountPickedBar({ store, marks, removing, clear }) {
  const bar = byId('strip-picked', HTMLElement);
  const said = byId('strip-picked-count', HTMLElement);
  const done = byId('picked-done', HTMLButtonElement);
  const remove = byId('picked-remove', HTMLButtonElement);
  const ofOpen = byId('strip-tools', HTMLElement);

  /** @param {readonly ListedPicture[]} picked */
  const areDone = (picked) => picked.every(({ id }) => markOf(store.state, id).done);

  /** @param {string} panel */
  const ask = (panel) => () => openPanel(panel);
  byId('picked-find', HTMLButtonElement).addEventListener('click', ask('find-on-all'));
  byId('picked-ask', HTMLButtonElement).addEventListener('click', ask('ask-all-again'));
  byId('picked-clear', HTMLButtonElement).addEventListener('click', clear);
  done.addEventListener('click', markPicked);
  remove.addEventListener('click', removePicked);

  function markPicked() {
    const picked = pickedOf(store.state);
    marks.markDone(picked.map(({ id }) => id), !areDone(picked));
  }

  function removePicked() {
    if (removing.remove(pickedOf(store.state).map(({ id }) => id))) clear();
  }

  store.subscribe((state, before) => {
    if (state.picked === before.picked && state.queue === before.queue && state.marks === before.marks && state.run === before.run) return;
    const picked = pickedOf(state);
    if (bar.hidden !== (picked.length === 0)) {
      const hadFocus = bar.contains(document.activeElement);
      bar.hidden = picked.length === 0;
      ofOpen.hidden = !bar.hidden;
      if (hadFocus) byId('strip-list', HTMLElement).focus({ preventScroll: true });
    }
    const text = picked.length ? `${picked.length} picked` : '';
    if (said.textContent !== text) said.textContent = text;
    if (bar.hidden) return;
    const allDone = areDone(picked);
    const label = allDone ? 'The picked pictures are not done' : 'The picked pictures are done';
    done.setAttribute('aria-label', label);
    done.dataset.tip = label;
    done.setAttribute('aria-pressed', String(allDone));
    remove.disabled = picked.length === state.queue?.pictures.length; // one stays
    for (const id of ['picked-find', 'picked-ask']) byId(id, HTMLButtonElement).disabled = state.run !== null;
  });

  return { markPicked, removePicked };
}
