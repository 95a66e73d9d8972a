/**
 * The keys of the stage itself: the arrows move the selected corner, or else the crosshair; Enter puts a point there; Tab goes through the
 * candidates.
 *
 * @module
 */

import { FAR, arrowOf } from './arrow-keys.js';

/** @import {Camera} from '../camera.js' */
/** @import {createPromptGestures} from '../prompts/prompt-gestures.js' */
/** @import {createCornerEditing} from '../tools/corner-editing.js' */
/** @import {createCrosshair} from './crosshair.js' */

/**
 * @param {{ stage: HTMLElement, camera: Camera, prompting: ReturnType<typeof createPromptGestures>,
 *   cornerEditing: ReturnType<typeof createCornerEditing>, crosshair: ReturnType<typeof createCrosshair>, requestFrame: () => void }} parts
 */
export function mountStageKeys({ stage, camera, prompting, cornerEditing, crosshair, requestFrame }) {
  stage.addEventListener('keydown', (event) => {
    const { picture, viewport } = camera;
    if (event.target !== stage || event.ctrlKey || event.metaKey || event.altKey || !picture || !viewport) return;
    const { spot } = crosshair;
    const arrow = arrowOf(event.key);
    const step = event.shiftKey ? FAR : 1;
    if (arrow && cornerEditing.nudge(arrow.x * step, arrow.y * step)) {
      event.preventDefault();
      return;
    }
    const moved = crosshair.move(event.key, event.shiftKey, viewport.scale, picture);
    if (moved) {
      camera.reveal(moved);
    } else if (event.key === 'Enter' && spot && !crosshair.used) {
      crosshair.used = true; // a second time means the object itself
      prompting.addPoint({ x: spot.x + 0.5, y: spot.y + 0.5 }, event.shiftKey ? 0 : 1);
    } else if (event.key !== 'Tab' || !prompting.nextCandidate(event.shiftKey ? -1 : 1)) {
      return;
    }
    event.preventDefault();
    requestFrame();
  });
}
