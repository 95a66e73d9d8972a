/**
 * The film strip: all pictures that one goes through, below the stage, and on a phone in a sheet.
 *
 * @module
 */

import { byId } from '../dom.js';
import { movePicture } from '../input/picture-list.js';
import { markOf } from '../input/picture-marks.js';
import { goTo } from '../input/picture-queue.js';
import { pickedOf } from '../state/picked.js';
import { recall, remember } from '../state/preferences.js';
import { mountDragPictures } from './drag-pictures.js';
import { mountFilter } from './filter.js';
import { placesOf } from './listed.js';
import { mountPickedBar } from './picked-bar.js';
import { createPicking } from './picking.js';
import { SHEET, createPictureCells } from './picture-cells.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {PictureMarks} from '../input/picture-marks.js' */
/** @import {Removing} from '../input/removing.js' */
/** @import {State, Store} from '../state/store.js' */

/** A window that is lower has no room for it until somebody asks. */
const LOW = matchMedia('(max-width: 1023px), (max-height: 500px)');

/** Whether the strip is there when the page starts. */
export const isStripWanted = () => !LOW.matches && recall('tabsam.strip') !== 'closed';

/** @param {{ store: Store, actions: Actions, marks: PictureMarks, removing: Removing }} parts */
export function mountStrip({ store, actions, marks, removing }) {
  const strip = byId('strip', HTMLElement);
  const cells = createPictureCells({ store, actions });
  const { list } = cells;
  const picking = createPicking({ store, cells });
  const pickedBar = mountPickedBar({ store, marks, removing, clear: picking.clear });
  /** Whether the strip comes or goes with the window's width: then the focus stays where somebody may be typing. */
  let isUnasked = false;
  const filter = mountFilter(store, () => refresh(store.state));

  /** @param {State} state */
  function refresh(state) {
    const places = placesOf(state, state.filter);
    cells.show(places);
    filter.say(places.length, state.queue?.pictures.length ?? 0);
  }

  store.subscribe((state, before) => {
    // a file that turns out to be no picture must not move the stage, there and back
    const listed = state.opening ? state.openedQueue : state.queue;
    const shown = state.strip && (listed?.pictures.length ?? 0) > 1;
    const opens = strip.hidden && shown;
    strip.hidden = !shown;
    if (state.strip !== before.strip) {
      if (!LOW.matches) remember('tabsam.strip', state.strip ? null : 'closed');
      if (shown && !isUnasked) list.focus({ preventScroll: true });
      else if (document.activeElement === document.body) byId('stage', HTMLElement).focus({ preventScroll: true });
    }
    if (!shown) return;
    const { queue } = state;
    if (state.run?.id !== before.run?.id || state.picked !== before.picked) cells.drawSoon();
    if (opens || queue !== before.queue || state.marks !== before.marks || state.works !== before.works) refresh(state);
    // what keys are about follows the picture that is wanted, and stays where it is when only the list changes
    if (queue && (opens || queue.pictures[queue.at]?.id !== before.queue?.pictures[before.queue.at]?.id)) {
      const index = cells.places.indexOf(queue.at);
      if (index >= 0) cells.activate(index);
    }
    if (state.busy === 0 && !state.opening) cells.goOn();
  });
  // a window that becomes narrow: as a sheet it would cover the work, unasked; one that becomes wide has its strip again
  SHEET.addEventListener('change', () => {
    cells.drawSoon();
    isUnasked = true;
    store.update({ strip: !SHEET.matches && isStripWanted() });
    isUnasked = false;
  });
  byId('strip-close', HTMLButtonElement).addEventListener('click', () => store.update({ strip: false }));

  /** @param {number} index  among the shown */
  const pictureAt = (index) => store.state.queue?.pictures[cells.places[index] ?? -1];

  /** @param {number} index */
  function open(index) {
    const place = cells.places[index];
    if (place === undefined) return;
    cells.activate(index);
    if (place !== store.state.queue?.at) goTo({ store, actions }, place);
    if (SHEET.matches) store.update({ strip: false });
  }

  list.addEventListener('click', (event) => {
    const index = cells.indexOf(event.target);
    if (index !== null && !picking.click(event, index)) open(index);
  });

  /** @param {number} index  among the shown @param {number} gap  before which one of them it goes */
  function move(index, gap) {
    const picture = pictureAt(index);
    if (!picture || gap === index || gap === index + 1) return;
    const last = cells.places.at(-1) ?? 0;
    const before = cells.places[gap] ?? last + 1;
    const place = cells.places[index] ?? 0;
    movePicture(store, picture.id, before > place ? before - 1 : before);
    cells.activate(gap > index ? gap - 1 : gap);
  }
  mountDragPictures({ cells, move });

  list.addEventListener('keydown', (event) => {
    const isAll = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a';
    if (isAll) {
      event.preventDefault();
      picking.all();
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { active, layout, places } = cells;
    const picture = pictureAt(active);
    const row = SHEET.matches ? layout.columns : 1;
    const page = Math.max(1, Math.floor(SHEET.matches ? list.clientHeight / layout.cellHeight : list.clientWidth / layout.cellWidth)) * row;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => (event.shiftKey ? move(active, active - 1) : cells.activate(active - 1)),
      ArrowRight: () => (event.shiftKey ? move(active, Math.min(active + 2, places.length)) : cells.activate(active + 1)),
      ArrowUp: () => cells.activate(active - row),
      ArrowDown: () => cells.activate(active + row),
      PageUp: () => cells.activate(active - page),
      PageDown: () => cells.activate(active + page),
      Home: () => cells.activate(0),
      End: () => cells.activate(places.length - 1),
      Enter: () => open(active),
      ' ': () => picking.toggle(active),
      k: markDone,
      Delete: remove,
      Backspace: remove,
      Escape: leave,
    };
    const run = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!run) return;
    event.preventDefault();
    run();

    function markDone() {
      if (pickedOf(store.state).length) pickedBar.markPicked();
      else if (picture) marks.markDone([picture.id], !markOf(store.state, picture.id).done);
    }
    function remove() {
      if (pickedOf(store.state).length) pickedBar.removePicked();
      else if (picture) removing.remove([picture.id]);
    }
    function leave() {
      if (picking.clear()) return;
      if (SHEET.matches) store.update({ strip: false });
      else byId('stage', HTMLElement).focus({ preventScroll: true });
    }
  });
}
