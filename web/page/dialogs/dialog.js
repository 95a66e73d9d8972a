/**
 * What all dialogs share: a click beside one closes it, and so does its button.
 *
 * @module
 */

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLButtonElement} button  that closes it
 */
export function closeByPointer(dialog, button) {
  button.addEventListener('click', () => dialog.close());
  // a click on the backdrop is a click on the dialog itself, outside its content
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
}
