/**
 * The prompts on the stage: points as real buttons, so that they can be focused, named and moved by key, and the box.
 *
 * @module
 */

import { h, icon } from '../dom.js';
import { labelName, place } from '../words.js';
import { toStage } from './viewport.js';

/** @import {Box} from '../../protocol.js' */
/** @import {Prompts, ShownPoint} from '../edits.js' */
/** @import {Viewport} from './viewport.js' */

/**
 * @typedef {{
 *   nudge: (point: ShownPoint, dx: number, dy: number) => void, remove: (id: number) => void, menu: (id: number) => void,
 *   removeBox: () => void,
 * }} PointEvents  `dx`, `dy` are image pixels
 */

const ARROWS = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
]);
/** Image pixels that an arrow key moves a point by when Shift is held. */
const FAR = 10;

/**
 * @param {HTMLElement} container  covers the stage
 * @param {PointEvents} events
 */
export function createPoints(container, events) {
  /** @type {Map<number, { button: HTMLButtonElement, point: ShownPoint }>} */
  const shown = new Map();
  const removeBox = h('button', { type: 'button', class: 'box-remove', 'aria-label': 'Remove the box', 'data-own-click': true }, icon('x'));
  removeBox.addEventListener('click', events.removeBox);
  const frame = h('div', { class: 'box', 'data-box': true, hidden: true }, removeBox);
  container.append(frame);

  /** @param {ShownPoint} point */
  function add(point) {
    const button = h('button', { type: 'button', class: 'point', 'data-point': point.id, 'data-label': point.label });
    button.append(h('span', { class: 'point-mark', 'data-label': point.label }));
    const entry = { button, point };
    // With a pointer the gestures decide; a click without one comes from the keyboard or a screen reader.
    button.addEventListener('click', (event) => event.detail === 0 && events.menu(point.id));
    button.addEventListener('keydown', (event) => {
      const arrow = ARROWS.get(event.key);
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (arrow) {
        const step = event.shiftKey ? FAR : 1;
        events.nudge(entry.point, (arrow[0] ?? 0) * step, (arrow[1] ?? 0) * step);
      } else if (event.key === 'Delete' || event.key === 'Backspace') {
        events.remove(entry.point.id);
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
    shown.set(point.id, entry);
    container.append(button);
    return entry;
  }

  return {
    /**
     * Make the buttons fit the prompts.
     *
     * @param {Prompts} prompts
     * @returns {boolean}  whether the button that had the focus is gone
     */
    update({ points }) {
      let lostFocus = false;
      const ids = new Set(points.map(({ id }) => id));
      for (const [id, { button }] of shown) {
        if (ids.has(id)) continue;
        lostFocus ||= button === document.activeElement;
        button.remove();
        shown.delete(id);
      }
      for (const point of points) {
        const entry = shown.get(point.id) ?? add(point);
        entry.point = point;
        entry.button.setAttribute('aria-label', `${labelName(point.label)} point at ${place(point)}`);
        entry.button.toggleAttribute('data-pending', point.pending);
      }
      return lostFocus;
    },

    /**
     * Put everything where it belongs.
     *
     * @param {Viewport} viewport
     * @param {Box | null} box  image pixels
     * @param {boolean} drafting  the box is being drawn
     */
    position(viewport, box, drafting) {
      for (const { button, point } of shown.values()) {
        const { x, y } = toStage(viewport, point);
        button.style.transform = `translate(${x}px, ${y}px)`;
      }
      frame.hidden = box === null;
      frame.toggleAttribute('data-draft', drafting);
      if (!box) return;
      const start = toStage(viewport, { x: box[0], y: box[1] });
      const end = toStage(viewport, { x: box[2], y: box[3] });
      frame.style.transform = `translate(${start.x}px, ${start.y}px)`;
      frame.style.width = `${end.x - start.x}px`;
      frame.style.height = `${end.y - start.y}px`;
    },

    /** @param {number} id */
    get: (id) => shown.get(id),

    /**
     * Point out one of them, while its row in the panel is under the pointer.
     *
     * @param {number | null} id
     */
    highlight(id) {
      for (const [other, { button }] of shown) button.toggleAttribute('data-highlight', other === id);
    },
  };
}
