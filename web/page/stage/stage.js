/**
 * The stage: the picture, the mask over it and the prompts on it, drawn in one animation frame, so that picture, outline and
 * points never come apart.
 *
 * @module
 */

import { byId } from '../dom.js';
import { shownOf } from '../store.js';
import { pixels } from '../words.js';
import { Camera } from './camera.js';
import { createCrosshair } from './crosshair.js';
import { listenToGestures } from './gestures.js';
import { createOverlay } from './overlay.js';
import { createPointMenu } from './point-menu.js';
import { createPoints } from './points.js';
import { createPrompting } from './prompting.js';
import { watchSpace } from './space.js';
import { toImage, toStage } from './viewport.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Picture} from '../picture.js' */
/** @import {Store} from '../store.js' */
/** @import {Box, View} from '../../protocol.js' */
/** @import {Spot} from './viewport.js' */

/** From here on pixels are worth seeing as pixels. CSS pixels per image pixel. */
const PIXELATED_FROM = 3;

/** @param {{ store: Store, actions: Actions }} parts */
export function mountStage({ store, actions }) {
  const stage = byId('stage', HTMLElement);
  const layer = byId('layer', HTMLElement);
  const overlay = createOverlay(byId('overlay', HTMLCanvasElement));
  const crosshair = createCrosshair();
  const pointMenu = createPointMenu(actions);
  const sizeOf = () => ({ width: stage.clientWidth, height: stage.clientHeight });
  const camera = new Camera(sizeOf(), () => {
    const zoom = camera.viewport?.scale ?? null;
    if (store.state.zoom !== zoom) store.update({ zoom });
    requestFrame();
  });
  const prompting = createPrompting({ store, actions, camera });

  /** The box while it is drawn. @type {Box | null} */
  let draft = null;
  let paintedRevision = -1;
  let frame = 0;

  // ---- drawing ----

  /** @param {View} view  whether it holds an answer that has not been drawn */
  const isNews = (view) => view.image !== null && !view.decoding && view.revision !== paintedRevision;

  function requestFrame() {
    frame ||= requestAnimationFrame(draw);
  }

  function draw() {
    cancelAnimationFrame(frame);
    frame = 0;
    const { prompts, chosen, view } = shownOf(store.state);
    const { viewport } = camera;
    overlay.draw(viewport, chosen?.outline ?? null, devicePixelRatio);
    crosshair.position(viewport);
    if (viewport) {
      layer.style.transform = `translate(${viewport.x}px, ${viewport.y}px) scale(${viewport.scale})`;
      layer.toggleAttribute('data-pixelated', viewport.scale >= PIXELATED_FROM);
      points.position(viewport, draft ?? prompts.box, draft !== null);
    }
    if (isNews(view)) {
      paintedRevision = view.revision;
      document.body.dataset.revision = String(view.revision);
      performance.mark('tabsam:painted', { detail: { revision: view.revision } });
    }
  }

  /** @param {Picture | null} picture */
  function show(picture) {
    const img = picture?.img;
    if (img) {
      img.style.width = `${picture.width}px`;
      img.style.height = `${picture.height}px`;
    }
    if (!img) layer.replaceChildren();
    else if (img.parentElement !== layer) layer.replaceChildren(img);
    stage.setAttribute('aria-label', picture ? `Picture ${picture.name}, ${pixels(picture)}` : 'Picture');
    draft = null;
    crosshair.hide();
    camera.size = sizeOf(); // the stage has none while it is hidden
    camera.show(picture);
  }

  function measure() {
    const size = sizeOf();
    overlay.resize(Math.round(size.width * devicePixelRatio), Math.round(size.height * devicePixelRatio));
    camera.resize(size);
    draw(); // now, not in the next frame: a resized canvas is empty
  }

  // ---- hand and keys ----

  /** @param {number} id */
  function openMenu(id) {
    const entry = points.get(id);
    if (entry && prompting.canChange(id)) pointMenu.open(entry.point, entry.button);
  }

  /** @param {number} id */
  const focusPoint = (id) => points.get(id)?.button.focus({ preventScroll: true });

  const points = createPoints(byId('prompts', HTMLElement), {
    nudge: prompting.nudge,
    remove: prompting.remove,
    menu: openMenu,
    removeBox: prompting.removeBox,
  });

  const gestures = listenToGestures(stage, {
    click(at, label, time) {
      if (crosshair.hide()) requestFrame();
      if (!camera.viewport || !prompting.addPoint(toImage(camera.viewport, at), label)) return;
      performance.mark('tabsam:click', { startTime: time });
    },
    draw(from, to) {
      draft = prompting.boxBetween(from, to);
      requestFrame();
    },
    drawn(from, to, time) {
      draft = null;
      requestFrame();
      if (prompting.setBox(prompting.boxBetween(from, to))) performance.mark('tabsam:click', { startTime: time });
    },
    undrawn() {
      draft = null;
      requestFrame();
    },
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
    isHand: () => store.state.tool === 'hand',
  });
  watchSpace(stage, gestures.panning);

  stage.addEventListener('keydown', (event) => {
    const { picture, viewport } = camera;
    if (event.target !== stage || event.ctrlKey || event.metaKey || event.altKey || !picture || !viewport) return;
    const { spot } = crosshair;
    const moved = crosshair.move(event.key, event.shiftKey, viewport.scale, picture);
    if (moved) {
      camera.reveal(moved);
    } else if (event.key === 'Enter' && spot) {
      prompting.addPoint({ x: spot.x + 0.5, y: spot.y + 0.5 }, event.shiftKey ? 0 : 1);
    } else if (event.key !== 'Tab' || !prompting.nextCandidate(event.shiftKey ? -1 : 1)) {
      return;
    }
    event.preventDefault();
    requestFrame();
  });

  // ---- wiring ----

  store.subscribe((state) => {
    const shown = shownOf(state);
    stage.hidden = shown.picture === null;
    if (shown.picture !== camera.picture) show(shown.picture);
    stage.dataset.tool = state.tool;
    if (points.update(shown.prompts)) stage.focus({ preventScroll: true });
    // An answer is drawn at once, so that the very next frame shows it.
    if (isNews(shown.view)) draw();
    else requestFrame();
  });
  new ResizeObserver(measure).observe(stage);
  watchPixelRatio(measure);

  return {
    zoomIn: () => camera.zoomIn(),
    zoomOut: () => camera.zoomOut(),
    fit: () => camera.fit(),
    actualSize: () => camera.actualSize(),
    focus: () => stage.focus({ preventScroll: true }),
    highlight: points.highlight,

    /** Esc: give up what is being drawn, then the crosshair. @returns {boolean}  whether there was something */
    stepBack() {
      const was = gestures.stop() || crosshair.hide();
      requestFrame();
      return was;
    },

    /**
     * @param {number} x  image pixels
     * @param {number} y
     * @returns {Spot | null}  CSS pixels of the window, null without a picture
     */
    toClient(x, y) {
      if (!camera.viewport) return null;
      const { left, top } = stage.getBoundingClientRect();
      const spot = toStage(camera.viewport, { x, y });
      return { x: left + spot.x, y: top + spot.y };
    },
  };
}

/** @typedef {ReturnType<typeof mountStage>} StageView */

/**
 * Notice when the window goes to another screen, or the browser's own zoom changes.
 *
 * @param {() => void} changed
 */
function watchPixelRatio(changed) {
  const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  const listener = () => {
    changed();
    watchPixelRatio(changed);
  };
  query.addEventListener('change', listener, { once: true });
}
