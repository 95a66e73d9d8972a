/**
 * The commands about objects, and about the tools that shape them; a part of the table in commands.js.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { promptCount } from '../state/pending-edits.js';
import { activeOf, askedOf, hasMask, selectedOf, shownOf } from '../state/store.js';
import { openPanel } from './panels.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Command} from './commands.js' */
/** @import {StageView} from '../stage/stage.js' */
/** @import {State, Store, Tool} from '../state/store.js' */
/** @import {ObjectInfo} from '../../protocol.js' */

/** One press of a key changes the brush by this factor. */
const BRUSH_STEP = 1.25;

/**
 * @param {{ store: Store, actions: Actions, stage: StageView }} parts
 * @returns {Command[]}
 */
export function createObjectCommands({ store, actions, stage }) {
  const hasPicture = (/** @type {State} */ { picture, opening }) => picture !== null && !opening;
  const showsMask = (/** @type {State} */ state) => !state.opening && shownOf(state).chosen !== null;
  const hasObjects = (/** @type {State} */ state) => shownOf(state).view.objects.list.length > 0;
  const hasActive = (/** @type {State} */ state) => activeOf(state) !== null;
  // the one that has just been accepted, too: Python knows it when it answers
  const canCutOut = (/** @type {State} */ state) => !state.opening && (hasMask(state) || hasActive(state) || askedOf(state).accepted);
  const isOpen = (/** @type {State} */ state) => selectedOf(state).some(({ locked }) => !locked);

  /** Show a part of the panel or a dialog, which belongs to whoever listens. @param {string} id */
  const ask = (id) => () => openPanel(id);

  /** @param {(object: ObjectInfo) => Promise<unknown>} change */
  const withActive = (change) => () => {
    const active = activeOf(store.state);
    if (active) quietly(change(active));
  };

  /**
   * @param {Tool} id
   * @param {string} label
   * @param {string} key
   * @param {(state: State) => boolean} enabled
   * @returns {Command}
   */
  const tool = (id, label, key, enabled) => ({
    id,
    label,
    keys: [key],
    enabled,
    pressed: (state) => state.tool === id,
    run: () => store.update({ tool: store.state.tool === id ? 'smart' : id }),
  });

  /**
   * The same two keys go through the corners with one tool, and make the brush larger and smaller with the others.
   *
   * @param {1 | -1} step
   */
  const step = (step) => () => {
    if (store.state.tool === 'vertices') stage.nextVertex(step);
    else actions.setBrush(store.state.brush * BRUSH_STEP ** step);
  };
  const hasSteps = (/** @type {State} */ { tool }) => ['brush', 'eraser', 'vertices'].includes(tool);

  return [
    { id: 'accept', label: 'Accept the object, begin the next', keys: ['Enter'], enabled: hasMask, run: () => quietly(actions.accept()) },
    {
      id: 'new-object',
      label: 'New object: clear prompts and selection',
      keys: ['N'],
      enabled: hasPicture,
      run() {
        store.update({ tool: 'smart' });
        if (activeOf(store.state)) quietly(actions.select(null));
        if (promptCount(shownOf(store.state).prompts) || store.state.view.refines !== null) quietly(actions.clear());
      },
    },
    { ...tool('smart', 'Point and box', 'S', hasPicture), run: () => store.update({ tool: 'smart' }) },
    tool('brush', 'Brush', 'B', hasPicture),
    tool('eraser', 'Eraser', 'E', hasPicture),
    tool('vertices', 'Edit corners', 'V', hasObjects),
    { id: 'smaller', label: 'Smaller brush, previous corner', keys: [','], enabled: hasSteps, run: step(-1) },
    { id: 'larger', label: 'Larger brush, next corner', keys: ['.'], enabled: hasSteps, run: step(1) },
    {
      id: 'delete-object',
      label: 'Delete the selected objects, or the corner',
      keys: ['Delete', 'Backspace'],
      enabled: isOpen,
      run() {
        if (!stage.removeVertex()) quietly(actions.removeSelected());
      },
    },
    { id: 'duplicate-object', label: 'Duplicate the object', keys: ['Mod+D'], enabled: hasActive, run: withActive(({ id }) => actions.duplicateObject(id)) },
    {
      id: 'hide-object',
      label: 'Hide or show the selected objects',
      keys: ['H'],
      enabled: hasActive,
      pressed: (state) => activeOf(state)?.visible === false,
      run: withActive(({ visible }) => actions.changeSelected({ visible: !visible })),
    },
    {
      id: 'lock-object',
      label: 'Lock or unlock the selected objects',
      keys: ['L'],
      enabled: hasActive,
      pressed: (state) => activeOf(state)?.locked === true,
      run: withActive(({ locked }) => actions.changeSelected({ locked: !locked })),
    },
    {
      id: 'copy-cutout',
      label: 'Copy the cut-out of the mask, or of the selected object',
      keys: ['X'],
      enabled: canCutOut,
      run: () => void (hasMask(store.state) ? actions.copy('cutout-png') : actions.copyCutOut(null)),
    },
    {
      id: 'save-cutout',
      label: 'Save the cut-out of the mask, or of the selected object',
      keys: ['D'],
      enabled: canCutOut,
      run: () => void (hasMask(store.state) ? actions.save('cutout-png') : actions.saveCutOut(null)),
    },
    { id: 'measure', label: 'Measure the objects', keys: ['T'], enabled: hasObjects, run: ask('measure') },
    { id: 'measure-against', label: 'Measure the objects against the truth', keys: [], enabled: hasObjects, run: ask('measure-against') },
    { id: 'compare-models', label: 'Compare models on this picture', keys: [], enabled: hasObjects, run: ask('compare-models') },
    { id: 'find-all', label: 'Find everything', keys: ['F'], enabled: hasPicture, pressed: ({ search }) => search.open, run: ask('find-all') },
    { id: 'refine', label: 'Refine the mask', keys: ['R'], enabled: showsMask, run: () => quietly(actions.refine()) },
    { id: 'ask-shape', label: 'Ask with this shape: the model gets the mask as it is painted', keys: ['Q'], enabled: showsMask, run: () => quietly(actions.askWithShape()) },
    { id: 'load-mask', label: 'Load a mask as a prompt', keys: ['M'], enabled: hasPicture, run: ask('load-mask') },
    {
      id: 'feed-back',
      label: 'Further points refine the mask before',
      keys: [],
      enabled: hasPicture,
      pressed: ({ view }) => view.feedsBack,
      run: () => quietly(actions.feedBack(!store.state.view.feedsBack)),
    },
    { id: 'export-objects', label: 'Export all objects', keys: ['Mod+Shift+S'], enabled: hasObjects, run: ask('export-objects') },
    { id: 'import', label: 'Import annotations', keys: [], enabled: hasPicture, run: ask('import') },
    {
      id: 'save-project',
      label: 'Save the project',
      keys: [],
      enabled: hasPicture,
      run: () => quietly(actions.projectFile(true).then(actions.download)),
    },
  ];
}
