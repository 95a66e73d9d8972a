/**
 * What can be done with one object of the list.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId } from '../../dom.js';
import { arrows, menuItem, placeBeside } from '../../menus/menu.js';
import { createCutoutItems } from './cutout-items.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {ObjectInfo} from '../../../protocol.js' */

/**
 * @param {{ actions: Actions, rename: (id: number) => void, move: (id: number, step: number) => void, chooseClass: () => void }} parts
 */
export function createObjectMenu({ actions, rename, move, chooseClass }) {
  const menu = byId('object-menu', HTMLElement);
  arrows(menu);
  const cutoutItems = createCutoutItems({ menu, actions });

  /** @param {string} role @param {string} name  of the icon @param {string} label @param {() => void} run @param {boolean} [disabled] */
  const item = (role, name, label, run, disabled = false) => menuItem(menu, name, [label], run, { 'data-role': role, disabled });

  return {
    /**
     * @param {ObjectInfo} object
     * @param {{ anchor: DOMRect, isTop: boolean, isBottom: boolean, isSelected: boolean }} at
     */
    open({ id, asks, locked }, { anchor, isTop, isBottom, isSelected }) {
      menu.replaceChildren(
        item('select', isSelected ? 'circle-minus' : 'circle-plus', isSelected ? 'Take out of the selection' : 'Add to the selection', () => quietly(actions.toggleSelected(id))),
        item('rename', 'pencil', 'Rename', () => rename(id), locked),
        item('class', 'tag', 'Change its class', () => void actions.select(id).then(chooseClass, () => {}), locked),
        ...(asks ? [item('reopen', 'message-circle-question', 'Go on asking the model', () => quietly(actions.reopen(id)), locked)] : []),
        item('duplicate', 'copy', 'Duplicate', () => quietly(actions.duplicateObject(id))),
        ...cutoutItems(id),
        item('up', 'arrow-up', 'Move up', () => move(id, 1), isTop),
        item('down', 'arrow-down', 'Move down', () => move(id, -1), isBottom),
        item('delete', 'trash-2', 'Delete', () => quietly(actions.removeObject(id)), locked),
      );
      menu.showPopover();
      placeBeside(menu, anchor);
    },
  };
}
