/**
 * The commands about the list of pictures.
 *
 * @module
 */

import { carryOn } from './carrying.js';
import { listPages, movePicture } from './picture-list.js';
import { markOf } from './picture-marks.js';
import { goTo } from './picture-queue.js';
import { openPanel } from './panels.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {State, Store} from '../state/store.js' */
/** @import {Command} from './commands.js' */
/** @import {PictureMarks} from './picture-marks.js' */
/** @import {Removing} from './removing.js' */
/** @import {RunOnPictures} from './run.js' */

/**
 * @param {{ store: Store, actions: Actions, messages: Messages, marks: PictureMarks, removing: Removing, run: RunOnPictures }} parts
 * @returns {Command[]}
 */
export function createPictureCommands({ store, actions, messages, marks, removing, run }) {
  const hasSeveral = (/** @type {State} */ { queue }) => queue !== null && queue.pictures.length > 1;
  const current = (/** @type {State} */ { queue }) => queue?.pictures[queue.at];
  const isDone = (/** @type {State} */ state) => markOf(state, current(state)?.id ?? '').done;

  const canCarry = (/** @type {State} */ state) => has(1)(state) && !state.opening && state.view.objects.list.length > 0;

  /** Whether there is a picture so many places further. @param {1 | -1} step @returns {(state: State) => boolean} */
  const has = (step) => ({ queue }) => queue?.pictures[queue.at + step] !== undefined;
  /** @param {1 | -1} step */
  const go = (step) => () => goTo({ store, actions }, (store.state.queue?.at ?? 0) + step);
  /** @param {1 | -1} step */
  const move = (step) => () => {
    const picture = current(store.state);
    if (picture && store.state.queue) movePicture(store, picture.id, store.state.queue.at + step);
  };

  /** The place of the next picture that is not done, from the start again after the last; -1 if there is none. @param {State} state */
  function nextNotDone(state) {
    if (!state.queue) return -1;
    const { pictures, at } = state.queue;
    const open = (/** @type {number} */ place) => place !== at && !markOf(state, pictures[place]?.id ?? '').done;
    const places = [...pictures.keys()];
    return [...places.slice(at + 1), ...places.slice(0, at)].find(open) ?? -1;
  }

  return [
    { id: 'previous-picture', label: 'Previous picture', keys: ['['], enabled: has(-1), run: go(-1) },
    { id: 'next-picture', label: 'Next picture', keys: [']'], enabled: has(1), run: go(1) },
    {
      id: 'next-not-done',
      label: 'Next picture that is not done',
      keys: ['J'],
      enabled: hasSeveral,
      run() {
        const place = nextNotDone(store.state);
        if (place >= 0) goTo({ store, actions }, place);
        else messages.say({ topic: 'done', tone: 'notice', text: 'All other pictures are done.', hint: '' });
      },
    },
    {
      id: 'done',
      label: 'The picture is done, or is not',
      keys: ['K'],
      enabled: hasSeveral,
      pressed: isDone,
      run() {
        const picture = current(store.state);
        if (picture) marks.markDone([picture.id], !isDone(store.state));
      },
    },
    {
      id: 'strip',
      label: 'Film strip of all pictures',
      keys: ['G'],
      enabled: hasSeveral,
      pressed: ({ strip }) => strip,
      run: () => store.update({ strip: !store.state.strip }),
    },
    {
      id: 'carry-over',
      label: 'Carry objects over to the next picture, as they are: the selected ones, or all',
      keys: ['O'],
      enabled: canCarry,
      run: () => void carryOn({ store, actions, messages }, 'objects'),
    },
    {
      id: 'carry-prompts',
      label: 'Carry them over, asked for there by their points and boxes',
      keys: ['A'],
      enabled: canCarry,
      run: () => void carryOn({ store, actions, messages }, 'prompts'),
    },
    {
      id: 'carry-masks',
      label: 'Carry them over, asked for there by their masks',
      keys: ['U'],
      enabled: canCarry,
      run: () => void carryOn({ store, actions, messages }, 'masks'),
    },
    {
      id: 'find-on-all',
      label: 'Find everything on several pictures',
      keys: [],
      enabled: (state) => hasSeveral(state) && !state.run,
      run: () => openPanel('find-on-all'),
    },
    {
      id: 'ask-all-again',
      label: 'Ask again with this model on several pictures',
      keys: [],
      enabled: (state) => state.queue !== null && !state.run,
      run: () => openPanel('ask-all-again'),
    },
    { id: 'stop-run', label: 'Stop the work on several pictures; what is done stays', keys: [], enabled: (state) => state.run !== null, run: run.stop },
    {
      id: 'list-pages',
      label: 'Make each page of the file a picture of its own',
      keys: ['Y'],
      enabled: (state) => state.view.pages !== null && !state.opening && current(state)?.page === null,
      run: () => listPages({ store, actions, messages }),
    },
    { id: 'picture-earlier', label: 'Move the picture to an earlier place', keys: [], enabled: has(-1), run: move(-1) },
    { id: 'picture-later', label: 'Move the picture to a later place', keys: [], enabled: has(1), run: move(1) },
    {
      id: 'remove-picture',
      label: 'Take the picture off the list',
      keys: [],
      enabled: hasSeveral,
      run() {
        const picture = current(store.state);
        if (picture) removing.remove([picture.id]);
      },
    },
  ];
}
