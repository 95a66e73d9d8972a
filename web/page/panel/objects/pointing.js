/**
 * What the pointer is over in the list lights up on the stage, and the reverse.
 *
 * @module
 */

import { idOf } from './drag-reorder.js';

/** @import {Store} from '../../state/store.js' */

/** @param {{ list: HTMLElement, store: Store, rowOf: (id: number) => HTMLElement | undefined }} parts */
export function mountPointing({ list, store, rowOf }) {
  /** @param {number | null} pointed */
  const point = (pointed) => {
    if (store.state.pointed !== pointed) store.update({ pointed });
  };
  list.addEventListener('pointerover', (event) => {
    if (event.pointerType !== 'touch' && event.target instanceof Element) point(idOf(event.target));
  });
  list.addEventListener('pointerleave', () => point(null));

  /** @type {HTMLElement | undefined} */
  let lit;
  store.subscribe(({ pointed }) => {
    const row = pointed === null ? undefined : rowOf(pointed);
    if (row === lit) return;
    lit?.removeAttribute('data-pointed');
    row?.setAttribute('data-pointed', '');
    lit = row;
  });
}
