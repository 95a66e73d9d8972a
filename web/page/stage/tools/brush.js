/**
 * Brush and eraser: the ring under the pointer, and strokes, which are drawn by the hand and stay until Python has made them so.
 *
 * @module
 */

import { byId } from '../../dom.js';
import { promptCount } from '../../state/pending-edits.js';
import { activeOf, shownOf } from '../../state/store.js';
import { MASK_COLOUR } from '../drawing/outlines.js';
import { colourOf } from '../drawing/scene.js';
import { toImage } from '../viewport.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {State, Store} from '../../state/store.js' */
/** @import {Camera} from '../camera.js' */
/** @import {Grab, Press} from '../input/gestures.js' */
/** @import {Spot} from '../viewport.js' */

/** @typedef {{ points: number[], radius: number, erase: boolean, colour: string }} Stroke  x, y, x, y ... and radius in image pixels */

/** Steps shorter than this say nothing. CSS pixels. */
const STEP = 1;
const ALPHA = 0.55;
const ERASED = '#1a1e23';

/** @param {State} state */
export const isBrush = ({ tool }) => tool === 'brush' || tool === 'eraser';

/**
 * What a stroke would go to. As in Python: the prompts' mask goes first, then the selected object; without either a mask is begun.
 *
 * @param {State} state
 * @returns {'mask' | 'object' | 'locked' | 'hidden' | 'nothing'}
 */
export function targetOf(state) {
  const active = activeOf(state);
  if (promptCount(shownOf(state).prompts)) return 'mask';
  if (!active) return 'nothing';
  if (active.locked) return 'locked';
  return active.visible ? 'object' : 'hidden';
}

/** @param {{ store: Store, actions: Actions, camera: Camera, changed: () => void }} parts */
export function createBrush({ store, actions, camera, changed }) {
  const ring = byId('brush-ring', HTMLElement);
  /** Oldest first; a new array for every change. @type {readonly Stroke[]} */
  let strokes = [];
  /** Stage pixels. @type {Spot | null} */
  let pointer = null;
  let inverted = false;

  /** @param {readonly Stroke[]} next */
  function show(next) {
    strokes = next;
    changed();
  }

  return {
    get strokes() {
      return strokes;
    },

    /** @param {Spot | null} at  stage pixels @param {boolean} [alt] */
    over(at, alt = false) {
      pointer = at;
      inverted = alt;
      if (isBrush(store.state)) changed();
    },

    /** The picture that was painted on is gone. */
    forget() {
      if (strokes.length) show([]);
    },

    position() {
      const { tool, brush } = store.state;
      ring.hidden = !pointer || !isBrush(store.state) || !camera.viewport;
      if (!pointer) return;
      ring.toggleAttribute('data-erases', (tool === 'eraser') !== inverted);
      ring.style.width = ring.style.height = `${2 * brush}px`;
      ring.style.transform = `translate(${pointer.x - brush}px, ${pointer.y - brush}px)`;
    },

    /**
     * Begin a stroke. With these tools nothing else can be done by a press, so there always is something in the hand.
     *
     * @param {Press} press
     * @returns {Grab}
     */
    grab({ at, button, alt }) {
      const { state } = store;
      const erase = (state.tool === 'eraser') !== (alt || button === 2);
      const target = targetOf(state);
      const { viewport } = camera;
      if (!viewport || state.opening || target === 'locked' || target === 'hidden' || (erase && target === 'nothing')) {
        return { eager: true, move() {}, drop() {}, cancel() {} };
      }
      const active = activeOf(state);
      const colour = target === 'object' && active ? colourOf(state.view.objects, active) : MASK_COLOUR;
      const first = toImage(viewport, at);
      /** @type {Stroke} */
      let stroke = { points: [first.x, first.y], radius: state.brush / viewport.scale, erase, colour: erase ? ERASED : colour };
      show([...strokes, stroke]);
      const without = () => strokes.filter((other) => other !== stroke);
      return {
        eager: true,
        move(spots) {
          if (!camera.viewport) return;
          const points = [...stroke.points];
          for (const spot of spots) {
            const { x, y } = toImage(camera.viewport, spot);
            const [lastX = x, lastY = y] = points.slice(-2);
            if (Math.hypot(x - lastX, y - lastY) * camera.viewport.scale >= STEP) points.push(x, y);
          }
          const before = stroke;
          stroke = { ...stroke, points };
          show(strokes.map((other) => (other === before ? stroke : other)));
        },
        drop() {
          const done = () => show(without());
          actions.paint(stroke.points, stroke.radius, erase).then(done, done);
        },
        cancel: () => show(without()),
      };
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} context  in image pixels
 * @param {Stroke} stroke
 */
export function paintStroke(context, { points, radius, colour }) {
  const [x = 0, y = 0] = points;
  context.beginPath();
  context.moveTo(x, y);
  for (let i = 2; i + 1 < points.length; i += 2) context.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
  if (points.length === 2) context.lineTo(x, y); // a dab: round ends of no line
  context.globalAlpha = ALPHA;
  context.lineCap = context.lineJoin = 'round';
  context.lineWidth = 2 * radius;
  context.strokeStyle = colour;
  context.stroke();
  context.globalAlpha = 1;
  context.lineCap = 'butt';
}
