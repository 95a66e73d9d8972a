/**
 * What of the finds is on the stage.
 *
 * @module
 */

/** @import {State} from './store.js' */
/** @import {Find} from '../../protocol.js' */

/** @type {readonly Find[]} */
const NONE = [];

/**
 * The finds that are shown: none while their panel is closed, or another picture is on its way.
 *
 * @param {State} state
 * @returns {readonly Find[]}
 */
export function shownFinds({ search, view, opening }) {
  if (!search.open || opening) return NONE;
  return search.running?.finds ?? view.finds.list;
}
