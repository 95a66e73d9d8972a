/**
 * Menus as popovers: the browser closes them on Esc or a click elsewhere; this makes their items, places them, and moves the focus by
 * arrow keys.
 *
 * @module
 */

import { h, icon } from '../dom.js';

const GAP = 4;
const MARGIN = 8;

/**
 * Wire a popover to the button that opens it (its `popovertarget`).
 *
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} popover
 */
export function attachPopover(button, popover) {
  button.setAttribute('aria-expanded', 'false');
  popover.addEventListener('beforetoggle', (event) => {
    if (event.newState === 'open') placeBelow(popover, button.getBoundingClientRect());
  });
  popover.addEventListener('toggle', (event) => {
    button.setAttribute('aria-expanded', String(event.newState === 'open'));
  });
  if (popover.getAttribute('role') === 'menu') arrows(popover);
}

/**
 * One thing that a menu offers. The menu closes first.
 *
 * @param {HTMLElement} menu
 * @param {string | HTMLElement} picture  the name of an icon, or a picture
 * @param {(string | Node)[]} words
 * @param {() => void} run
 * @param {Record<string, string | number | boolean>} [attributes]
 */
export function menuItem(menu, picture, words, run, attributes = {}) {
  const button = h('button', { type: 'button', role: 'menuitem', ...attributes }, typeof picture === 'string' ? icon(picture) : picture, ...words);
  button.addEventListener('click', () => {
    menu.hidePopover();
    run();
  });
  return button;
}

/**
 * Words with a quiet note below.
 *
 * @param {string} text
 * @param {(string | Node)[]} note
 */
export const withNote = (text, ...note) => h('span', {}, text, h('span', { class: 'quiet menu-note' }, ...note));

/**
 * Arrow keys, Home and End go through the items; Tab leaves and closes.
 *
 * @param {HTMLElement} popover  with role="menu"
 */
export function arrows(popover) {
  const items = () => [...popover.querySelectorAll('[role^="menuitem"]')].filter((item) => item instanceof HTMLElement).filter((item) => !item.matches(':disabled'));
  popover.addEventListener('toggle', (event) => {
    if (event.newState === 'open') items()[0]?.focus();
  });
  popover.addEventListener('keydown', (event) => {
    const all = items();
    const at = all.findIndex((item) => item === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Tab') popover.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all.at(to % all.length)?.focus();
  });
}

/**
 * Below its button, or above one at the foot of the page, by the edge that leaves more room.
 *
 * @param {HTMLElement} popover
 * @param {DOMRect} anchor
 */
function placeBelow(popover, anchor) {
  const { style } = popover;
  const isLow = anchor.top > innerHeight / 2; // then above
  style.top = isLow ? 'auto' : `${anchor.bottom + GAP}px`;
  style.bottom = isLow ? `${innerHeight - anchor.top + GAP}px` : 'auto';
  const fromLeft = anchor.left + anchor.width / 2 < innerWidth / 2;
  style.left = fromLeft ? `${Math.max(MARGIN, anchor.left)}px` : 'auto';
  style.right = fromLeft ? 'auto' : `${Math.max(MARGIN, innerWidth - anchor.right)}px`;
}

/**
 * Next to a place, wholly inside the window and not over it. The popover must be showing.
 *
 * @param {HTMLElement} popover
 * @param {DOMRect} anchor
 */
export function placeBeside(popover, anchor) {
  const { width, height } = popover.getBoundingClientRect();
  let left = anchor.right + GAP;
  let top = anchor.top;
  if (left + width + MARGIN > innerWidth) left = anchor.left - GAP - width;
  if (left < MARGIN) {
    left = Math.min(anchor.left, innerWidth - width - MARGIN);
    top = anchor.bottom + GAP + height + MARGIN <= innerHeight ? anchor.bottom + GAP : anchor.top - GAP - height;
  }
  popover.style.left = `${Math.max(MARGIN, left)}px`;
  popover.style.top = `${Math.max(MARGIN, Math.min(top, innerHeight - height - MARGIN))}px`;
}
