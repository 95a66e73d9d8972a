/**
 * Follows a press in the window until it ends: as a drag, once the pointer has moved, or as a click. Esc gives a drag up, and nothing else.
 *
 * @module
 */

/** A press that moves less is a click. CSS pixels. */
const SLACK = 6;

/**
 * @param {{ distance: (event: PointerEvent) => number, move: (event: PointerEvent) => void, drop: () => void, end: () => void }} parts
 *   `distance` is how far the pointer has come, in CSS pixels; `move` is called while it is dragged, `drop` after `end` where it was
 */
export function followDrag({ distance, move, drop, end }) {
  const abort = new AbortController();
  const { signal } = abort;
  let dragging = false;
  const stop = () => {
    abort.abort();
    end();
  };
  addEventListener(
    'pointermove',
    (event) => {
      if (!dragging && distance(event) < SLACK) return;
      dragging = true;
      move(event);
    },
    { signal },
  );
  addEventListener(
    'pointerup',
    () => {
      stop();
      if (!dragging) return;
      // the click that ends a drag selects and opens nothing
      const click = new AbortController();
      addEventListener('click', (event) => event.stopPropagation(), { capture: true, signal: click.signal });
      setTimeout(() => click.abort());
      drop();
    },
    { signal },
  );
  addEventListener('pointercancel', stop, { signal });
  addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      stop();
    },
    { signal, capture: true },
  );
}
