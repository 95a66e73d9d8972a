/**
 * Keeps what is seen of the open picture: after a reload it lies where it lay.
 *
 * @module
 */

/** @import {Actions} from '../actions/actions.js' */
/** @import {Store} from '../state/store.js' */
/** @import {ShownPart} from '../../protocol.js' */
/** @import {Camera} from './camera.js' */

/** Milliseconds in which the picture has not moved: nobody wants all of a gesture. */
const QUIET = 250;

/** @param {{ store: Store, actions: Actions, camera: Camera }} parts */
export function createKeptPart({ store, actions, camera }) {
  /** What is to be seen when its picture comes. @type {ShownPart | null} */
  let wanted = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;

  function note() {
    const { queue, opening, picture, view } = store.state;
    const id = queue?.pictures[queue.at]?.id;
    if (wanted || opening || !id || camera.picture !== picture) return;
    const { part } = camera;
    actions.notePart(part && { id, page: view.pages?.at ?? 0, ...part });
  }

  return {
    /** @param {ShownPart | null} part  of another day */
    want: (part) => void (wanted = part),
    /** To be called when the picture has moved. */
    moved() {
      if (wanted) return;
      clearTimeout(waiting);
      waiting = setTimeout(note, QUIET);
    },
    /** To be called when another picture is shown, or more of one that is on its way. */
    shown() {
      if (!wanted || !camera.picture) return;
      const { queue, opening } = store.state;
      if (queue?.pictures[queue.at]?.id === wanted.id) camera.see(wanted);
      else wanted = null; // the person has gone elsewhere meanwhile
      if (!opening) wanted = null;
    },
  };
}
