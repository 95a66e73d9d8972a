/**
 * The slider for the size of the brush, while it or the eraser is in the hand. A finger has no other way to change it.
 *
 * @module
 */

import { byId } from '../../dom.js';
import { isBrush } from './brush.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Store} from '../../state/store.js' */
/** @import {Size, Spot} from '../viewport.js' */

/** Equal steps of the slider are equal factors: 2 to 200 CSS pixels of radius. */
const [LEAST, MOST] = [2, 200];
const STEPS = 100;

/**
 * @param {{ store: Store, actions: Actions, sizeOf: () => Size, ring: (at: Spot | null) => void }} parts
 *   `ring` shows the brush at a place of the stage, or no longer
 */
export function mountBrushSize({ store, actions, sizeOf, ring }) {
  const bar = byId('brush-size', HTMLElement);
  const slider = byId('brush-radius', HTMLInputElement);
  const diameter = byId('brush-diameter', HTMLOutputElement);
  slider.min = '0';
  slider.max = String(STEPS);

  slider.addEventListener('input', () => {
    actions.setBrush(LEAST * (MOST / LEAST) ** (slider.valueAsNumber / STEPS));
    const { width, height } = sizeOf();
    ring({ x: width / 2, y: height / 2 });
  });
  for (const end of ['change', 'blur', 'pointerup']) slider.addEventListener(end, () => ring(null));

  store.subscribe((state) => {
    bar.hidden = !state.picture || state.opening !== null || !isBrush(state);
    if (bar.hidden) return;
    const at = (STEPS * Math.log(state.brush / LEAST)) / Math.log(MOST / LEAST);
    if (Math.abs(slider.valueAsNumber - at) > 0.5) slider.valueAsNumber = at;
    const text = `${Math.round((2 * state.brush) / (state.zoom ?? 1))} px`;
    if (diameter.textContent === text) return;
    diameter.textContent = text;
    slider.setAttribute('aria-valuetext', `${text} across`);
  });
}
