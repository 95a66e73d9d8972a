/**
 * What can be done with one point.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId, h, icon } from '../../dom.js';
import { arrows, placeBeside } from '../../menus/menu.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {ShownPoint} from '../../state/pending-edits.js' */

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
      const label = on ? 'Make it background' : 'Make it foreground';
      const flip = item(on ? 'circle-minus' : 'circle-plus', label, 'flip', () => quietly(actions.labelPoint(point.id, on ? 0 : 1)));
      menu.replaceChildren(flip, item('trash-2', 'Remove', 'remove', () => quietly(actions.removePoint(point.id))));
      menu.showPopover();
      placeBeside(menu, anchor.getBoundingClientRect());
    },
  };
}
