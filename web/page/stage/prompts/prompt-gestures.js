/**
 * From what hand and keys do on the stage to prompts in image pixels.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { askedOf, shownOf } from '../../state/store.js';
import { createGestureCount } from '../input/arrow-keys.js';
import { draggedBox } from './box.js';
import { clamped, isInside, toImage } from '../viewport.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {ShownPoint} from '../../state/pending-edits.js' */
/** @import {Store} from '../../state/store.js' */
/** @import {Box} from '../../../protocol.js' */
/** @import {Camera} from '../camera.js' */
/** @import {Handle} from './box.js' */
/** @import {Grab} from '../input/gestures.js' */
/** @import {Spot} from '../viewport.js' */

/** How far a hand moves between the two clicks of a double click. CSS pixels. */
const DOUBLE_REACH = 4;

/** @param {{ store: Store, actions: Actions, camera: Camera }} parts */
export function createPromptGestures({ store, actions, camera }) {
  const gestures = createGestureCount();
  /** The number of the drag that is under way. @type {number | null} */
  let dragging = null;

  /** Whether the picture on the stage can take prompts. */
  function isOpen() {
    const { opening, picture } = store.state;
    return opening ? opening.exact : picture !== null;
  }

  /** @param {number} id */
  function canChange(id) {
    const point = shownOf(store.state).prompts.points.find((other) => other.id === id);
    // a point on its way to Python has no number yet; one that is held back until the picture is open is the page's own
    return point !== undefined && (!point.pending || store.state.opening !== null);
  }

  /**
   * @param {number} id
   * @param {Spot} spot  image pixels
   * @param {number} gesture
   */
  function move(id, spot, gesture) {
    if (!camera.picture || !canChange(id)) return;
    const { x, y } = clamped(spot, camera.picture);
    quietly(actions.movePoint(id, x, y, gesture));
  }

  /**
   * Whether there is such a point already, on its way and so not under the pointer: the second click of a double click says nothing.
   *
   * @param {Spot} spot  image pixels
   * @param {0 | 1} label
   */
  function isThere(spot, label) {
    const reach = DOUBLE_REACH / (camera.viewport?.scale ?? 1);
    return askedOf(store.state).points.some((point) => {
      return point.pending && point.label === label && Math.hypot(point.x - spot.x, point.y - spot.y) <= reach;
    });
  }

  return {
    canChange,

    /**
     * @param {Spot} spot  image pixels
     * @param {0 | 1} label
     * @returns {boolean}  whether there is something to point at
     */
    addPoint(spot, label) {
      if (!camera.picture || !isOpen() || !isInside(spot, camera.picture) || isThere(spot, label)) return false;
      quietly(actions.addPoint(spot.x, spot.y, label));
      return true;
    },

    /**
     * @param {number} id
     * @param {Spot} at  stage pixels
     */
    drag(id, at) {
      dragging ??= gestures.next();
      if (camera.viewport) move(id, toImage(camera.viewport, at), dragging);
    },

    endDrag() {
      dragging = null;
    },

    /**
     * @param {ShownPoint} point
     * @param {number} dx  image pixels
     * @param {number} dy
     */
    nudge({ id, x, y }, dx, dy) {
      move(id, { x: x + dx, y: y + dy }, gestures.nudge(id));
    },

    /** @param {number} id */
    remove(id) {
      if (canChange(id)) quietly(actions.removePoint(id));
    },

    /**
     * The box between two places, cut to the picture.
     *
     * @param {Spot} from  stage pixels
     * @param {Spot} to
     * @returns {Box | null}
     */
    boxBetween(from, to) {
      if (!camera.viewport || !camera.picture || !isOpen()) return null;
      const a = clamped(toImage(camera.viewport, from), camera.picture);
      const b = clamped(toImage(camera.viewport, to), camera.picture);
      return [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(a.x, b.x), Math.max(a.y, b.y)];
    },

    /**
     * @param {Box | null} box
     * @returns {boolean}  whether anything of it is on the picture
     */
    setBox(box) {
      if (!box || box[0] === box[2] || box[1] === box[3]) return false;
      quietly(actions.setBox(box));
      return true;
    },

    removeBox: () => quietly(actions.setBox(null)),

    /**
     * Take the box by a handle.
     *
     * @param {Handle} handle
     * @param {Spot} from  stage pixels
     * @param {() => void} dropped
     * @returns {Grab | null}
     */
    grabBox(handle, from, dropped) {
      const { box } = shownOf(store.state).prompts;
      if (!box) return null;
      const gesture = gestures.next();
      return {
        move(spots) {
          const at = spots.at(-1);
          if (!at || !camera.viewport || !camera.picture) return;
          const { scale } = camera.viewport;
          const moved = draggedBox(box, handle, (at.x - from.x) / scale, (at.y - from.y) / scale, camera.picture);
          quietly(actions.setBox(moved, gesture));
        },
        drop: dropped,
        cancel: dropped,
      };
    },

    /**
     * @param {Handle} handle
     * @param {number} dx  image pixels
     * @param {number} dy
     */
    nudgeBox(handle, dx, dy) {
      const { box } = shownOf(store.state).prompts;
      if (box && camera.picture) quietly(actions.setBox(draggedBox(box, handle, dx, dy, camera.picture), gestures.nudge(handle)));
    },

    /**
     * Tab goes through the candidates and then on: past the last one it is the browser's again, so nobody is trapped.
     *
     * @param {1 | -1} step
     * @returns {boolean}  whether there was one
     */
    nextCandidate(step) {
      const { candidates, chosen } = shownOf(store.state);
      const next = candidates[candidates.findIndex(({ index }) => index === chosen?.index) + step];
      if (!chosen || !next) return false;
      quietly(actions.choose(next.index));
      return true;
    },
  };
}
