/**
 * The banner over a project that another tab has, and that is only looked at here.
 *
 * @module
 */

import { byId } from '../dom.js';
import { isLooking } from '../state/store.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Store} from '../state/store.js' */

/** @param {{ store: Store, actions: Actions }} parts */
export function mountLooking({ store, actions }) {
  const banner = byId('looking', HTMLElement);
  byId('looking-take-over', HTMLButtonElement).addEventListener('click', actions.takeOver);
  byId('looking-again', HTMLButtonElement).addEventListener('click', actions.lookAgain);
  store.subscribe((state) => void (banner.hidden = !isLooking(state)));
}
