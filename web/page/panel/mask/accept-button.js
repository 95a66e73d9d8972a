/**
 * The button that makes what is shown an object, or gives the object that is being refined its new shape.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId } from '../../dom.js';
import { hasMask, shownOf } from '../../state/store.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Store} from '../../state/store.js' */

/** @param {{ store: Store, actions: Actions }} parts */
export function mountAcceptButton({ store, actions }) {
  const buttons = ['accept', 'accept-quick'].map((id) => byId(id, HTMLButtonElement));
  const stage = byId('stage', HTMLElement);
  for (const button of buttons) {
    button.addEventListener('click', () => {
      quietly(actions.accept());
      stage.focus({ preventScroll: true }); // the button goes with the mask, and the next object begins on the picture
    });
  }
  store.subscribe((state) => {
    const { view } = shownOf(state);
    for (const button of buttons) {
      button.disabled = !hasMask(state);
      const word = button.querySelector('.accept-word');
      const text = view.refines === null ? 'Add object' : 'Update object';
      if (word && word.textContent !== text) word.textContent = text;
    }
  });
}
