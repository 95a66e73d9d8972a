/**
 * What the status line says while nothing is under way: what is shown, or else what the tool in the hand would do next.
 *
 * @module
 */

import { count, objectName } from '../formatting.js';
import { isOwnMask } from '../state/own-mask.js';
import { promptCount } from '../state/pending-edits.js';
import { activeOf, shownOf } from '../state/store.js';

/** @import {Run, State} from '../state/store.js' */

const finger = matchMedia('(pointer: coarse)');

/**
 * @param {State} state  with a picture
 * @returns {string}
 */
export function idleSentence(state) {
  const { candidates, chosen, prompts } = shownOf(state);
  const { search, run } = state;
  const { running } = search;
  if (running) return running.of ? `Looking for everything: ${running.done} of ${running.of} clicks.` : 'Looking for everything.';
  if (chosen) {
    if (isOwnMask(chosen, candidates)) return `The object's own mask, predicted IoU ${chosen.iouPrediction.toFixed(2)}.`;
    const which = candidates.length > 1 ? `Mask ${candidates.indexOf(chosen) + 1} of ${candidates.length}` : 'Mask';
    return `${which}, predicted IoU ${chosen.iouPrediction.toFixed(2)}.`;
  }
  if (promptCount(prompts)) {
    const isAsked = prompts.box !== null || prompts.mask !== null || prompts.points.some(({ label }) => label === 1);
    return isAsked ? 'No mask for these prompts.' : 'Nothing there yet. Add a foreground point.';
  }
  return run ? runSentence(run) : nextStep(state);
}

/** @param {Run} run */
function runSentence({ what, done, of, failed }) {
  // how far it is comes first: a phone has no room for more
  return `${done} of ${count(of, 'picture')}${failed ? `, ${failed} failed` : ''}: ${what === 'find' ? 'finding everything' : 'asking again'}.`;
}

/**
 * What a press on the picture would do.
 *
 * @param {State} state  with no prompt
 */
function nextStep(state) {
  const { tool, search, view } = state;
  const press = finger.matches ? 'Tap' : 'Click';
  const active = activeOf(state);
  const name = active && `“${objectName(active, view.objects.categories)}”`;
  if (tool === 'hand') return `Drag the picture, or ${press.toLowerCase()} an object to select it.`;
  if (tool === 'smart') {
    const found = view.finds.list.length;
    const reject = finger.matches ? 'hold it' : 'right-click';
    if (found && search.open) return `${count(found, 'object')} found. ${press} one to take it, ${reject} to reject it.`;
    if (found) return `${press} the object you want. ${count(found, 'find')} ${found === 1 ? 'waits' : 'wait'}: F shows ${found === 1 ? 'it' : 'them'}.`;
    return name ? `${name} is selected. ${press} the next object you want.` : `${press} the object you want.`;
  }
  if (active?.locked) return `${name} is locked.`;
  if (active && !active.visible) return `${name} is hidden.`;
  if (tool === 'vertices') return name ? `Drag a corner of ${name}, or ${press.toLowerCase()} an edge to add one.` : `${press} an object to edit its corners.`;
  if (tool === 'eraser') return name ? `Erase from ${name}.` : 'Nothing to erase: select an object first.';
  return name ? `Paint on ${name}.` : 'Paint where the object is.';
}
