/**
 * Pictures are dragged to another place in the strip. With a mouse or a pen: a finger that moves there scrolls.
 *
 * @module
 */

import { byId, h } from '../dom.js';
import { followDrag } from '../input/drag.js';
import { cellAt, gapAt } from './cell-layout.js';

/** @import {PictureCells} from './picture-cells.js' */

/** So near its end the strip scrolls along. CSS pixels. */
const EDGE = 32;

/** @param {{ cells: PictureCells, move: (index: number, gap: number) => void }} parts */
export function mountDragPictures({ cells, move }) {
  const { list } = cells;
  const inner = byId('strip-cells', HTMLElement);
  list.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    const index = cells.indexOf(event.target);
    const cell = event.target instanceof Element ? event.target.closest('.strip-cell') : null;
    if (index !== null && cell) follow(index, cell, event);
  });

  /** @param {number} index @param {Element} cell @param {PointerEvent} start */
  function follow(index, cell, start) {
    const marker = h('div', { id: 'strip-drop' });
    let gap = index;
    followDrag({
      distance: ({ clientX, clientY }) => Math.hypot(clientX - start.clientX, clientY - start.clientY),
      move({ clientX, clientY }) {
        cell.setAttribute('data-dragging', '');
        const box = list.getBoundingClientRect();
        const along = cells.layout.columns === Infinity ? { left: scrollBy(clientX, box.left, box.right) } : { top: scrollBy(clientY, box.top, box.bottom) };
        list.scrollBy(along);
        gap = gapAt(cells.layout, { x: clientX - box.left + list.scrollLeft, y: clientY - box.top + list.scrollTop }, cells.places.length);
        const { x, y } = cellAt(cells.layout, gap);
        Object.assign(marker.style, { translate: `${Math.max(0, x - 1)}px ${y}px`, height: `${cells.layout.cellHeight}px` });
        if (!marker.isConnected) inner.append(marker);
      },
      drop: () => move(index, gap),
      end() {
        marker.remove();
        cell.removeAttribute('data-dragging');
      },
    });
  }
}

/** How far to scroll where the pointer is near an end. @param {number} at @param {number} start @param {number} end */
const scrollBy = (at, start, end) => Math.min(0, at - start - EDGE) + Math.max(0, at - end + EDGE);
