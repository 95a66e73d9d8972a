/**
 * Says what went wrong where the person is looking, in a dialog or a form, and not in the bar below.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';

/** @import {Messages} from '../bars/messages.js' */

/**
 * @typedef {(change: () => Promise<unknown>, said: HTMLElement) => Promise<boolean>} TryInForm
 *   Whether the change went well; if not, `said` says why.
 */

/**
 * @param {Messages} messages
 * @returns {TryInForm}
 */
export function createTryInForm(messages) {
  return async (change, said) => {
    try {
      await change();
      said.textContent = '';
      return true;
    } catch (thrown) {
      const { message, hint, code } = TabsamError.from(thrown);
      if (code !== 'worker-lost') messages.unsay('prompt');
      said.textContent = `${message} ${hint}`.trim();
      return false;
    }
  };
}
