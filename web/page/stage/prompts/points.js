/**
 * The points on the stage, as real buttons, so that they can be focused, named and moved by key.
 *
 * @module
 */

import { h } from '../../dom.js';
import { labelName, place } from '../../formatting.js';
import { changeByKey } from '../input/arrow-keys.js';
import { toStage } from '../viewport.js';

/** @import {Prompts, ShownPoint} from '../../state/pending-edits.js' */
/** @import {Viewport} from '../viewport.js' */

/**
 * @typedef {{
 *   nudge: (point: ShownPoint, dx: number, dy: number) => void, remove: (id: number) => void, menu: (id: number) => void,
 * }} PointEvents  `dx`, `dy` are image pixels
 */

/**
 * @param {HTMLElement} container  covers the stage
 * @param {PointEvents} events
 */
export function createPoints(container, events) {
  /** @type {Map<number, { button: HTMLButtonElement, point: ShownPoint }>} */
  const shown = new Map();

  /** @param {ShownPoint} point */
  function add(point) {
    const button = h('button', { type: 'button', class: 'point', 'data-point': point.id, 'data-label': point.label });
    button.append(h('span', { class: 'point-mark', 'data-label': point.label }));
    const entry = { button, point };
    // With a pointer the gestures decide; a click without one comes from the keyboard or a screen reader.
    button.addEventListener('click', (event) => event.detail === 0 && events.menu(point.id));
    button.addEventListener('keydown', (event) => {
      changeByKey(event, (dx, dy) => events.nudge(entry.point, dx, dy), () => events.remove(entry.point.id));
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
     */
    position(viewport) {
      for (const { button, point } of shown.values()) {
        const { x, y } = toStage(viewport, point);
        button.style.transform = `translate(${x}px, ${y}px)`;
      }
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
