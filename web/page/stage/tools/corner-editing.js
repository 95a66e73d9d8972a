/**
 * Edits the selected object's outline by its corners. What the hand does is drawn at once; Python's word replaces it.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { activeOf, shownOf } from '../../state/store.js';
import { createGestureCount } from '../input/arrow-keys.js';
import { cornerAt, cornersInView, nearestCorner, nearestEdge, nextCorner, withCornerMoved, withCornerPut } from './corners.js';
import { clamped, toImage, toStage } from '../viewport.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Store} from '../../state/store.js' */
/** @import {ObjectInfo, Outline} from '../../../protocol.js' */
/** @import {Camera} from '../camera.js' */
/** @import {Grab, Press} from '../input/gestures.js' */
/** @import {Spot, Viewport} from '../viewport.js' */

/** How near, in CSS pixels, a pointer or a finger must come. */
const REACH = { corner: { fine: 8, touch: 22 }, edge: { fine: 6, touch: 14 } };

/** @typedef {{ object: ObjectInfo, outline: Outline, indices: number[], thinned: boolean, selected: number | null }} Corners */

/** @param {{ store: Store, actions: Actions, camera: Camera, changed: () => void }} parts */
export function createCornerEditing({ store, actions, camera, changed }) {
  const gestures = createGestureCount();
  /** What is drawn until Python has confirmed it. @type {{ id: number, outline: Outline } | null} */
  let ahead = null;
  let dragging = false;
  let unanswered = 0;
  /** The selected corner, of which object, and how many vertices that had: after an undo another one has its number. */
  let selection = { id: NaN, index: /** @type {number | null} */ (null), count: NaN };
  /** @type {{ key: unknown[], view: { indices: number[], thinned: boolean } } | null} */
  let memo = null;

  /** The object that can be edited now. */
  function editable() {
    if (store.state.tool !== 'vertices' || store.state.preview) return null;
    const active = activeOf(store.state);
    const isRefined = active?.id === store.state.view.refines && shownOf(store.state).chosen !== null;
    return active && active.visible && !active.locked && !isRefined ? active : null;
  }

  /** @param {ObjectInfo} object */
  const outlineOf = (object) => (ahead?.id === object.id ? ahead.outline : object.outline);

  /** @returns {Corners | null} */
  function corners() {
    const object = editable();
    const { viewport } = camera;
    if (!object || !viewport) return null;
    const outline = outlineOf(object);
    const { id, index, count } = selection;
    const selected = id === object.id && count === outline.vertices.length ? index : null;
    const key = [outline, viewport, camera.size, selected];
    if (!memo || key.some((part, i) => part !== memo?.key[i])) memo = { key, view: cornersInView(outline, viewport, camera.size, selected) };
    return { object, outline, ...memo.view, selected };
  }

  /** @param {ObjectInfo} object @param {number | null} index */
  function select(object, index) {
    selection = { id: object.id, index, count: outlineOf(object).vertices.length };
    changed();
  }

  /** Draw this until Python has said the same. @param {ObjectInfo} object @param {Outline} outline @param {Promise<void>} done */
  function goAhead(object, outline, done) {
    ahead = { id: object.id, outline };
    unanswered++;
    changed();
    const settle = () => {
      unanswered--;
      fallBack();
    };
    done.then(settle, settle);
  }

  function fallBack() {
    if (unanswered || dragging) return;
    ahead = null;
    changed();
  }

  /** @param {ObjectInfo} object @param {number} index @param {Spot} to  image pixels @param {number} gesture */
  function move(object, index, to, gesture) {
    if (!camera.picture) return;
    const spot = clamped(to, camera.picture);
    goAhead(object, withCornerMoved(outlineOf(object), index, spot), actions.moveVertex(object.id, index, spot.x, spot.y, gesture));
  }

  /** @param {ObjectInfo} object @param {number} after @param {Spot} spot  image pixels @param {number} gesture */
  function put(object, after, spot, gesture) {
    goAhead(object, withCornerPut(outlineOf(object), after, spot), actions.insertVertex(object.id, after, spot.x, spot.y, gesture));
    select(object, after + 1);
  }

  /** @param {ObjectInfo} object @param {number} index */
  function remove(object, index) {
    select(object, null);
    quietly(actions.removeVertex(object.id, index));
  }

  /**
   * A corner in the hand.
   *
   * @param {ObjectInfo} object
   * @param {() => number} take  gives the corner, once the hand has moved
   * @param {number} gesture
   * @param {Spot} grip  from the pointer to the corner, in CSS pixels
   * @returns {Grab}
   */
  function inHand(object, take, gesture, grip) {
    /** @type {number | null} */
    let index = null;
    const drop = () => {
      dragging = false;
      fallBack();
    };
    return {
      move(spots) {
        const at = spots.at(-1);
        if (!at || !camera.viewport) return;
        dragging = true;
        index ??= take();
        move(object, index, toImage(camera.viewport, { x: at.x + grip.x, y: at.y + grip.y }), gesture);
      },
      drop,
      cancel: drop,
    };
  }

  /**
   * @param {Corners} shown
   * @param {Viewport} viewport
   * @param {Spot} at  stage pixels
   * @param {boolean} touch
   */
  function under({ outline, indices }, viewport, at, touch) {
    const by = touch ? 'touch' : 'fine';
    const corner = nearestCorner(outline, indices, viewport, at, REACH.corner[by]);
    return { corner, edge: corner === null ? nearestEdge(outline, viewport, at, REACH.edge[by]) : null };
  }

  return {
    corners,

    /** The object whose outline is drawn here, and by nobody else. */
    get lifted() {
      return editable()?.id ?? null;
    },

    /** @param {Spot} at  stage pixels @returns {'corner' | 'edge' | null}  what a press there would take */
    over(at) {
      const shown = corners();
      if (!shown || !camera.viewport) return null;
      const { corner, edge } = under(shown, camera.viewport, at, false);
      return corner !== null ? 'corner' : edge && 'edge';
    },

    /** @param {Press} press @returns {Grab | null} */
    grab({ at, button, alt, touch }) {
      const shown = corners();
      const { viewport } = camera;
      if (!shown || !viewport) return null;
      const { object, outline } = shown;
      const { corner, edge } = under(shown, viewport, at, touch);
      const gesture = gestures.next();
      if (corner !== null) {
        const place = toStage(viewport, cornerAt(outline, corner));
        const grip = { x: place.x - at.x, y: place.y - at.y };
        const take = () => (select(object, corner), corner);
        const takeOut = () => remove(object, corner);
        return { ...inHand(object, take, gesture, grip), click: button === 2 || alt ? takeOut : () => select(object, corner), hold: takeOut };
      }
      if (!edge || button !== 0 || alt) return null;
      const take = () => (put(object, edge.after, edge.spot, gesture), edge.after + 1);
      return { ...inHand(object, take, gesture, { x: 0, y: 0 }), click: () => void take() };
    },

    /** @param {number} dx  image pixels @param {number} dy @returns {boolean}  whether there was a corner to move */
    nudge(dx, dy) {
      const shown = corners();
      if (!shown || shown.selected === null) return false;
      const { x, y } = cornerAt(shown.outline, shown.selected);
      move(shown.object, shown.selected, { x: x + dx, y: y + dy }, gestures.nudge(shown.selected));
      return true;
    },

    /** @param {1 | -1} step @returns {Spot | null}  where the next one is, in image pixels */
    next(step) {
      const shown = corners();
      const index = shown && nextCorner(shown.outline, shown.selected, step);
      if (!shown || index === null) return null;
      select(shown.object, index);
      return cornerAt(shown.outline, index);
    },

    /** Take the selected corner out. @returns {boolean}  whether there was one */
    remove() {
      const shown = corners();
      if (!shown || shown.selected === null) return false;
      remove(shown.object, shown.selected);
      return true;
    },

    /** @returns {boolean}  whether a corner was selected */
    deselect() {
      const shown = corners();
      if (!shown || shown.selected === null) return false;
      select(shown.object, null);
      return true;
    },
  };
}
