/**
 * Opens and closes the console. Its code, and the editor's, is fetched when it is first opened.
 *
 * @module
 */

import { byId } from '../dom.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {PictureMarks} from '../input/picture-marks.js' */
/** @import {Store} from '../state/store.js' */

/** @param {{ store: Store, actions: Actions, messages: Messages, marks: PictureMarks }} parts */
export function createDrawer(parts) {
  const { store, messages } = parts;
  const drawer = byId('console', HTMLElement);
  /** @type {Promise<{ focus: () => void }> | null} */
  let mounted = null;
  /** @type {Element | null} */
  let before = null;

  async function open() {
    before = document.activeElement;
    drawer.hidden = false;
    store.update({ console: true });
    try {
      mounted ??= import('./console.js').then(({ mountConsole }) => mountConsole({ ...parts, close }));
      (await mounted).focus();
    } catch (thrown) {
      mounted = null; // another try is a real one
      close();
      messages.report('console', thrown);
    }
  }

  function close() {
    drawer.hidden = true;
    store.update({ console: false });
    const back = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : byId('stage', HTMLElement);
    back.focus({ preventScroll: true });
  }

  return { toggle: () => (drawer.hidden ? void open() : close()) };
}
