/**
 * Everything a person or a script can do, in one place: the buttons, the keys and `window.tabsam` all call these.
 *
 * @module
 */

import { createEngine } from './engine.js';
import { createExporting } from './exporting.js';
import { createModels } from './models.js';
import { createOpening } from './opening.js';
import { createPrompts } from './prompts.js';

/** @import {Client} from '../client.js' */
/** @import {Messages} from '../messages.js' */
/** @import {Store} from '../store.js' */

/**
 * @param {{ client: Client, store: Store, messages: Messages, pick: () => void, pickModel: () => void }} parts
 *   `pick` shows the file picker, `pickModel` the one for a model of one's own
 */
export function createActions({ client, store, messages, pick, pickModel }) {
  const engine = createEngine({ client, store, messages });
  const prompts = createPrompts({ client, store, messages });
  const shelf = createModels({ client, store, messages, engine, prompts, pickModel });
  const opening = createOpening({ client, store, messages, prompts, pick });
  const exporting = createExporting({ client, store, messages, settled: opening.settled });
  return {
    /** @param {URLSearchParams} query */
    async start(query) {
      await engine.start(query);
      // one of the person's own is in no catalogue: the worker knows its name
      if (!store.state.model && store.state.engine.status === 'running') quietly(shelf.models());
    },
    engineLost: engine.fail,
    engineReplaced: engine.run,
    open: opening.open,
    cancel: opening.cancel,
    pick,
    models: shelf.models,
    useModel: shelf.useModel,
    addModel: shelf.addModel,
    removeModel: shelf.removeModel,
    stopLoading: shelf.stopLoading,
    addPoint: prompts.addPoint,
    movePoint: prompts.movePoint,
    labelPoint: prompts.labelPoint,
    removePoint: prompts.removePoint,
    setBox: prompts.setBox,
    clear: prompts.clear,
    undo: prompts.undo,
    redo: prompts.redo,
    choose: prompts.choose,
    thumbnail: exporting.thumbnail,
    mask: exporting.mask,
    contours: exporting.contours,
    exportAs: exporting.exportAs,
    save: exporting.save,
  };
}

/** @typedef {ReturnType<typeof createActions>} Actions */

/**
 * For a button's handler: the message bar has already said what went wrong.
 *
 * @param {Promise<unknown>} promise
 */
export function quietly(promise) {
  promise.catch(() => {});
}
