/**
 * The strip's list: cells of the pictures that are seen, and of no others; walked by keys, opened by a click or Enter.
 *
 * @module
 */

import { byId } from '../dom.js';
import { createCell } from './cell.js';
import { cellAt, cellsIn, layOut } from './cell-layout.js';
import { standingOf } from './listed.js';
import { READABLE } from '../input/linked-source.js';
import { createThumbnails } from './thumbnails.js';
import { pickedOf } from '../state/picked.js';
import { isLooking } from '../state/store.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {ListedPicture, State, Store} from '../state/store.js' */
/** @import {Cell} from './cell.js' */
/** @import {Layout} from './cell-layout.js' */

/** Where the strip is a sheet, and its cells lie in rows. */
export const SHEET = matchMedia('(max-width: 1023px) and (min-height: 501px)');

/** @param {{ store: Store, actions: Actions }} parts */
export function createPictureCells({ store, actions }) {
  const list = byId('strip-list', HTMLElement);
  const inner = byId('strip-cells', HTMLElement);
  /** By the ids of their pictures. @type {Map<string, Cell>} */
  const cells = new Map();
  /** What is shown, by the places in the list of all. @type {readonly number[]} */
  let places = [];
  /** The index among the shown of the one that keys are about. */
  let active = 0;
  /** @type {Layout} */
  let layout = layOut({ width: 0, height: 0 }, false, 0);
  let frame = 0;

  const thumbnails = createThumbnails({
    isBusy: () => store.state.busy > 0 || store.state.opening !== null || list.closest('[hidden]') !== null,
    onMade: (id, canvas) => cells.get(id)?.showThumbnail(canvas),
    ask: actions.thumbnailOf,
    project: () => (isLooking(store.state) ? null : store.state.project),
  });

  document.addEventListener(READABLE, thumbnails.tryAgain);

  /** @param {State} state */
  function draw(state) {
    const pictures = state.queue?.pictures ?? [];
    const seen = { left: list.scrollLeft, top: list.scrollTop, width: list.clientWidth, height: list.clientHeight };
    layout = layOut(seen, SHEET.matches, places.length);
    Object.assign(inner.style, { width: `${layout.width}px`, height: `${layout.height}px` });
    list.setAttribute('aria-orientation', SHEET.matches ? 'vertical' : 'horizontal');
    const { first, end } = cellsIn(layout, seen, places.length);
    const drawn = new Set(Array.from({ length: end - first }, (_, index) => first + index));
    if (active < places.length) drawn.add(active); // what has the focus is there, wherever one has scrolled
    const gone = new Set(cells.keys());
    const some = pickedOf(state).length > 0; // others may have left the list since
    /** @type {ListedPicture[]} */
    const wanted = [];
    for (const index of [...drawn].sort((one, other) => one - other)) {
      const place = places[index] ?? 0;
      const picture = pictures[place];
      if (!picture) continue;
      let cell = cells.get(picture.id);
      if (cell?.picture !== picture) {
        cell?.element.remove();
        cell = createCell(picture);
        cells.set(picture.id, cell);
        inner.append(cell.element);
      }
      gone.delete(picture.id);
      wanted.push(picture);
      cell.place(cellAt(layout, index), layout);
      const running = picture.id === state.run?.id;
      const picked = some ? state.picked.has(picture.id) : null;
      cell.show(standingOf(state, picture), { place, many: pictures.length, current: place === state.queue?.at, active: index === active, running, picked });
      cell.showThumbnail(thumbnails.get(picture.id));
    }
    for (const id of gone) {
      cells.get(id)?.element.remove();
      cells.delete(id);
    }
    const picture = pictures[places[active] ?? -1];
    if (picture) list.setAttribute('aria-activedescendant', `strip-${picture.id}`);
    else list.removeAttribute('aria-activedescendant');
    thumbnails.want(wanted);
  }

  const drawSoon = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (list.clientWidth) draw(store.state);
    });
  };
  list.addEventListener('scroll', drawSoon, { passive: true });
  new ResizeObserver(() => {
    drawSoon();
    reveal();
  }).observe(list);
  // a wheel has one axis, and the strip the other
  list.addEventListener(
    'wheel',
    (event) => {
      if (SHEET.matches || event.deltaX || event.ctrlKey) return;
      event.preventDefault();
      list.scrollLeft += event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * layout.cellWidth;
    },
    { passive: false },
  );

  /** Scroll to the cell that keys are about, no further than is needed. */
  function reveal() {
    const { x, y } = cellAt(layout, active);
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = list;
    const to = (/** @type {number} */ at, /** @type {number} */ size, /** @type {number} */ seen, /** @type {number} */ room) =>
      Math.max(Math.min(seen, at), at + size - room);
    list.scrollTo(to(x, layout.cellWidth, scrollLeft, clientWidth), to(y, layout.cellHeight, scrollTop, clientHeight));
  }

  return {
    list,
    /** @param {readonly number[]} shown  places in the list of all */
    show(shown) {
      const place = places[active];
      places = shown;
      active = Math.max(0, Math.min(shown.length - 1, place === undefined ? 0 : shown.findIndex((one) => one >= place)));
      drawSoon();
    },
    drawSoon,
    goOn: thumbnails.goOn,
    get layout() {
      return layout;
    },
    get places() {
      return places;
    },
    get active() {
      return active;
    },
    /** Have keys be about another one. @param {number} index  among the shown */
    activate(index) {
      if (!places.length) return;
      active = Math.max(0, Math.min(places.length - 1, index));
      layout = layOut({ width: list.clientWidth, height: list.clientHeight }, SHEET.matches, places.length);
      Object.assign(inner.style, { width: `${layout.width}px`, height: `${layout.height}px` });
      reveal();
      if (list.clientWidth) draw(store.state);
    },
    /** The picture of a cell, by its index among the shown; null elsewhere. @param {EventTarget | null} target */
    indexOf(target) {
      const cell = target instanceof Element ? target.closest('.strip-cell') : null;
      const id = cell instanceof HTMLElement ? cell.dataset.pictureId : undefined;
      if (id === undefined) return null;
      const index = places.findIndex((place) => store.state.queue?.pictures[place]?.id === id);
      return index < 0 ? null : index;
    },
  };
}

/** @typedef {ReturnType<typeof createPictureCells>} PictureCells */
