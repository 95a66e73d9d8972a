/**
 * The panel beside the stage: the mask that is being made, the objects that were made, and the one that is being edited. On a
 * phone it is a sheet.
 *
 * @module
 */

import { byId } from '../dom.js';
import { promptCount } from '../state/pending-edits.js';
import { mountAcceptButton } from './mask/accept-button.js';
import { mountMaskSettings } from './mask/mask-settings.js';
import { mountCandidates } from './mask/candidates.js';
import { mountClasses } from './classes/classes.js';
import { mountFolding } from './folding.js';
import { mountObjectList } from './objects/object-list.js';
import { mountHints } from './mask/hints.js';
import { mountReadings } from './mask/readings.js';
import { mountPromptList } from './mask/prompt-list.js';
import { mountFindEverything } from './finding/find-everything.js';
import { mountFindList } from './finding/find-list.js';
import { mountListHeight } from './objects/list-height.js';
import { mountManyObjects } from './objects/many-objects.js';
import { mountPanelWidth } from './panel-width.js';
import { mountReshape } from './objects/reshape.js';
import { shownFinds } from '../state/shown-finds.js';
import { shownOf } from '../state/store.js';
import { count } from '../formatting.js';
import { onPanel } from '../input/panels.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Find} from '../../protocol.js' */

/** @param {{ store: Store, actions: Actions, messages: Messages, highlight: (id: number | null) => void, showFind: (find: Find | null) => void }} parts */
export function mountPanel({ store, actions, messages, highlight, showFind }) {
  const show = mountBottomSheet(store);
  mountFolding();
  mountCandidates({ store, actions });
  mountHints(store);
  mountReadings(store);
  mountAcceptButton({ store, actions });
  mountMaskSettings({ store, actions });
  mountPromptList({ store, actions, highlight });
  const classes = mountClasses({ store, actions, messages });
  mountObjectList({ store, actions, chooseClass: () => classes.choose(true) });
  mountReshape({ store, actions });
  mountManyObjects({ store, actions });
  mountPanelWidth();
  mountListHeight();
  mountFindEverything({ store, actions, show });
  mountFindList({ store, actions, showFind });
  letGoOfFields(byId('panel', HTMLElement));

  onPanel('class', () => classes.choose());
}

/**
 * The sheet, where there is no room for a panel.
 *
 * @param {Store} store
 * @returns {() => void}  opens it
 */
function mountBottomSheet(store) {
  const panel = byId('panel', HTMLElement);
  const handle = byId('panel-handle', HTMLButtonElement);
  const label = byId('panel-handle-label', HTMLElement);
  const open = (/** @type {boolean} */ on) => {
    panel.toggleAttribute('data-open', on);
    handle.setAttribute('aria-expanded', String(on));
  };
  handle.addEventListener('click', () => open(!panel.hasAttribute('data-open')));
  store.subscribe((state) => {
    const { prompts, view } = shownOf(state);
    const asked = promptCount(prompts);
    const made = view.objects.list.length;
    const found = shownFinds(state).length;
    const parts = [...(found ? [count(found, 'find')] : []), ...(asked ? [count(asked, 'prompt')] : []), ...(made ? [count(made, 'object')] : [])];
    const text = parts.join(', ') || 'Mask, objects';
    if (label.textContent !== text) label.textContent = text;
  });
  return () => open(true);
}

/**
 * A slider, a switch or a choice that was used with a pointer does not keep the keyboard: the keys are for the picture again.
 *
 * @param {HTMLElement} panel
 */
function letGoOfFields(panel) {
  /** @type {EventTarget | null} */
  let pressed = null;
  panel.addEventListener('pointerdown', ({ target }) => {
    pressed = target instanceof Element ? (target.closest('label')?.querySelector('input') ?? target.closest('input, select')) : null;
  });
  panel.addEventListener('keydown', () => {
    pressed = null;
  });
  panel.addEventListener('change', ({ target }) => {
    if (target !== pressed) return;
    const isText = target instanceof HTMLInputElement && ['text', 'number'].includes(target.type);
    if (target instanceof HTMLElement && !isText) target.blur();
    pressed = null;
  });
}
