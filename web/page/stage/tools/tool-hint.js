/**
 * A word about the tool in the hand, where it can do nothing, or less than it could.
 *
 * @module
 */

import { byId } from '../../dom.js';
import { isUnderstood } from '../../state/hints.js';
import { activeOf, shownOf } from '../../state/store.js';
import { isBrush, targetOf } from './brush.js';

/** @import {State} from '../../state/store.js' */
/** @import {Corners} from './corner-editing.js' */

const BOX_HINT = matchMedia('(pointer: coarse)').matches ? 'Press long to select one more.' : 'Shift and drag selects with a box; Shift and click one more.';

export function createToolHint() {
  const element = byId('stage-hint', HTMLElement);
  return {
    /** @param {State} state @param {Corners | null} corners */
    show(state, corners) {
      const text = state.picture && !state.opening ? textOf(state, corners) : '';
      if (element.textContent !== text) element.textContent = text;
      element.hidden = !text;
    },
  };
}

/**
 * @param {State} state
 * @param {Corners | null} corners
 */
function textOf(state, corners) {
  if (isBrush(state)) {
    const target = targetOf(state);
    if (target === 'locked') return 'The selected object is locked.';
    if (target === 'hidden') return 'The selected object is hidden.';
    if (target === 'nothing') return state.tool === 'eraser' ? 'Nothing to erase: select an object first.' : 'Paint where the object is; the model does the rest.';
    return '';
  }
  if (state.tool === 'hand') return shownOf(state).view.objects.list.length > 1 && !isUnderstood('box') ? BOX_HINT : '';
  if (state.tool !== 'vertices') return '';
  const active = activeOf(state);
  if (!active) return 'Click an object to edit its corners.';
  if (active.locked) return 'This object is locked.';
  if (!active.visible) return 'This object is hidden.';
  return corners?.thinned ? 'Zoom in to see all corners.' : '';
}
