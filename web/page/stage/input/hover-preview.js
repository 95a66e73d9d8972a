/**
 * What a pointer that rests over the picture is told: what a click there would give, or which find it would take.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { findAt } from '../hit-testing.js';
import { shownFinds } from '../../state/shown-finds.js';
import { isInside, toImage } from '../viewport.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Store} from '../../state/store.js' */
/** @import {Find} from '../../../protocol.js' */
/** @import {Camera} from '../camera.js' */
/** @import {Spot} from '../viewport.js' */

/** A hand trembles: within this many CSS pixels a click means the place that was previewed, and gives exactly that. */
const SAME = 1.5;

/** @param {{ store: Store, actions: Actions, camera: Camera, changed: () => void }} parts  `changed`: another find is under the pointer */
export function createHoverPreview({ store, actions, camera, changed }) {
  /** @type {Find | null} */
  let find = null;
  /** The place that was asked about last. @type {Spot | null} */
  let asked = null;

  /** @param {Find | null} next */
  function point(next) {
    if (next === find) return;
    find = next;
    changed();
  }

  /**
   * @param {Spot} a  image pixels
   * @param {Spot} b
   */
  const isSame = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) * (camera.viewport?.scale ?? 1) <= SAME;

  function leave() {
    point(null);
    asked = null;
    quietly(actions.hover(null));
  }

  return {
    get find() {
      return find;
    },
    leave,
    /** Point out a find whose row in the panel is meant. */
    point,

    /** @param {Spot} at  stage pixels, with nothing of the page's own under the pointer */
    over(at) {
      const { tool, opening, search } = store.state;
      if (!camera.viewport || !camera.picture || tool !== 'smart' || opening) return leave();
      const spot = toImage(camera.viewport, at);
      const under = findAt(shownFinds(store.state), spot);
      if (under || search.running) {
        if (asked) leave();
        return point(under);
      }
      point(null);
      if (!isInside(spot, camera.picture)) return leave();
      if (asked && store.state.hover && isSame(asked, spot)) return;
      asked = spot;
      performance.mark('tabsam:hovered');
      quietly(actions.hover(spot));
    },

    /**
     * The place that a click means: the previewed one if it is the same for the hand. Then the model has answered already.
     *
     * @param {Spot} spot  image pixels
     * @returns {Spot}
     */
    meant: (spot) => (asked && isSame(asked, spot) ? asked : spot),

    /** The find is gone, or the search. */
    check() {
      if (find && !shownFinds(store.state).includes(find)) point(null);
      if (asked && store.state.tool !== 'smart') leave();
    },
  };
}
