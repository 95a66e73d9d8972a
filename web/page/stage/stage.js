/**
 * The stage: the picture, the objects and the mask over it and the prompts on it, drawn in one animation frame, so that picture,
 * outlines and points never come apart.
 *
 * @module
 */

import { byId } from '../dom.js';
import { isIsolating, isPeeking } from '../state/look.js';
import { activeOf, pointedOf, shownOf } from '../state/store.js';
import { pixels } from '../formatting.js';
import { createBox } from './prompts/box.js';
import { createBrush } from './tools/brush.js';
import { mountBrushSize } from './tools/brush-size.js';
import { Camera } from './camera.js';
import { createCornerEditing } from './tools/corner-editing.js';
import { createCrosshair } from './input/crosshair.js';
import { mountStageGestures } from './input/stage-gestures.js';
import { mountStageKeys } from './input/stage-keys.js';
import { createKeptPart } from './kept-part.js';
import { createToolHint } from './tools/tool-hint.js';
import { createHoverPreview } from './input/hover-preview.js';
import { createMarksLayer } from './drawing/marks-layer.js';
import { createObjectLayer } from './drawing/object-layer.js';
import { createMaskLayer } from './drawing/mask-layer.js';
import { createToning } from './drawing/toning.js';
import { createPointMenu } from './prompts/point-menu.js';
import { createPoints } from './prompts/points.js';
import { createPromptGestures } from './prompts/prompt-gestures.js';
import { watchSpace } from './input/space-panning.js';
import { toStage } from './viewport.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Picture} from '../picture.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Box, Find, Outline, View} from '../../protocol.js' */
/** @import {Handle} from './prompts/box.js' */
/** @import {Spot} from './viewport.js' */

/** From here on pixels are worth seeing as pixels. CSS pixels per image pixel. */
const PIXELATED_FROM = 3;

/** @param {{ store: Store, actions: Actions }} parts */
export function mountStage({ store, actions }) {
  const stage = byId('stage', HTMLElement);
  const layer = byId('layer', HTMLElement);
  const errors = byId('errors', HTMLElement);
  const objects = createObjectLayer(byId('objects', HTMLCanvasElement));
  const overlay = createMaskLayer(byId('overlay', HTMLCanvasElement));
  const marks = createMarksLayer(byId('marks', HTMLCanvasElement));
  const tone = createToning();
  const hint = createToolHint();
  const crosshair = createCrosshair();
  const pointMenu = createPointMenu(actions);
  const sizeOf = () => ({ width: stage.clientWidth, height: stage.clientHeight });
  const camera = new Camera(sizeOf(), () => {
    const zoom = camera.viewport?.scale ?? null;
    if (store.state.zoom !== zoom) store.update({ zoom });
    keptPart.moved();
    requestFrame();
  });
  const keptPart = createKeptPart({ store, actions, camera });
  const prompting = createPromptGestures({ store, actions, camera });
  const tools = { store, actions, camera, changed: requestFrame };
  const hovering = createHoverPreview(tools);
  const brush = createBrush(tools);
  mountBrushSize({ store, actions, sizeOf, ring: brush.over });
  const cornerEditing = createCornerEditing(tools);

  /** The box while it is drawn. @type {Box | null} */
  let draft = null;
  let paintedRevision = -1;
  /** @type {Outline | null} */
  let previewed = null;
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
    const { prompts, candidates, chosen, view } = shownOf(store.state);
    const { viewport, size } = camera;
    const corners = cornerEditing.corners();
    // a candidate's outline may still be on its way: until then, the one before
    const painted = prompts.chosen === view.chosen ? view.painted : null;
    const mask = (chosen && painted) ?? chosen?.outline ?? (chosen && candidates.find(({ index }) => index === view.chosen)?.outline) ?? null;
    const alone = isIsolating(store.state);
    const hover = store.state.opening || alone ? null : (store.state.hover?.outline ?? null);
    // the mask stays where it is what is being made; a selected object has the stage for itself
    const hidesMask = alone && activeOf(store.state) !== null && view.refines === null;
    const { fill } = store.state.look;
    objects.draw(viewport, size, store.state, cornerEditing.lifted, devicePixelRatio);
    overlay.draw(viewport, { mask: hidesMask ? null : mask, hover, painted: prompts.mask, fill }, devicePixelRatio);
    marks.draw(viewport, { strokes: brush.strokes, find: hovering.find, pointed: pointedOf(store.state), corners, objects: view.objects, fill }, devicePixelRatio);
    crosshair.position(viewport);
    brush.position();
    hint.show(store.state, corners);
    if (viewport) {
      layer.style.transform = `translate(${viewport.x}px, ${viewport.y}px) scale(${viewport.scale})`;
      layer.toggleAttribute('data-pixelated', viewport.scale >= PIXELATED_FROM);
      points.position(viewport);
      if (box.position(viewport, size, draft ?? prompts.box, draft !== null)) stage.focus({ preventScroll: true });
    }
    if (hover && hover !== previewed) performance.mark('tabsam:previewed');
    previewed = hover;
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
    // what the hand was about was about the picture before
    gestures.stop();
    brush.forget();
    crosshair.hide();
    camera.size = sizeOf(); // the stage has none while it is hidden
    camera.show(picture);
    keptPart.shown();
  }

  /** The height of the strip below the stage, in CSS pixels. */
  let strip = 0;

  function measure() {
    const size = sizeOf();
    // an error that is said, or has been dealt with, takes its row from the stage's end: nothing moves under the hand
    const { offsetHeight } = errors;
    const stay = offsetHeight !== strip && camera.size.width === size.width && camera.size.height - size.height === offsetHeight - strip;
    strip = offsetHeight;
    const [width, height] = [Math.round(size.width * devicePixelRatio), Math.round(size.height * devicePixelRatio)];
    for (const canvas of [objects, overlay, marks]) canvas.resize(width, height);
    camera.resize(size, { stay });
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
  });
  const box = createBox(byId('prompts', HTMLElement), { nudge: prompting.nudgeBox, remove: prompting.removeBox });

  /** @param {Handle} handle @param {Spot} from  stage pixels */
  const grabBox = (handle, from) => prompting.grabBox(handle, from, box.focus);

  /** @param {Box | null} between */
  function drawBox(between) {
    draft = between;
    requestFrame();
  }

  const hand = { prompting, hovering, brush, cornerEditing, crosshair };
  const gestures = mountStageGestures({ stage, store, actions, camera, ...hand, requestFrame, openMenu, focusPoint, grabBox, drawBox });
  watchSpace(stage, gestures.panning);
  mountStageKeys({ stage, camera, prompting, cornerEditing, crosshair, requestFrame });

  // ---- wiring ----

  store.subscribe((state) => {
    const shown = shownOf(state);
    stage.hidden = shown.picture === null;
    if (shown.picture !== camera.picture) show(shown.picture);
    stage.dataset.tool = state.tool;
    stage.toggleAttribute('data-peeks', isPeeking(state));
    tone(state.look, shown.picture === state.picture ? state.developed : undefined);
    if (points.update(shown.prompts)) stage.focus({ preventScroll: true });
    hovering.check();
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
    see: keptPart.want,
    highlight: points.highlight,

    /** Point out a find while its row in the panel is meant, and bring it into view. @param {Find | null} find */
    showFind(find) {
      hovering.point(find);
      const [x, y] = find?.outline.vertices ?? [];
      if (x !== undefined && y !== undefined) camera.reveal({ x, y });
    },

    /** Esc: give up what is being drawn, then the crosshair, then the corner. @returns {boolean}  whether there was something */
    stepBack() {
      const was = gestures.stop() || crosshair.hide() || cornerEditing.deselect();
      requestFrame();
      return was;
    },

    /** Take the selected corner out. @returns {boolean}  whether there was one */
    removeVertex: () => cornerEditing.remove(),

    /** Select another corner. @param {1 | -1} step */
    nextVertex(step) {
      const spot = cornerEditing.next(step);
      if (!spot) return;
      camera.reveal(spot);
      stage.focus({ preventScroll: true });
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
