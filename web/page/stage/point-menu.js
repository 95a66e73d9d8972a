/**
 * What can be done with one point.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { byId, h, icon } from '../dom.js';
import { arrows, placeBeside } from '../menu.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {ShownPoint} from '../edits.js' */

/** @param {Actions} actions */
export function createPointMenu(actions) {
  const menu = byId('point-menu', HTMLElement);
  arrows(menu);

  /**
   * @param {string} name
   * @param {string} label
   * @param {string} role
   * @param {() => void} run
   */
  function item(name, label, role, run) {
    const button = h('button', { type: 'button', role: 'menuitem', 'data-role': role }, icon(name), label);
    button.addEventListener('click', () => {
      menu.hidePopover();
      run();
    });
    return button;
  }

  return {
    /**
     * @param {ShownPoint} point
     * @param {HTMLElement} anchor
     */
    open(point, anchor) {
      const on = point.label === 1;
      const flip = item(on ? 'circle-minus' : 'circle-plus', on ? 'Make it background' : 'Make it foreground', 'flip', change);
      menu.replaceChildren(flip, item('trash-2', 'Remove', 'remove', () => quietly(actions.removePoint(point.id))));
      function change() {
        quietly(actions.removePoint(point.id));
        quietly(actions.addPoint(point.x, point.y, on ? 0 : 1));
      }
      menu.showPopover();
      placeBeside(menu, anchor.getBoundingClientRect());
    },
  };
}
