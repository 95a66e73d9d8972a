/**
 * One scroll area at a time: the list of objects takes what the other parts of the panel leave, and scrolls in itself; where they leave too
 * little, the panel scrolls, and the list in it does not.
 *
 * @module
 */

import { byId } from '../../dom.js';

/** So much of the list is worth seeing. CSS pixels: two rows. */
const LEAST = 96;

export function mountListHeight() {
  const panel = byId('panel', HTMLElement);
  const list = byId('object-list', HTMLElement);
  const section = byId('panel-objects', HTMLElement);
  const observer = new ResizeObserver(() => {
    const others = [...panel.children].reduce((sum, part) => sum + (part === section || !(part instanceof HTMLElement) ? 0 : part.offsetHeight), 0);
    const left = panel.clientHeight - others - (section.offsetHeight - list.offsetHeight);
    panel.toggleAttribute('data-list-scrolls', left >= LEAST);
  });
  observer.observe(panel);
  for (const part of panel.children) if (part !== section) observer.observe(part);
}
