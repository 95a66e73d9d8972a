/**
 * Keeps window, level and gamma: after a reload pictures are as bright as they were.
 *
 * @module
 */

import { isSameTone, isToned } from '../state/look.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {RestoredProject} from '../../protocol.js' */
/** @import {Look} from '../state/look.js' */
/** @import {Store} from '../state/store.js' */

/** Milliseconds in which nobody has moved a slider: nobody wants all that it was on the way. */
const QUIET = 250;

/** @param {{ store: Store, actions: Actions }} parts */
export function createKeptTone({ store, actions }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;

  /** @param {Look} look */
  const toneOf = ({ window, level, gamma }) => ({ window, level, gamma });

  store.subscribe(({ look, project }, before) => {
    const isSame = isSameTone(look, before.look) && look.gamma === before.look.gamma;
    if (project === null || (isSame && before.project !== null)) return;
    if (before.project === null && !isToned(look)) return; // another day's comes with the project
    clearTimeout(waiting);
    waiting = setTimeout(() => actions.noteTone(isToned(store.state.look) ? toneOf(store.state.look) : null), QUIET);
  });

  return {
    /** @param {RestoredProject} restored */
    restore({ tone }) {
      if (tone && !isToned(store.state.look)) store.update({ look: { ...store.state.look, ...tone } });
    },
  };
}
