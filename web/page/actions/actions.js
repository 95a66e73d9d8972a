/**
 * Everything a person or a script can do, in one place: the buttons, the keys and `window.tabsam` all call these.
 *
 * @module
 */

import { createDataSets } from './data-sets.js';
import { createEngine } from './engine.js';
import { createExporting } from './exporting.js';
import { createHovering } from './hovering.js';
import { createModels } from './models.js';
import { createObjects } from './objects.js';
import { createOpening } from './opening.js';
import { createProjects } from './projects.js';
import { createPrompts } from './prompts.js';
import { createRestarting } from './restarting.js';
import { createScripting } from './scripting.js';
import { createSearching } from './searching.js';
import { createSending } from './sending.js';
import { recall } from '../state/preferences.js';
import { TabsamError } from '../../errors.js';

/** @import {Client} from '../client.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Announcement, CarryOverParams} from '../../protocol.js' */

/**
 * @param {{ client: Client, store: Store, messages: Messages, pick: () => void, pickFolder: () => void, pickModel: () => void, pickDecoder: (take: (file: File) => void) => void }} parts
 *   `pick` shows the file picker, `pickFolder` the one for a folder, `pickModel` the one for a model of one's own, `pickDecoder` one for a decoder alone
 */
export function createActions({ client, store, messages, pick, pickFolder, pickModel, pickDecoder }) {
  const engine = createEngine({ client, store, messages, useModel: (id) => quietly(models.useModel(id)) });
  const sending = createSending({ client, store, messages });
  const prompts = createPrompts({ client, store, messages, sending });
  const models = createModels({ client, store, messages, engine, sending, pickModel });
  const opening = createOpening({ client, store, messages, sending, prompts, pick, pickDecoder, useModel: async (id) => models.useModel(id || ((await engine.embedded) ?? '')) });
  const objects = createObjects({ client, store, messages, sending, settled: opening.settled });
  const exporting = createExporting({ client, store, messages, settled: opening.settled });
  const scripting = createScripting({ client, store, sending, settled: opening.settled });
  const dataSets = createDataSets({ client, store, messages, sending, settled: opening.settled });
  const projects = createProjects({ client, store, messages, saveAll: dataSets.saveAll });

  /** @param {URLSearchParams} query */
  async function start(query) {
    const listed = query.get('catalog') ?? recall('tabsam.catalog') ?? '';
    // what an address names is for this visit; what the person typed is for the next ones, too
    if (listed) quietly(models.useCatalog(listed, query.has('catalog') ? 'once' : 'always'));
    await engine.start(query, models.catalogAddress(listed), models.wayOutOfStart);
    const { model, engine: started } = store.state;
    // one of another list, or of the person's own, is in no catalogue here, and another may run than was to: the worker knows
    if (started.status === 'running' && model?.name !== started.info.model) quietly(models.models().then(models.forgetUnlessRunning));
  }

  const restarting = createRestarting({
    client,
    store,
    messages,
    start: () => start(new URLSearchParams(location.search)),
    bringBack: projects.bringBack,
    reopen: opening.reopen,
    fail: engine.fail,
  });

  /** What the worker says unasked. @param {Announcement} said */
  function announced(said) {
    if (said.event === 'engine') {
      engine.run(said.engine);
      if (said.model) store.update({ model: said.model });
    }
    else if (said.event === 'keeping') {
      projects.keepingChanged(said.keeping);
      restarting.keepingChanged(said.keeping);
    } else if (said.event === 'lines') restarting.takeLines(said);
    else if (said.event === 'question') void scripting.answerScript(said.question);
    else if (said.event === 'fault') messages.report('fault', new TabsamError(said.failure));
  }

  return {
    start,
    announced,
    workerLost: restarting.workerLost,
    workerSilent: restarting.workerSilent,
    ...projects,
    /** Take over what has been done on the open picture beside what the person does. */
    catchUp: () => sending.send(() => client.call('state', {})),
    /**
     * Carry objects of another picture over to the open one.
     *
     * @param {CarryOverParams} params
     */
    async carryOver(params) {
      let lost = 0;
      await sending.send(async (options) => {
        const carried = await client.call('carryOver', params, options);
        lost = carried.lost;
        return carried.view;
      });
      return lost;
    },
    open: opening.open,
    turnPage: opening.turnPage,
    chooseBands: opening.chooseBands,
    openedFile: opening.openedFile,
    cancel: opening.cancel,
    pick,
    pickFolder,
    models: models.models,
    useModel: models.useModel,
    useProvider: models.useProvider,
    useCatalog: models.useCatalog,
    addModel: models.addModel,
    removeModel: models.removeModel,
    trustModel: models.trustModel,
    stopLoading: models.stopLoading,
    addPoint: prompts.addPoint,
    movePoint: prompts.movePoint,
    labelPoint: prompts.labelPoint,
    removePoint: prompts.removePoint,
    setBox: prompts.setBox,
    removeMask: prompts.removeMask,
    clear: prompts.clear,
    undo: prompts.undo,
    redo: prompts.redo,
    choose: prompts.choose,
    chooseOffered: prompts.chooseOffered,
    accept: prompts.accept,
    ...objects,
    ...createHovering({ client, store, messages }),
    ...createSearching({ client, store, messages, sending, settled: opening.settled }),
    ...dataSets,
    ...scripting,
    thumbnail: exporting.thumbnail,
    thumbnailOf: exporting.thumbnailOf,
    mask: exporting.mask,
    contours: exporting.contours,
    exportAs: exporting.exportAs,
    exportObjects: exporting.exportObjects,
    projectFile: exporting.projectFile,
    embeddingFile: exporting.embeddingFile,
    saveEmbedding: exporting.saveEmbedding,
    download: exporting.download,
    save: exporting.save,
    copy: exporting.copy,
    cutOut: exporting.cutOut,
    saveCutOut: exporting.saveCutOut,
    copyCutOut: exporting.copyCutOut,
    revokeLater: exporting.revokeLater,
    measure: exporting.measure,
    setScale: exporting.setScale,
    saveMeasures: exporting.saveMeasures,
    measureAgainst: exporting.measureAgainst,
    saveAgainst: exporting.saveAgainst,
    measureModel: exporting.measureModel,
    saveModels: exporting.saveModels,
    benchmarkRound: exporting.benchmarkRound,
    benchmark: exporting.benchmark,
    saveBenchmark: exporting.saveBenchmark,
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
