/**
 * The commands that have a button, a key or both: one table for the tool bars, the keyboard and the help.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { promptCount } from '../state/pending-edits.js';
import { currentChoice } from '../state/export-choice.js';
import { createClassCommands } from './class-commands.js';
import { createObjectCommands } from './object-commands.js';
import { createPictureCommands } from './picture-commands.js';
import { canIsolate } from '../state/look.js';
import { activeOf, askedOf, isMaskComing, phaseOf, shownOf } from '../state/store.js';
import { openPanel } from './panels.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {PictureMarks} from './picture-marks.js' */
/** @import {Removing} from './removing.js' */
/** @import {RunOnPictures} from './run.js' */
/** @import {StageView} from '../stage/stage.js' */
/** @import {Held} from '../state/look.js' */
/** @import {State, Store} from '../state/store.js' */

/**
 * @typedef {{ id: string, label: string, keys: string[], run: () => void, unlisted?: boolean, inText?: boolean,
 *   enabled?: (state: State) => boolean, pressed?: (state: State) => boolean, held?: Held }} Command
 *   `keys` are such as 'Mod+Shift+Z' (Mod is Ctrl, or Cmd on a Mac) or a single character; the first one is shown.
 *   `held` is what lasts for as long as the key is down; `run` switches it on or off.
 *   One that is `unlisted` is told of in the help by another; one that works `inText` is meant where somebody is typing, too.
 */

/** A second 0 within this time means 100 %. Milliseconds. */
const DOUBLE_MS = 400;

/**
 * @param {{ store: Store, actions: Actions, messages: Messages, marks: PictureMarks, removing: Removing, stage: StageView, run: RunOnPictures, showHelp: () => void, showPalette: () => void,
 *   nextTheme: () => void, toggleConsole: () => void }} parts
 * @returns {Command[]}
 */
export function createCommands({ store, actions, messages, marks, removing, stage, run, showHelp, showPalette, nextTheme, toggleConsole }) {
  let lastFit = -Infinity;
  const hasPicture = (/** @type {State} */ state) => shownOf(state).picture !== null;
  const hasPrompts = (/** @type {State} */ state) => promptCount(shownOf(state).prompts) > 0;
  /** @param {0 | 1 | 2} rank @returns {Command} */
  const candidate = (rank) => ({
    id: `candidate-${rank + 1}`,
    label: ['Best candidate', 'Second candidate', 'Third candidate'][rank] ?? '',
    keys: [String(rank + 1)],
    // what was accepted is still shown, but there is nothing to choose any more
    enabled: (state) => (isMaskComing(state) && !state.opening) || (!askedOf(state).accepted && shownOf(state).candidates.length > rank),
    run: () => quietly(actions.chooseOffered(rank)),
  });

  /** @param {'peeks' | 'isolates'} name @returns {Pick<Command, 'pressed' | 'run'>} */
  const look = (name) => ({
    pressed: (state) => state.look[name],
    run: () => store.update({ look: { ...store.state.look, [name]: !store.state.look[name] } }),
  });

  return [
    { id: 'open', label: 'Open a picture', keys: ['Mod+O'], run: actions.pick },
    { id: 'open-folder', label: 'Open a folder of pictures', keys: ['Mod+Shift+O'], run: actions.pickFolder },
    {
      id: 'undo',
      label: 'Undo',
      keys: ['Mod+Z'],
      enabled: ({ opening, edits, view }) => edits.length > 0 || removing.canTakeBack() || (!opening && view.canUndo),
      run: () => (removing.canTakeBack() ? removing.takeBack() : quietly(actions.undo())),
    },
    {
      id: 'redo',
      label: 'Redo',
      keys: ['Mod+Shift+Z', 'Mod+Y'],
      enabled: ({ opening, view }) => !opening && view.canRedo,
      run: () => quietly(actions.redo()),
    },
    { id: 'clear', label: 'Clear all prompts', keys: [], enabled: hasPrompts, run: () => quietly(actions.clear()) },
    candidate(0),
    candidate(1),
    candidate(2),
    {
      id: 'save',
      label: 'Export',
      keys: ['Mod+S'],
      enabled: (state) => currentChoice(state) !== null,
      run() {
        const choice = currentChoice(store.state);
        if (choice) void actions.save(choice);
      },
    },
    {
      id: 'export-all',
      label: 'Export all pictures as one data set',
      keys: ['Mod+Shift+S'],
      enabled: ({ queue }) => queue !== null && queue.pictures.length > 1,
      run: () => openPanel('export-all'),
    },
    { id: 'zoom-in', label: 'Zoom in', keys: ['+', '='], enabled: hasPicture, run: stage.zoomIn },
    { id: 'zoom-out', label: 'Zoom out', keys: ['-', '_'], enabled: hasPicture, run: stage.zoomOut },
    {
      id: 'fit',
      label: 'Fit to the window',
      keys: ['0'],
      enabled: hasPicture,
      run() {
        const now = performance.now();
        if (now - lastFit < DOUBLE_MS) stage.actualSize();
        else stage.fit();
        lastFit = now;
      },
    },
    { id: 'actual-size', label: 'Actual size', keys: ['0 0'], enabled: hasPicture, run: stage.actualSize },
    { ...look('peeks'), id: 'peek', label: 'The bare picture, while the key is held', keys: ['P'], held: 'peek', enabled: hasPicture },
    { ...look('isolates'), id: 'isolate', label: 'The selected object alone, while the key is held', keys: ['I'], held: 'isolate', enabled: canIsolate },
    {
      id: 'hand',
      label: 'Hand: drag the picture, click an object to select it',
      keys: [],
      enabled: hasPicture,
      pressed: ({ tool }) => tool === 'hand',
      run: () => store.update({ tool: store.state.tool === 'hand' ? 'smart' : 'hand' }),
    },
    { id: 'benchmark', label: 'Benchmark: how fast the model is here', keys: [], enabled: ({ engine }) => engine.status === 'running', run: () => openPanel('benchmark') },
    ...createClassCommands({ store, actions }),
    ...createPictureCommands({ store, actions, messages, marks, removing, run }),
    ...createObjectCommands({ store, actions, stage }),
    {
      id: 'step-back',
      label: 'Step back: stop drawing, leave the tool, remove the box, the points, the selection',
      keys: ['Escape'],
      run() {
        if (stage.stepBack()) return;
        const { preview, tool } = store.state;
        if (phaseOf(store.state) === 'encoding' || store.state.opening) actions.cancel();
        else if (preview) actions.dropPreview();
        else if (tool !== 'smart') store.update({ tool: 'smart' });
        else if (shownOf(store.state).prompts.box) quietly(actions.setBox(null));
        else if (hasPrompts(store.state)) quietly(actions.clear());
        else if (activeOf(store.state)) quietly(actions.select(null));
      },
    },
    { id: 'home', label: 'Start page: begin another project, this one is kept', keys: [], run: () => actions.goToProject(null) },
    { id: 'palette', label: 'Commands: find everything that the page can do', keys: ['Mod+K'], inText: true, run: showPalette },
    { id: 'console', label: 'Python console: script what is open', keys: ['W'], pressed: (state) => state.console, run: toggleConsole },
    { id: 'theme', label: 'Theme: light, dark, or as the system has it', keys: [], run: nextTheme },
    { id: 'help', label: 'Help and all keys', keys: ['?'], run: showHelp },
  ];
}

/** Only for what is written on the page; what a key does, does not depend on it. */
export const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/**
 * A key as the person knows it.
 *
 * @param {string} key
 */
export function keyName(key) {
  const mac = key.replace('Mod+', '⌘').replace('Shift+', '⇧').replace('Alt+', '⌥');
  return (IS_MAC ? mac : key.replace('Mod+', 'Ctrl+')).replace('Escape', 'Esc').replace(/^-$/, '−');
}

/**
 * @param {Command[]} commands
 * @param {KeyboardEvent} event
 * @param {State} state
 * @returns {Command | undefined}  of several with this key the one that has something to do
 */
export function commandFor(commands, event, state) {
  const meant = commands.filter(({ keys }) => keys.some((key) => matches(key, event)));
  return meant.find(({ enabled }) => enabled?.(state) ?? true) ?? meant[0];
}

/**
 * @param {string} key
 * @param {KeyboardEvent} event
 */
function matches(key, event) {
  const mod = event.ctrlKey || event.metaKey;
  // with Alt a digit may type something else: what counts is the key
  if (key.startsWith('Alt+')) return event.altKey && !mod && event.code === `Digit${key.slice(-1)}`;
  if (event.altKey || mod !== key.startsWith('Mod+')) return false;
  if (!mod) return key.length === 1 ? event.key.toUpperCase() === key : event.key === key; // 'b' and 'B' are one key
  return event.key.toUpperCase() === key.slice(-1) && event.shiftKey === key.includes('Shift+');
}
