/**
 * Turns pointer events on the stage into what the person meant: a click, a box, a pan, a zoom, a thing taken by the hand.
 * It knows no picture and no prompt; places are CSS pixels from the stage's top-left corner.
 *
 * @module
 */

import { IS_MAC } from '../../input/commands.js';

/** @import {Spot} from '../viewport.js' */

/**
 * @typedef {{ at: Spot, target: Element | null, button: number, touch: boolean, alt: boolean }} Press  `alt`: also macOS's Ctrl-click
 *
 * @typedef {{ eager?: boolean, move: (spots: Spot[]) => void, drop: () => void, cancel: () => void, click?: () => void,
 *   hold?: () => void }} Grab
 *   A thing in the hand. `move` gets every place since the last time; `eager` things move at once, others when the pointer has left
 *   its place for good. A press that ends where it began is a `click`, on the stage itself where there is none; a long one a `hold`.
 *
 * @typedef {{
 *   click: (at: Spot, label: 0 | 1, time: number) => void, select: (at: Spot, touch: boolean, more: boolean) => void, selects: () => boolean,
 *   ask: (at: Spot) => void, grab: (press: Press) => Grab | null, over: (at: Spot, event: PointerEvent, pressed: boolean) => void, left: () => void,
 *   resize: (factor: number) => boolean,
 *   draw: (from: Spot, to: Spot) => void, drawn: (from: Spot, to: Spot, time: number, more: boolean) => void, undrawn: () => void,
 *   pan: (dx: number, dy: number) => void, zoom: (at: Spot, factor: number) => void,
 *   drag: (id: number, at: Spot) => void, dropped: (id: number) => void,
 *   tap: (id: number, touch: boolean, twice: boolean) => void, menu: (id: number) => void,
 * }} Gestures
 *   `drag` and `dropped` are about the point `id`; its grip is kept under the pointer. `time` is the event's own time stamp.
 *   `select` is a click with Ctrl or Cmd. Where the tool `selects`, it is any click; a drag that begins on nothing pans then, and with
 *   Shift draws a box, and a right click will `ask` what can be done there. `more` adds to what is selected, or takes out of it: by Shift, by Ctrl or Cmd where the tool selects anyway, and by
 *   a long press. `over` and `left` are about a pointer that hovers, which a finger never does. `resize` is the
 *   wheel with Shift; it tells whether it had a use for it.
 *
 * @typedef {'wait' | 'box' | 'pan' | 'point' | 'grab' | 'done'} Mode
 * @typedef {{ id: number, from: Spot, at: Spot, mode: Mode, button: number, touch: boolean, alt: boolean, mod: boolean, shift: boolean,
 *   point: number | null, grip: Spot, grab: Grab | null }} Held
 */

/** How far, in CSS pixels, a pointer may tremble and still click. */
const SLOP = { mouse: 4, touch: 10 };
const LONG_PRESS_MS = 500;
const DOUBLE_MS = 400;
const WHEEL_SPEED = 0.0015;
/** A trackpad's pinch comes as a wheel with Ctrl, in much smaller steps. */
const PINCH_SPEED = 0.01;
const LINE_HEIGHT = 16;

/**
 * @param {HTMLElement} stage
 * @param {Gestures} gestures
 * @returns {{ stop: () => boolean, panning: { held: boolean, used: boolean } }}  `stop` gives up a drag, and tells whether there was
 *   one; `panning` is the Space bar's: `held` is set from outside, `used` from inside
 */
export function listenToGestures(stage, gestures) {
  /** @type {Map<number, Spot>} */
  const touches = new Map();
  /** @type {Held | null} */
  let press = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let longPress;
  let lastTap = { point: NaN, time: -Infinity };
  const panning = { held: false, used: false };

  /** @param {MouseEvent} event @returns {Spot} */
  const spotOf = (event) => {
    const { left, top } = stage.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  function stop() {
    clearTimeout(longPress);
    const mode = press?.mode;
    if (mode === 'box') gestures.undrawn();
    if (mode === 'point' && press?.point != null) gestures.dropped(press.point);
    if (mode === 'grab') press?.grab?.cancel();
    if (press) press.mode = 'done';
    return mode === 'box' || mode === 'point' || mode === 'grab';
  }

  stage.addEventListener('pointerdown', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('[data-own-click]')) return;
    const at = spotOf(event);
    const touch = event.pointerType === 'touch';
    if (touch) {
      touches.set(event.pointerId, at);
      if (touches.size > 1) {
        stop(); // a second finger: neither a click nor a box, but a pinch
        return;
      }
    }
    if (press) stop(); // of another device
    stage.setPointerCapture(event.pointerId);
    const element = target?.closest('[data-point]');
    const point = element instanceof HTMLElement ? Number(element.dataset.point) : null;
    const box = element?.getBoundingClientRect();
    const grip = box ? { x: box.x + box.width / 2 - event.clientX, y: box.y + box.height / 2 - event.clientY } : { x: 0, y: 0 };
    const alt = event.altKey || (IS_MAC && event.ctrlKey); // Ctrl-click is macOS's right click
    const mod = IS_MAC ? event.metaKey : event.ctrlKey;
    press = { id: event.pointerId, from: at, at, mode: 'wait', button: event.button, touch, alt, mod, shift: event.shiftKey, point, grip, grab: null };
    if (event.button === 1 || panning.held) {
      press.mode = 'pan';
      panning.used ||= panning.held;
      event.preventDefault();
      return;
    }
    if (point === null && !mod) press.grab = gestures.grab({ at, target, button: event.button, touch, alt });
    if (press.grab?.eager) press.mode = 'grab';
    else if (touch) longPress = setTimeout(() => hold(event.timeStamp + LONG_PRESS_MS), LONG_PRESS_MS);
  });

  /** @param {number} time */
  function hold(time) {
    if (press?.mode !== 'wait') return;
    press.mode = 'done';
    // a short buzz says that the press has counted, where the device can
    if ('vibrate' in navigator) navigator.vibrate(10);
    if (press.point !== null) gestures.menu(press.point);
    else if (press.grab?.hold) press.grab.hold();
    else if (gestures.selects()) gestures.select(press.from, true, true);
    else gestures.click(press.from, 0, time);
  }

  stage.addEventListener('pointermove', (event) => {
    const at = spotOf(event);
    if (touches.has(event.pointerId)) {
      const before = [...touches.values()];
      touches.set(event.pointerId, at);
      if (touches.size > 1) {
        pinch(before, [...touches.values()]);
        return;
      }
    }
    if (event.pointerType !== 'touch') gestures.over(at, event, press !== null);
    if (!press || press.id !== event.pointerId) return;
    const before = press.mode === 'wait' ? press.from : press.at; // a pan that begins late catches up
    press.at = at;
    if (press.mode === 'wait') begin(press);
    if (press.mode === 'pan') gestures.pan(at.x - before.x, at.y - before.y);
    else if (press.mode === 'box') gestures.draw(press.from, at);
    else if (press.mode === 'point' && press.point !== null) gestures.drag(press.point, { x: at.x + press.grip.x, y: at.y + press.grip.y });
    else if (press.mode === 'grab') press.grab?.move(allSpotsOf(event));
  });

  stage.addEventListener('pointerleave', (event) => event.pointerType !== 'touch' && gestures.left());

  /**
   * Where the pointer was since the event before: it may be faster than the screen.
   *
   * @param {PointerEvent} event
   */
  function allSpotsOf(event) {
    const all = event.getCoalescedEvents();
    return (all.length ? all : [event]).map(spotOf);
  }

  /** @param {Held} waiting */
  function begin(waiting) {
    const { from, at, touch, button, point, grab, shift } = waiting;
    if (Math.hypot(at.x - from.x, at.y - from.y) < (touch ? SLOP.touch : SLOP.mouse)) return;
    clearTimeout(longPress);
    if (button !== 0) waiting.mode = 'done';
    else if (point !== null) waiting.mode = 'point';
    else if (grab) waiting.mode = 'grab';
    else waiting.mode = gestures.selects() && !shift ? 'pan' : 'box';
    gestures.left();
  }

  /**
   * @param {Spot[]} before
   * @param {Spot[]} after
   */
  function pinch([a0, b0], [a1, b1]) {
    if (!a0 || !b0 || !a1 || !b1) return;
    const middle = { x: (a1.x + b1.x) / 2, y: (a1.y + b1.y) / 2 };
    const spread = Math.hypot(a0.x - b0.x, a0.y - b0.y);
    gestures.pan(middle.x - (a0.x + b0.x) / 2, middle.y - (a0.y + b0.y) / 2);
    if (spread > 0) gestures.zoom(middle, Math.hypot(a1.x - b1.x, a1.y - b1.y) / spread);
  }

  stage.addEventListener('pointerup', (event) => {
    touches.delete(event.pointerId);
    if (!press || press.id !== event.pointerId) return;
    clearTimeout(longPress);
    const { mode, from, at, button, alt, mod, shift, point, touch, grab } = press;
    press = null;
    if (mode === 'box') gestures.drawn(from, at, event.timeStamp, mod);
    else if (mode === 'point' && point !== null) gestures.dropped(point);
    else if (mode === 'grab') grab?.drop();
    else if (mode === 'wait' && point !== null) tap(point, button, alt, touch, event.timeStamp);
    else if (mode === 'wait' && grab?.click) grab.click();
    else if (mode === 'wait' && gestures.selects() && (button === 2 || (button === 0 && alt))) gestures.ask(at);
    else if (mode === 'wait' && button === 0 && (mod || gestures.selects())) gestures.select(at, touch, shift || (mod && gestures.selects()));
    else if (mode === 'wait' && button === 0) gestures.click(at, alt ? 0 : 1, event.timeStamp);
    else if (mode === 'wait' && button === 2) gestures.click(at, 0, event.timeStamp);
  });

  /**
   * @param {number} point
   * @param {number} button
   * @param {boolean} alt
   * @param {boolean} touch
   * @param {number} time
   */
  function tap(point, button, alt, touch, time) {
    if (button === 2 || alt) {
      gestures.menu(point);
      return;
    }
    const twice = lastTap.point === point && time - lastTap.time < DOUBLE_MS;
    lastTap = { point, time };
    gestures.tap(point, touch, twice);
  }

  stage.addEventListener('pointercancel', (event) => {
    touches.delete(event.pointerId);
    if (press?.id !== event.pointerId) return;
    stop();
    press = null;
  });

  stage.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_HEIGHT : 1;
      const delta = (event.deltaX || event.deltaY) * lines; // with Shift some browsers turn the wheel on its side
      if (event.shiftKey && gestures.resize(Math.exp(-delta * WHEEL_SPEED))) return;
      if (event.shiftKey) gestures.pan(-delta, 0);
      else gestures.zoom(spotOf(event), Math.exp(-event.deltaY * lines * (event.ctrlKey ? PINCH_SPEED : WHEEL_SPEED)));
    },
    { passive: false },
  );

  // The browser's own menu, its middle-button scrolling and its image dragging would all get in the way.
  stage.addEventListener('contextmenu', (event) => {
    // a context menu asked for by the keyboard is the focused point's
    const point = event.target instanceof HTMLElement ? event.target.dataset.point : undefined;
    event.preventDefault();
    if (event.button === -1 && point !== undefined) gestures.menu(Number(point));
  });
  stage.addEventListener('mousedown', (event) => event.button === 1 && event.preventDefault());
  // After a tap browsers play a mouse, for pages that know no touch; it would click whatever has just opened under the finger.
  stage.addEventListener('touchend', (event) => {
    const own = event.target instanceof Element && event.target.closest('[data-own-click]');
    if (event.cancelable && !own) event.preventDefault();
  });
  stage.addEventListener('dragstart', (event) => event.preventDefault());

  return { stop, panning };
}
