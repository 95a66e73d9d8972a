/**
 * Dialogs and panels are asked for by their names: whoever has a key or a button for one need not know whose it is.
 *
 * @module
 */

const ASKED = 'tabsam:panel';

/** @param {string} id */
export const openPanel = (id) => void document.dispatchEvent(new CustomEvent(ASKED, { detail: id }));

/**
 * @param {string} id
 * @param {() => unknown} open
 */
export function onPanel(id, open) {
  document.addEventListener(ASKED, (event) => {
    if (event instanceof CustomEvent && event.detail === id) open();
  });
}
