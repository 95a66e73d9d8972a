/**
 * What the hand's gestures on the stage do, with the tool that it holds.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { shownFinds } from '../../state/shown-finds.js';
import { findAt, nextObjectAt, objectsIn } from '../hit-testing.js';
import { countHint } from '../../state/hints.js';
import { selectedIds } from '../../state/store.js';
import { isBrush } from '../tools/brush.js';
import { toImage } from '../viewport.js';
import { listenToGestures } from './gestures.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Store} from '../../state/store.js' */
/** @import {Box} from '../../../protocol.js' */
/** @import {Camera} from '../camera.js' */
/** @import {Handle} from '../prompts/box.js' */
/** @import {createPromptGestures} from '../prompts/prompt-gestures.js' */
/** @import {createBrush} from '../tools/brush.js' */
/** @import {createCornerEditing} from '../tools/corner-editing.js' */
/** @import {Spot} from '../viewport.js' */
/** @import {createCrosshair} from './crosshair.js' */
/** @import {Grab, Press} from './gestures.js' */
/** @import {createHoverPreview} from './hover-preview.js' */

/** How far beside a thin object a click or a finger still selects it. CSS pixels. */
const PICK_REACH = { fine: 4, touch: 14 };
/** So soon after the first the second click of a double click comes. Milliseconds. */
const DOUBLE_TIME = 400;

/**
 * @typedef {{
 *   stage: HTMLElement, store: Store, actions: Actions, camera: Camera, prompting: ReturnType<typeof createPromptGestures>,
 *   hovering: ReturnType<typeof createHoverPreview>, brush: ReturnType<typeof createBrush>,
 *   cornerEditing: ReturnType<typeof createCornerEditing>, crosshair: ReturnType<typeof createCrosshair>,
 *   requestFrame: () => void, openMenu: (id: number) => void, focusPoint: (id: number) => void,
 *   grabBox: (handle: Handle, from: Spot) => Grab | null, drawBox: (box: Box | null) => void,
 * }} Parts
 *   `openMenu` and `focusPoint` are about a point; `drawBox` shows a box while it is drawn, null when it no longer is
 * @param {Parts} parts
 */
export function mountStageGestures(parts) {
  const { stage, store, actions, camera, prompting, hovering, brush, cornerEditing, crosshair } = parts;
  const { requestFrame, openMenu, focusPoint, grabBox, drawBox } = parts;

  /**
   * Select the object at a place, or the one below if it is selected already; none where there is nothing.
   *
   * @param {Spot} at  stage pixels
   * @param {boolean} touch
   * @param {boolean} [more]  one more, or one less; nothing where there is none
   */
  function selectAt(at, touch, more = false) {
    const { view, opening } = store.state;
    if (!camera.viewport || opening) return;
    const reach = (touch ? PICK_REACH.touch : PICK_REACH.fine) / camera.viewport.scale;
    const selected = selectedIds(store.state);
    const alone = selected.length === 1 ? (selected[0] ?? null) : null;
    const id = nextObjectAt(view.objects.list, more ? null : alone, toImage(camera.viewport, at), reach);
    if (more && id !== null) quietly(actions.toggleSelected(id));
    else if (!more && (id !== (selected[0] ?? null) || selected.length > 1)) quietly(actions.select(id));
  }

  /**
   * Open the menu of the object at a place, which is selected then, if it was not among the selected.
   *
   * @param {Spot} at  stage pixels
   */
  async function askAt(at) {
    const { view, opening } = store.state;
    if (!camera.viewport || opening) return;
    const id = nextObjectAt(view.objects.list, null, toImage(camera.viewport, at), PICK_REACH.fine / camera.viewport.scale);
    if (id === null) return;
    if (!selectedIds(store.state).includes(id)) await actions.select(id);
    const { left, top } = stage.getBoundingClientRect();
    document.dispatchEvent(new CustomEvent('tabsam:object-menu', { detail: { id, at: new DOMRect(left + at.x, top + at.y) } }));
  }

  const selects = () => ['hand', 'vertices'].includes(store.state.tool);

  /** Light up the object under the pointer, where a click would select it. @param {Spot | null} at  stage pixels */
  function pointAt(at) {
    const { view, opening, pointed } = store.state;
    const reach = PICK_REACH.fine / (camera.viewport?.scale ?? 1);
    const under = at && camera.viewport && !opening && selects() ? nextObjectAt(view.objects.list, null, toImage(camera.viewport, at), reach) : null;
    if (under !== pointed) store.update({ pointed: under });
  }

  /** Select what a box touches. @param {Box | null} box @param {boolean} more  beside what is selected already */
  function selectIn(box, more) {
    const { view, opening } = store.state;
    if (!box || opening) return;
    countHint('box');
    const before = more ? selectedIds(store.state) : [];
    quietly(actions.selectObjects([...before, ...objectsIn(view.objects.list, box).filter((id) => !before.includes(id))]));
  }

  /**
   * @param {Press} press
   * @returns {Grab | null}  what is under it, or what the tool does there
   */
  function grab(press) {
    const { tool } = store.state;
    const handle = press.target?.closest('[data-handle]');
    if (handle instanceof HTMLElement && press.button === 0) {
      return grabBox(/** @type {Handle} */ (handle.dataset.handle), press.at);
    }
    if (isBrush(store.state)) return brush.grab(press);
    return tool === 'vertices' ? cornerEditing.grab(press) : null;
  }

  /** Where a find was taken or rejected last, in stage pixels. @type {{ at: Spot, time: number } | null} */
  let dealtWith = null;

  /**
   * Take the find at a place, or reject it; the second click of a double click means nothing more.
   *
   * @param {Spot} at  stage pixels
   * @param {0 | 1} label
   * @param {number} time  the event's own time stamp
   * @returns {boolean}  whether the click is dealt with
   */
  function dealWithFind(at, label, time) {
    if (!camera.viewport) return false;
    if (dealtWith && time - dealtWith.time < DOUBLE_TIME && Math.hypot(at.x - dealtWith.at.x, at.y - dealtWith.at.y) <= PICK_REACH.fine) return true;
    const find = findAt(shownFinds(store.state), toImage(camera.viewport, at));
    dealtWith = find && { at, time };
    if (find) quietly(label === 1 ? actions.takeFound([find.number]) : actions.rejectFound([find.number]));
    return find !== null;
  }

  const gestures = listenToGestures(stage, {
    click(at, label, time) {
      if (crosshair.hide()) requestFrame();
      if (!camera.viewport) return;
      const { tool } = store.state;
      if (tool === 'vertices') {
        selectAt(at, false);
        return;
      }
      const spot = toImage(camera.viewport, at);
      if (dealWithFind(at, label, time)) return;
      if (prompting.addPoint(hovering.meant(spot), label)) performance.mark('tabsam:click', { startTime: time });
    },
    select: selectAt,
    selects,
    ask: (at) => quietly(askAt(at)),
    grab,
    over(at, { target, altKey }, pressed) {
      brush.over(at, altKey);
      if (pressed) return;
      const free = target instanceof Element && !target.closest('#prompts') && !gestures.panning.held;
      if (free) hovering.over(at);
      else hovering.leave();
      pointAt(free ? at : null);
      stage.dataset.over = (free && (cornerEditing.over(at) ?? (hovering.find && 'find'))) || '';
    },
    left() {
      hovering.leave();
      pointAt(null);
      brush.over(null);
    },
    resize(factor) {
      if (!isBrush(store.state)) return false;
      actions.setBrush(store.state.brush * factor);
      return true;
    },
    draw(from, to) {
      drawBox(prompting.boxBetween(from, to));
    },
    drawn(from, to, time, more) {
      drawBox(null);
      if (selects()) selectIn(prompting.boxBetween(from, to), more);
      else if (prompting.setBox(prompting.boxBetween(from, to))) performance.mark('tabsam:click', { startTime: time });
    },
    undrawn: () => drawBox(null),
    pan: (dx, dy) => camera.pan(dx, dy),
    zoom: (at, factor) => camera.zoomBy(factor, at),
    drag: prompting.drag,
    dropped(id) {
      prompting.endDrag();
      focusPoint(id);
    },
    tap(id, touch, twice) {
      focusPoint(id);
      if (touch || twice) openMenu(id);
    },
    menu: openMenu,
  });
  return gestures;
}
