/**
 * What can be done with one point.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId } from '../../dom.js';
import { arrows, menuItem, placeBeside } from '../../menus/menu.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {ShownPoint} from '../../state/pending-edits.js' */

/** @param {Actions} actions */
export function createPointMenu(actions) {
  const menu = byId('point-menu', HTMLElement);
  arrows(menu);

  return {
    /**
     * @param {ShownPoint} point
     * @param {HTMLElement} anchor
     */
    open(point, anchor) {
      const on = point.label === 1;
      const label = on ? 'Make it background' : 'Make it foreground';
      const flip = () => quietly(actions.labelPoint(point.id, on ? 0 : 1));
      const remove = () => quietly(actions.removePoint(point.id));
      menu.replaceChildren(
        menuItem(menu, on ? 'circle-minus' : 'circle-plus', [label], flip, { 'data-role': 'flip' }),
        menuItem(menu, 'trash-2', ['Remove'], remove, { 'data-role': 'remove' }),
      );
      menu.showPopover();
      placeBeside(menu, anchor.getBoundingClientRect());
    },
  };
}
