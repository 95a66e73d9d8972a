/**
 * Changes of the document that need nothing but a call: sent when the picture that they are about is there, and shown when Python answers.
 *
 * @module
 */

/** @import {Client} from '../client.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Methods, View} from '../../protocol.js' */
/** @import {Sending} from './sending.js' */

/** Those that are answered with a view. @typedef {{ [M in keyof Methods]: Methods[M]['result'] extends View ? M : never }[keyof Methods]} Changing */

/** @param {{ client: Client, store: Store, sending: Sending, settled: () => Promise<void> }} parts */
export function createChange({ client, store, sending, settled }) {
  /**
   * Change the document by one call; that of a picture on its way in when it is there.
   *
   * @template {Changing} M
   * @param {M} method
   * @param {Methods[M]['params']} params
   * @returns {Promise<void>}
   */
  return async function change(method, params) {
    if (store.state.opening) await settled();
    return sending.send(async (options) => /** @type {View} */ (await client.call(method, params, options)));
  };
}

/** @typedef {ReturnType<typeof createChange>} Change */
