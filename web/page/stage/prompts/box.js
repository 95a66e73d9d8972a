/**
 * The prompt's box on the stage: its frame, the handles that change it, and the button that removes it.
 *
 * @module
 */

import { h, icon } from '../../dom.js';
import { place } from '../../formatting.js';
import { changeByKey } from '../input/arrow-keys.js';
import { toStage } from '../viewport.js';

/** @import {Box} from '../../../protocol.js' */
/** @import {Size, Spot, Viewport} from '../viewport.js' */

/**
 * @typedef {'n' | 's' | 'w' | 'e' | 'nw' | 'ne' | 'sw' | 'se' | 'move'} Handle  by the compass
 * @typedef {{ nudge: (handle: Handle, dx: number, dy: number) => void, remove: () => void }} BoxEvents  `dx`, `dy` are image pixels
 */

const CORNERS = /** @type {const} */ (['nw', 'ne', 'sw', 'se']);
const EDGES = /** @type {const} */ (['n', 'e', 's', 'w']);
/** Two corners are enough to change a box by key; the others are for the pointer. */
const NAMES = new Map([['nw', 'Top left corner of the box'], ['se', 'Bottom right corner of the box']]);
/** A side must have this much room, in hit areas, for a handle between its corners. */
const ROOM = 3;
/** CSS pixels of a handle's hit area, as in box.css, with a fine pointer and with a finger. */
const HIT = { fine: 20, coarse: 44 };
/** How far beside the corner the button is that removes the box. CSS pixels. */
const AWAY = { fine: 20, coarse: 32 };

/**
 * Drag a box by one of its handles.
 *
 * @param {Box} box  as it was when the drag began
 * @param {Handle} handle
 * @param {number} dx  image pixels
 * @param {number} dy
 * @param {Size} picture
 * @returns {Box}  on the picture, top-left corner first, at least a pixel wide and high where there is room
 */
export function draggedBox([x0, y0, x1, y1], handle, dx, dy, { width, height }) {
  const within = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(most, Math.max(0, value));
  if (handle === 'move') {
    const [mx, my] = [Math.min(width - x1, Math.max(-x0, dx)), Math.min(height - y1, Math.max(-y0, dy))];
    return [x0 + mx, y0 + my, x1 + mx, y1 + my];
  }
  if (handle.includes('w')) x0 = within(x0 + dx, width);
  if (handle.includes('e')) x1 = within(x1 + dx, width);
  if (handle.includes('n')) y0 = within(y0 + dy, height);
  if (handle.includes('s')) y1 = within(y1 + dy, height);
  const [left, right] = apart(x0, x1, width);
  const [top, bottom] = apart(y0, y1, height);
  return [left, top, right, bottom];
}

/**
 * @param {number} a
 * @param {number} b
 * @param {number} most
 * @returns {[number, number]}  in order, with a pixel between them
 */
function apart(a, b, most) {
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  if (high - low >= 1) return [low, high];
  return high + 1 <= most ? [low, low + 1] : [most - 1, most];
}

/**
 * @param {HTMLElement} container  covers the stage
 * @param {BoxEvents} events
 */
export function createBox(container, events) {
  const coarse = matchMedia('(max-width: 1023px), (pointer: coarse)');
  const remove = h('button', { type: 'button', class: 'box-remove', 'aria-label': 'Remove the box', 'data-own-click': true }, icon('x'));
  remove.addEventListener('click', events.remove);
  const sides = EDGES.map((side) => h('div', { class: 'box-side', 'data-handle': 'move', 'data-side': side }));
  const handles = [...EDGES, ...CORNERS].map((handle) => {
    const name = NAMES.get(handle);
    const mark = name
      ? h('button', { type: 'button', class: 'box-handle', 'data-handle': handle, 'aria-label': name })
      : h('div', { class: 'box-handle', 'data-handle': handle });
    mark.addEventListener('keydown', (event) => event instanceof KeyboardEvent && change(event, handle));
    return mark;
  });
  const frame = h('div', { class: 'box', role: 'group', tabindex: 0, 'data-box': true, hidden: true }, ...sides, ...handles, remove);
  frame.addEventListener('keydown', (event) => event.target === frame && change(event, 'move'));
  container.append(frame);

  /**
   * @param {KeyboardEvent} event
   * @param {Handle} handle
   */
  const change = (event, handle) => changeByKey(event, (dx, dy) => events.nudge(handle, dx, dy), events.remove);

  return {
    focus: () => frame.focus({ preventScroll: true }),

    /**
     * @param {Viewport} viewport
     * @param {Size} size  the stage's
     * @param {Box | null} box  image pixels
     * @param {boolean} drafting  the box is being drawn
     * @returns {boolean}  whether the focus was on a box that is gone
     */
    position(viewport, size, box, drafting) {
      const lostFocus = !box && frame.contains(document.activeElement);
      frame.hidden = box === null;
      frame.toggleAttribute('data-draft', drafting);
      if (!box) return lostFocus;
      const start = toStage(viewport, { x: box[0], y: box[1] });
      const end = toStage(viewport, { x: box[2], y: box[3] });
      const [width, height] = [end.x - start.x, end.y - start.y];
      frame.style.transform = `translate(${start.x}px, ${start.y}px)`;
      frame.style.width = `${width}px`;
      frame.style.height = `${height}px`;
      const hit = coarse.matches ? HIT.coarse : HIT.fine;
      frame.toggleAttribute('data-narrow', width < ROOM * hit);
      frame.toggleAttribute('data-low', height < ROOM * hit);
      frame.setAttribute('aria-label', `Box from ${place({ x: box[0], y: box[1] })} to ${place({ x: box[2], y: box[3] })}`);
      const at = besideCorner(start, end, size, coarse.matches ? AWAY.coarse : AWAY.fine);
      remove.style.transform = `translate(${at.x - start.x}px, ${at.y - start.y}px)`;
      return false;
    },
  };
}

/**
 * Where the button goes that removes a box: beside its top right corner, and inside where there is no room outside.
 *
 * @param {Spot} start  stage pixels
 * @param {Spot} end
 * @param {Size} size  the stage's
 * @param {number} away  CSS pixels
 * @returns {Spot}  the button's middle, in stage pixels
 */
function besideCorner(start, end, size, away) {
  const margin = 14;
  const y = start.y - away >= margin ? start.y - away : start.y + away;
  const x = end.x + away <= size.width - margin ? end.x + away : end.x - away;
  return { x, y };
}
