/**
 * Pictures are picked in the strip: by Ctrl and Shift with a click, by Space, and on a phone by a long press, after which a tap picks, too.
 *
 * @module
 */

import { pickedOf } from '../state/picked.js';

/** @import {Store} from '../state/store.js' */
/** @import {PictureCells} from './picture-cells.js' */

/** A finger that rests so long, and so still, picks. Milliseconds, CSS pixels. */
const LONG_PRESS_MS = 500;
const SLACK = 10;

/** @param {{ store: Store, cells: PictureCells }} parts */
export function createPicking({ store, cells }) {
  /** The picture from which Shift picks: the last that was picked, or left. */
  let anchor = '';
  /** The click that a long press ends with opens nothing. */
  let pressed = false;

  /** @param {number} index  among the shown */
  const idAt = (index) => store.state.queue?.pictures[cells.places[index] ?? -1]?.id;

  /** @param {Iterable<string>} ids */
  const pick = (ids) => store.update({ picked: new Set(ids) });

  /** @param {number} index */
  function toggle(index) {
    const id = idAt(index);
    if (id === undefined) return;
    anchor = id;
    const picked = new Set(store.state.picked);
    if (!picked.delete(id)) picked.add(id);
    pick(picked);
  }

  /** Pick all from the last one to this. @param {number} index */
  function reach(index) {
    const { queue } = store.state;
    const from = [anchor, queue?.pictures[queue.at]?.id].map((id) => cells.places.findIndex((place) => queue?.pictures[place]?.id === id)).find((at) => at >= 0) ?? index;
    const [first, last] = from < index ? [from, index] : [index, from];
    const ids = cells.places.slice(first, last + 1).flatMap((place) => queue?.pictures[place]?.id ?? []);
    pick([...store.state.picked, ...ids]);
  }

  cells.list.addEventListener('pointerdown', (event) => {
    pressed = false;
    const index = cells.indexOf(event.target);
    if (event.pointerType !== 'touch' || index === null) return;
    const end = new AbortController();
    const timer = setTimeout(() => {
      pressed = true;
      end.abort();
      cells.activate(index);
      toggle(index);
    }, LONG_PRESS_MS);
    end.signal.addEventListener('abort', () => clearTimeout(timer));
    const { signal } = end;
    for (const kind of ['pointerup', 'pointercancel']) addEventListener(kind, () => end.abort(), { signal });
    addEventListener('pointermove', ({ clientX, clientY }) => Math.hypot(clientX - event.clientX, clientY - event.clientY) > SLACK && end.abort(), { signal });
  });
  cells.list.addEventListener('contextmenu', (event) => {
    if (pressed) event.preventDefault(); // what the browser makes of a long press
  });

  return {
    toggle,
    /** Pick all that the strip shows. */
    all: () => pick(cells.places.flatMap((place) => store.state.queue?.pictures[place]?.id ?? [])),
    /** @returns {boolean}  whether any were picked */
    clear() {
      const some = pickedOf(store.state).length > 0;
      anchor = '';
      if (store.state.picked.size) pick([]);
      return some;
    },
    /**
     * Pick by a click, if that is what it means.
     *
     * @param {MouseEvent} event
     * @param {number} index  among the shown
     * @returns {boolean}  whether it was
     */
    click(event, index) {
      if (pressed) {
        pressed = false;
        return true;
      }
      const isTouch = event instanceof PointerEvent && event.pointerType === 'touch';
      if (event.shiftKey) reach(index);
      else if (event.ctrlKey || event.metaKey || (isTouch && pickedOf(store.state).length)) toggle(index);
      else return false;
      cells.activate(index);
      return true;
    },
  };
}
