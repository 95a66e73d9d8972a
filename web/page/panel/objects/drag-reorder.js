/**
 * Objects are dragged to another place in the list. With a mouse or a pen: a finger that moves there scrolls.
 *
 * @module
 */

import { followDrag } from '../../input/drag.js';

/**
 * @param {{ list: HTMLElement, move: (id: number, place: number) => void, canMove: () => boolean }} parts  `place`: 0 is the bottom of the
 *   list; it `canMove` where the list is the whole stack
 */
export function mountDragReorder({ list, move, canMove }) {
  list.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch' || event.button !== 0 || !canMove() || !(event.target instanceof Element)) return;
    const pick = event.target.closest('.object-pick');
    const row = pick?.closest('.object');
    if (row instanceof HTMLElement) follow(row, event.clientY);
  });

  /** @param {HTMLElement} row @param {number} start */
  function follow(row, start) {
    const id = idOf(row);
    /** What the row would come before, in the list. @type {Element | null} */
    let before = null;
    const others = () => [...list.children].filter((other) => other !== row);
    followDrag({
      distance: ({ clientY }) => Math.abs(clientY - start),
      move({ clientY }) {
        row.setAttribute('data-dragging', '');
        const rest = others();
        before = rest.find((other) => clientY < middleOf(other)) ?? null;
        for (const other of rest) other.removeAttribute('data-drop');
        (before ?? rest.at(-1))?.setAttribute('data-drop', before ? 'before' : 'after');
      },
      drop() {
        if (id === null || !row.isConnected) return;
        const rest = others();
        move(id, rest.length - (before ? rest.indexOf(before) : rest.length));
      },
      end() {
        row.removeAttribute('data-dragging');
        for (const other of list.children) other.removeAttribute('data-drop');
      },
    });
  }
}

/** @param {Element} element */
function middleOf(element) {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}

/** @param {Element} inside  a row */
export function idOf(inside) {
  const row = inside.closest('[data-object]');
  return row instanceof HTMLElement ? Number(row.dataset.object) : null;
}
