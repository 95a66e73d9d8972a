/**
 * What to do with the pointer, for those who begin: each hint goes when it was understood, or all by their X.
 *
 * @module
 */

import { byId } from '../../dom.js';
import { countHint, dismissHints, isUnderstood, watchHints } from '../../state/hints.js';

/** @import {Hint} from '../../state/hints.js' */
/** @import {Store} from '../../state/store.js' */

/** @type {Hint[]} */
const HINTS = ['point', 'background', 'drag'];

/** @param {Store} store */
export function mountHints(store) {
  const list = byId('hints', HTMLElement);
  byId('hints-away', HTMLButtonElement).addEventListener('click', () => {
    dismissHints(HINTS);
    byId('stage', HTMLElement).focus({ preventScroll: true });
  });
  /** They are about the tool that asks the model. */
  const show = () => {
    list.hidden = store.state.tool !== 'smart' || HINTS.every(isUnderstood);
  };
  watchHints(() => {
    for (const hint of HINTS) list.querySelector(`[data-hint="${hint}"]`)?.toggleAttribute('hidden', isUnderstood(hint));
    show();
  });
  store.subscribe(({ view, tool }, { view: before, tool: toolBefore }) => {
    if (tool !== toolBefore) show();
    if (view.image?.name !== before.image?.name) return;
    const [last] = view.points.slice(-1);
    if (last && view.points.length === before.points.length + 1) countHint(last.label === 1 ? 'point' : 'background');
    if (view.box && !before.box) countHint('drag');
  });
}
