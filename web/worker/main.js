/**
 * The app worker: owns Python, has an engine run the models, and answers the page (../protocol.js).
 *
 * @module
 */

import { asFailure, failure } from '../errors.js';
import { METHODS } from '../protocol.js';
import { findModel, listOwnModel, useCatalogue } from './models/catalogue.js';
import { forgetPins, listModels, removeFiles, removeModel } from './models/model-storage.js';
import { fetchOwnModel, keepOwnModel } from './models/own-models.js';
import { isLooking, keepPicture, keepThumbnail, keptPicture, restore, restored, settle } from './keeping.js';
import { duplicate, exportProject, mark, otherProjects, remove, rename } from './project-list.js';
import { refuseToChange } from './looking.js';
import { openPicture, stopDecoder, takeDecoder } from './embeddings.js';
import { exportSet, importSet, stopDataSet } from './data-sets.js';
import { answerScript, runScript, stopScript, takeWheel } from './scripting.js';
import { removeLeftovers } from '../storage/temporary-files.js';
import { giveUpWaiting, pythonStarts, unlessGivenUp } from './python-start.js';
import { currentId, gpuMemory, nextLoading, start, stopLoading, useModel, useProvider } from './running-model.js';
import { withoutWarmUp } from './warm-up.js';

/**
 * @typedef {import('../protocol.js').Methods} Methods
 * @typedef {import('../protocol.js').Method} Method
 * @typedef {import('../protocol.js').Progress} Progress
 * @typedef {(progress: Progress) => void} OnProgress
 */

/** @type {{ [M in Method]?: (params: Methods[M]['params'], onProgress: OnProgress) => Promise<Methods[M]['result']> }} */
const methods = {
  start,

  models: listAll,

  async useModel({ id, provider }, onProgress) {
    const signal = nextLoading();
    return useModel(await findModel(id), provider, signal, onProgress);
  },

  useProvider: ({ provider }, onProgress) => useProvider(provider, onProgress),

  async useCatalog({ url }) {
    await useCatalogue(url);
    return listAll();
  },

  async addModel(source, onProgress) {
    const signal = nextLoading();
    const isFetched = 'urls' in source;
    const onBytes = (/** @type {number} */ loaded) => onProgress({ stage: 'model', message: 'Reading the model', loaded });
    const model = isFetched ? await fetchOwnModel(source, { signal, onBytes }) : await keepOwnModel(source);
    try {
      const changed = await useModel(model, undefined, signal, onProgress);
      await listOwnModel(model);
      return changed;
    } catch (error) {
      // What is no model is not kept; what has been fetched of one is, for the next try.
      if (!isFetched || !MAY_STILL_COME.includes(asFailure(error).code)) await removeFiles({ ...model, id: '' }); // but for one that was added before
      throw error;
    }
  },

  takeDecoder: async (given, onProgress) => takeDecoder(await pythonStarts(onProgress), given, onProgress),

  async removeModel({ id }) {
    await removeModel(id);
    return listAll();
  },

  async trustModel(model) {
    await forgetPins(model);
    return null;
  },

  async stopLoading() {
    stopLoading();
    return null;
  },

  openProject: (wish, onProgress) => restore(wish, pythonStarts(onProgress)).finally(() => void removeLeftovers()),

  keepPicture: async ({ id, file, ...how }) => ({ kept: await keepPicture(id, file, how) }),

  keptPicture: ({ id }) => keptPicture(id),

  otherProjects,

  async settleProject() {
    await settle();
    return null;
  },

  exportSet: async (wish, onProgress) => exportSet(await pythonStarts(onProgress), wish, onProgress),

  async importSet(wish, onProgress) {
    await restored();
    return importSet(await pythonStarts(onProgress), wish, onProgress);
  },

  async stopSet() {
    stopDataSet();
    return null;
  },

  async runScript(script, onProgress) {
    await restored();
    return runScript(await pythonStarts(onProgress), script, onProgress);
  },

  async stopScript() {
    stopScript();
    return null;
  },

  async answerScript(answer) {
    answerScript(answer);
    return null;
  },

  takeWheel: async (wheel, onProgress) => takeWheel(await pythonStarts(onProgress), wheel),

  markProject: mark,

  removeDeleted: remove,

  renameProject: rename,

  duplicateProject: duplicate,

  exportProject: async (wish, onProgress) => exportProject(await pythonStarts(onProgress), wish, onProgress),

  async keepThumbnail(thumbnail) {
    await keepThumbnail(thumbnail);
    return null;
  },
};

async function listAll() {
  const [list, gpu] = await Promise.all([listModels(currentId()), gpuMemory()]);
  return { ...list, gpu };
}

/** What ended the loading of a model that may be one all the same. */
const MAY_STILL_COME = ['cancelled', 'model-unreachable', 'model-refused', 'model-html', 'model-digest', 'model-changed'];

/**
 * @param {{ id: number, method: Method, params: never }} request
 */
async function answer({ id, method, params }) {
  const onProgress = (/** @type {Progress} */ progress) => {
    globalThis.postMessage({ id, progress }, { transfer: progress.preview ? [progress.preview] : [] });
  };
  try {
    if (!METHODS.includes(method)) throw failure('unknown-method', `There is no method '${method}'.`, '');
    if (isLooking()) refuseToChange(method);
    const own = methods[method];
    if (own) {
      globalThis.postMessage({ id, result: await own(params, onProgress) });
      return;
    }
    if (method === 'cancel') {
      giveUpWaiting();
      stopDecoder();
    }
    const call = async () => {
      const starting = pythonStarts(onProgress).then((python) => restored().then(() => python));
      const ready = await (method === 'open' ? unlessGivenUp(starting) : starting);
      return method === 'open' ? openPicture(ready, params, onProgress) : ready.call(method, params, onProgress);
    };
    const { result, transfer } = await (method === 'open' ? withoutWarmUp(call) : call());
    globalThis.postMessage({ id, result }, { transfer });
  } catch (error) {
    globalThis.postMessage({ id, error: asFailure(error) });
  }
}

globalThis.addEventListener('message', (/** @type {MessageEvent} */ { data }) => {
  if (data.ping) globalThis.postMessage({ pong: true }); // whoever asks wants to know whether this lives
  else void answer(data);
});

// What nobody caught is told, and the worker goes on: each request is answered by itself.
globalThis.addEventListener('error', (event) => {
  event.preventDefault();
  tellFault(event.error ?? event.message);
});
globalThis.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  tellFault(event.reason);
});

/** @param {unknown} fault */
function tellFault(fault) {
  globalThis.postMessage({ event: 'fault', failure: asFailure(fault) });
}
