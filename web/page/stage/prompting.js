/**
 * From what hand and keys do on the stage to prompts in image pixels.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { shownOf } from '../store.js';
import { clamped, isInside, toImage } from './viewport.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {ShownPoint} from '../edits.js' */
/** @import {Store} from '../store.js' */
/** @import {Box} from '../../protocol.js' */
/** @import {Camera} from './camera.js' */
/** @import {Spot} from './viewport.js' */

/** Nudges closer together than this are one step to undo. Milliseconds. */
const NUDGE_PAUSE_MS = 1000;

/** @param {{ store: Store, actions: Actions, camera: Camera }} parts */
export function createPrompting({ store, actions, camera }) {
  /** Counts drags of points and bursts of nudges: each is one step to undo. */
  let gesture = 0;
  let dragging = false;
  let lastNudge = { id: NaN, time: -Infinity };

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
   */
  function move(id, spot) {
    if (!camera.picture || !canChange(id)) return;
    const { x, y } = clamped(spot, camera.picture);
    quietly(actions.movePoint(id, x, y, gesture));
  }

  return {
    canChange,

    /**
     * @param {Spot} spot  image pixels
     * @param {0 | 1} label
     * @returns {boolean}  whether there is something to point at
     */
    addPoint(spot, label) {
      if (!camera.picture || !isOpen() || !isInside(spot, camera.picture)) return false;
      quietly(actions.addPoint(spot.x, spot.y, label));
      return true;
    },

    /**
     * @param {number} id
     * @param {Spot} at  stage pixels
     */
    drag(id, at) {
      if (!dragging) gesture++;
      dragging = true;
      if (camera.viewport) move(id, toImage(camera.viewport, at));
    },

    endDrag() {
      dragging = false;
      lastNudge.id = NaN;
    },

    /**
     * @param {ShownPoint} point
     * @param {number} dx  image pixels
     * @param {number} dy
     */
    nudge({ id, x, y }, dx, dy) {
      const time = performance.now();
      if (id !== lastNudge.id || time - lastNudge.time > NUDGE_PAUSE_MS) gesture++;
      lastNudge = { id, time };
      move(id, { x: x + dx, y: y + dy });
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
