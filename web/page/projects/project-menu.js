/**
 * What can be done with a project without opening it.
 *
 * @module
 */

import { byId, h } from '../dom.js';
import { arrows, menuItem, placeBeside } from '../menus/menu.js';

/** @typedef {{ open: () => void, rename: () => void, duplicate: () => void, save: () => void, remove: () => void }} ProjectActions */

/** @returns {(actions: ProjectActions, anchor: DOMRect) => void}  opens it beside a place in the window */
export function createProjectMenu() {
  const menu = byId('project-menu', HTMLElement);
  arrows(menu);
  /** @param {string} role @param {string} name  of the icon @param {string} label @param {() => void} run @param {string} [key] */
  const item = (role, name, label, run, key) => menuItem(menu, name, [label, ...(key ? [h('kbd', {}, key)] : [])], run, { 'data-role': role });

  return ({ open, rename, duplicate, save, remove }, anchor) => {
    menu.replaceChildren(
      item('open', 'folder-open', 'Open', open),
      item('rename', 'pencil', 'Rename', rename, 'F2'),
      item('duplicate', 'copy', 'Duplicate', duplicate),
      item('save', 'save', 'Save as a file', save),
      item('delete', 'trash-2', 'Delete', remove, 'Del'),
    );
    menu.showPopover();
    placeBeside(menu, anchor);
  };
}
