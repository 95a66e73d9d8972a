/**
 * The app worker: owns Python, has an engine run the models, and answers the page (../protocol.js).
 *
 * @module
 */

import { asFailure, failure } from '../failure.js';
import { METHODS } from '../protocol.js';
import { findModel, listOwnModel } from './catalogue.js';
import { climbLadder } from './ladder.js';
import { startPython } from './python.js';
import { keepOwnModel, listShelf, removeFiles, removeModel } from './shelf.js';

/**
 * @typedef {import('../protocol.js').Methods} Methods
 * @typedef {import('../protocol.js').Method} Method
 * @typedef {import('../protocol.js').Progress} Progress
 * @typedef {import('../protocol.js').View} View
 * @typedef {import('../protocol.js').EngineInfo} EngineInfo
 * @typedef {import('./python.js').Python} Python
 * @typedef {import('./ladder.js').Running} Running
 * @typedef {import('./catalogue.js').Model} Model
 * @typedef {(progress: Progress) => void} OnProgress
 * @typedef {{ provider?: 'webgpu' | 'wasm', threads?: number }} Wishes
 */

/** @type {Promise<Python> | undefined} */
let python;
/** What runs now. @type {{ model: Model, running: Running } | undefined} */
let current;
/** Pictures that are being opened. */
let opening = 0;
/** Gives up the pictures that wait for Python to start. */
let waiting = new AbortController();
/** What the person asked for at the start; it holds for every model after. @type {Wishes} */
let wishes = {};
/** Gives up the model that is on its way. */
let loading = new AbortController();

/** @type {{ [M in Method]?: (params: Methods[M]['params'], onProgress: OnProgress) => Promise<Methods[M]['result']> }} */
const methods = {
  async start({ model: id, ...wanted }, onProgress) {
    wishes = wanted;
    const starting = pythonStarts(onProgress);
    starting.catch(() => {}); // it is awaited below; until then its failure is nobody's surprise
    try {
      const model = await findModel(id);
      const running = await climb(model, onProgress);
      const ready = await starting;
      ready.attach(running);
      current = { model, running };
      setTimeout(() => warmUp(ready, running), WARM_UP_AFTER);
      return running.info;
    } catch (error) {
      await starting.then((ready) => ready.detach(asFailure(error)));
      throw error;
    }
  },

  models: () => listShelf(current?.model.id ?? ''),

  async useModel({ id, provider }, onProgress) {
    return change(await findModel(id), onProgress, { ...wishes, ...(provider && { provider }) });
  },

  async addModel(files, onProgress) {
    const model = await keepOwnModel(files);
    try {
      const changed = await change(model, onProgress, wishes);
      await listOwnModel(model);
      return changed;
    } catch (error) {
      await removeFiles(model); // what is no model is not kept
      throw error;
    }
  },

  async removeModel({ id }) {
    await removeModel(id);
    return listShelf(current?.model.id ?? '');
  },

  async stopLoading() {
    loading.abort();
    return null;
  },
};

/** @param {OnProgress} onProgress */
function pythonStarts(onProgress) {
  python ??= startPython((message) => onProgress({ stage: 'python', message })).catch((error) => {
    python = undefined; // a failed start is forgotten, so that another try is a real one
    throw error;
  });
  return python;
}

/** Milliseconds in which a picture that was chosen during the start arrives: its encoding must not wait for a run on zeros. */
const WARM_UP_AFTER = 1000;
/** Above this a run on zeros takes longer than it saves. */
const WARMED_BYTES = 64e6;

/**
 * A first run is several times slower than the next. Make it while the person chooses a picture, and not before: beside Python's
 * start it would only take the processor from it.
 *
 * @param {Python} ready
 * @param {Running} running
 */
function warmUp(ready, { engine, encoder, decoder, info }) {
  if (opening || info.modelBytes > WARMED_BYTES) return;
  engine.ask('warm', { sessions: [encoder.session, decoder.session] }).catch(() => {});
  ready.warmUp();
}

/**
 * Start a model's engine beside the one that runs, if one does.
 *
 * @param {Model} model
 * @param {OnProgress} onProgress
 * @param {Wishes} [wanted]
 * @param {string} [because]
 * @returns {Promise<Running>}
 */
async function climb(model, onProgress, wanted = wishes, because = '') {
  loading.abort();
  loading = new AbortController();
  const running = await climbLadder({
    ...wanted,
    model,
    because,
    signal: loading.signal,
    onProgress: (progress) => onProgress({ stage: progress.loaded === undefined ? 'provider' : 'model', ...progress }),
    prove: async (candidate, reference) => (await pythonStarts(onProgress)).selfTest(candidate, reference),
  });
  running.engine.onlost = (reason) => void recover(model, reason);
  return running;
}

/**
 * Put another model in the place of the one that runs. Until it is ready, and when it does not get so, the one before goes on.
 *
 * @param {Model} model
 * @param {OnProgress} onProgress
 * @param {Wishes} wanted
 * @returns {Promise<{ engine: EngineInfo, view: View }>}
 */
async function change(model, onProgress, wanted) {
  const ready = await pythonStarts(onProgress);
  const running = await climb(model, onProgress, wanted);
  try {
    ready.attach(running);
  } catch (error) {
    running.engine.terminate();
    throw error;
  }
  const before = current;
  current = { model, running };
  before?.running.engine.terminate();
  const { result } = await ready.call('refresh', {}, onProgress);
  return { engine: running.info, view: /** @type {View} */ (result) };
}

/**
 * The engine is gone, and Python is not: start another one under it.
 *
 * @param {Model} model
 * @param {string} reason
 */
async function recover(model, reason) {
  const ready = await pythonStarts(() => {});
  try {
    const running = await climb(model, () => {}, { ...wishes, provider: 'wasm' }, `The GPU was lost (${reason}).`);
    running.info.notices.push('The GPU was lost; tabsam goes on with WASM, and your work is as it was.');
    ready.attach(running);
    current = { model, running };
    globalThis.postMessage({ event: 'engine', engine: running.info });
  } catch (error) {
    ready.detach(asFailure(error));
  }
}

function giveUpWaiting() {
  waiting.abort();
  waiting = new AbortController();
}

/**
 * Python can give up a picture; until it runs, somebody else must.
 *
 * @param {Promise<Python>} starting
 * @returns {Promise<Python>}
 */
function unlessGivenUp(starting) {
  const { signal } = waiting;
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(failure('cancelled', 'Opening the picture was cancelled.', '')), { once: true });
    starting.then(resolve, reject);
  });
}

/**
 * @param {{ id: number, method: Method, params: never }} request
 */
async function answer({ id, method, params }) {
  const onProgress = (/** @type {Progress} */ progress) => {
    globalThis.postMessage({ id, progress }, { transfer: progress.preview ? [progress.preview] : [] });
  };
  try {
    if (!METHODS.includes(method)) throw failure('unknown-method', `There is no method '${method}'.`, '');
    const own = methods[method];
    if (own) {
      globalThis.postMessage({ id, result: await own(params, onProgress) });
      return;
    }
    if (method === 'open') opening += 1;
    if (method === 'cancel') giveUpWaiting();
    try {
      const ready = await (method === 'open' ? unlessGivenUp(pythonStarts(onProgress)) : pythonStarts(onProgress));
      const { result, transfer } = await ready.call(method, params, onProgress);
      globalThis.postMessage({ id, result }, { transfer });
    } finally {
      if (method === 'open') opening -= 1;
    }
  } catch (error) {
    globalThis.postMessage({ id, error: asFailure(error) });
  }
}

globalThis.addEventListener('message', (/** @type {MessageEvent} */ { data }) => void answer(data));
