/**
 * The pages of a TIFF, or the frames of a GIF: how many there are, and which one is open. Each is a picture with its own work.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { byId } from '../dom.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Store} from '../state/store.js' */

/** @param {{ store: Store, actions: Actions }} parts */
export function mountPicturePages({ store, actions }) {
  const bar = byId('pages', HTMLElement);
  const number = byId('page-number', HTMLInputElement);
  const total = byId('page-total', HTMLElement);
  const label = byId('page-label', HTMLElement);
  const stage = byId('stage', HTMLElement);
  const before = byId('page-before', HTMLButtonElement);
  const after = byId('page-after', HTMLButtonElement);
  /** The page that is shown or on its way, from 0. */
  let at = 0;

  /** @param {number} page  from 0 */
  function turn(page) {
    const { pages } = store.state.view;
    if (pages && page >= 0 && page < pages.of && page !== at) quietly(actions.turnPage(page));
  }
  before.addEventListener('click', () => turn(at - 1));
  after.addEventListener('click', () => turn(at + 1));
  number.addEventListener('change', () => {
    if (number.checkValidity()) turn(number.valueAsNumber - 1);
    else number.value = String(at + 1);
  });

  store.subscribe(({ view: { pages }, opening, queue }) => {
    const isListed = (queue?.pictures[queue.at]?.page ?? null) !== null; // one goes through them as through all pictures
    const hidden = pages === null || opening?.page === null || isListed;
    if (hidden && bar.contains(document.activeElement)) stage.focus({ preventScroll: true });
    bar.hidden = hidden;
    if (hidden || !pages) return;
    const now = opening?.page ?? pages.at;
    if (now !== at || number.max !== String(pages.of)) number.value = String(now + 1);
    at = now;
    number.max = String(pages.of);
    total.textContent = `of ${pages.of}`;
    label.textContent = opening ? '' : pages.label;
    label.title = label.textContent;
    // not disabled, which would take the focus away from whoever turns the pages by key
    before.ariaDisabled = String(at === 0);
    after.ariaDisabled = String(at + 1 === pages.of);
  });
}
