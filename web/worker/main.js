/**
 * The app worker: owns Python, has an engine run the models, and answers the page (../protocol.js).
 *
 * @module
 */

import { asFailure, failure } from '../errors.js';
import { METHODS } from '../protocol.js';
import { findModel, listOwnModel, useCatalogue } from './catalogue.js';
import { LARGE_BYTES } from './model-size.js';
import { forgetPins, isStored, listModels, removeFiles, removeModel } from './model-storage.js';
import { fetchOwnModel, keepOwnModel } from './own-models.js';
import { chooseProvider } from './provider-choice.js';
import { startPython } from './python.js';

/**
 * @typedef {import('../protocol.js').Methods} Methods
 * @typedef {import('../protocol.js').Method} Method
 * @typedef {import('../protocol.js').Progress} Progress
 * @typedef {import('../protocol.js').View} View
 * @typedef {import('../protocol.js').EngineInfo} EngineInfo
 * @typedef {import('./python.js').Python} Python
 * @typedef {import('./engine-start.js').Running} Running
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
  async start({ model: id, catalog = '', recalled = [], ...wanted }, onProgress) {
    wishes = wanted;
    const signal = nextLoading();
    const listed = useCatalogue(catalog);
    listed.catch(() => {}); // the page asks for the list itself, and tells why it cannot be had
    const starting = pythonStarts(onProgress);
    starting.catch(() => {}); // it is awaited below; until then its failure is nobody's surprise
    try {
      const { model, running } = await startWanted(id, recalled, listed, signal, onProgress);
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

  models: () => listModels(current?.model.id ?? ''),

  async useModel({ id, provider }, onProgress) {
    const signal = nextLoading();
    return change(await findModel(id), { ...wishes, ...(provider && { provider }) }, signal, onProgress);
  },

  async useProvider({ provider }, onProgress) {
    if (!current) throw failure('engine-none', 'No model runs that could be run elsewhere.', 'Choose a model first.');
    const wanted = { ...wishes, provider: provider ?? undefined };
    const changed = await change(current.model, wanted, nextLoading(), onProgress).catch((error) => {
      throw provider ? unavailable(provider, error) : error;
    });
    wishes = wanted;
    return changed;
  },

  async useCatalog({ url }) {
    await useCatalogue(url);
    return listModels(current?.model.id ?? '');
  },

  async addModel(source, onProgress) {
    const signal = nextLoading();
    const isFetched = 'urls' in source;
    const onBytes = (/** @type {number} */ loaded) => onProgress({ stage: 'model', message: 'Reading the model', loaded });
    const model = isFetched ? await fetchOwnModel(source, { signal, onBytes }) : await keepOwnModel(source);
    try {
      const changed = await change(model, wishes, signal, onProgress);
      await listOwnModel(model);
      return changed;
    } catch (error) {
      // What is no model is not kept; what has been fetched of one is, for the next try.
      if (!isFetched || !MAY_STILL_COME.includes(asFailure(error).code)) await removeFiles({ ...model, id: '' }); // but for one that was added before
      throw error;
    }
  },

  async removeModel({ id }) {
    await removeModel(id);
    return listModels(current?.model.id ?? '');
  },

  async trustModel(model) {
    await forgetPins(model);
    return null;
  },

  async stopLoading() {
    loading.abort();
    return null;
  },
};

/** What ended the loading of a model that may be one all the same. */
const MAY_STILL_COME = ['cancelled', 'model-unreachable', 'model-refused', 'model-html', 'model-digest', 'model-changed'];

/** @returns {AbortSignal} of a model that is now wanted; any other that is on its way is given up */
function nextLoading() {
  loading.abort();
  loading = new AbortController();
  return loading.signal;
}

/** @param {OnProgress} onProgress */
function pythonStarts(onProgress) {
  python ??= startPython((message) => onProgress({ stage: 'python', message })).catch((error) => {
    python = undefined; // a failed start is forgotten, so that another try is a real one
    throw error;
  });
  return python;
}

/**
 * The model to begin with. What is only recalled from an earlier visit is done without where it cannot be had; what is asked for now is not.
 *
 * @param {string} id
 * @param {('model' | 'provider')[]} recalled
 * @param {Promise<void>} listed  resolves when the other list of models is there
 * @param {AbortSignal} signal
 * @param {OnProgress} onProgress
 * @returns {Promise<{ model: Model, running: Running }>}
 */
async function startWanted(id, recalled, listed, signal, onProgress) {
  try {
    const model = await findModel(id).catch(async () => {
      await listed.catch(() => {}); // it may be on it
      return findModel(id);
    });
    if (recalled.includes('model') && !(await isStored(model))) {
      throw failure('model-gone', `${model.name} is no longer stored in this browser.`, 'Choose it again to fetch it.');
    }
    return { model, running: await startModel(model, wishes, signal, onProgress) };
  } catch (error) {
    const { code, message } = asFailure(error);
    const givenUp = code === 'no-provider' && recalled.includes('provider') ? 'provider' : recalled.find((one) => one === 'model');
    if (!givenUp || signal.aborted) throw error;
    if (givenUp === 'provider') wishes = { ...wishes, provider: undefined };
    const others = recalled.filter((one) => one !== givenUp);
    const { model, running } = await startWanted(givenUp === 'provider' ? id : '', others, listed, signal, onProgress);
    const place = running.info.provider === 'webgpu' ? 'the GPU' : 'WASM';
    running.info.notices.unshift(
      givenUp === 'provider' ? `${model.name} runs on ${place}: where it ran last time it cannot now.` : `${message} ${model.name} runs instead.`,
    );
    return { model, running };
  }
}

/**
 * @param {'webgpu' | 'wasm'} provider
 * @param {unknown} error
 */
function unavailable(provider, error) {
  const { code, details = '' } = asFailure(error);
  if (code !== 'no-provider') return error;
  const place = provider === 'webgpu' ? 'the GPU' : 'WASM';
  const [why = ''] = details.split('\n', 1);
  return failure('provider-unavailable', `This model does not run on ${place} here. ${why}`.trim(), 'It goes on where it was.', details);
}

/** Milliseconds in which a picture that was chosen during the start arrives: its encoding must not wait for a run on zeros. */
const WARM_UP_AFTER = 1000;

/**
 * Up to here WASM runs an encoder in about a second. A run of a larger one takes many, and saves no more than that of a small one, half a
 * second: a picture that is opened meanwhile would wait for it. Bytes, encoder and decoder together.
 */
const WARMED_BYTES = 20e6;

/**
 * A first run is several times slower than the next. Make it while the person chooses a picture, and not before: beside Python's
 * start it would only take the processor from it.
 *
 * @param {Python} ready
 * @param {Running} running
 */
function warmUp(ready, { engine, encoder, decoder, info }) {
  if (opening) return;
  const most = info.provider === 'webgpu' ? LARGE_BYTES : WARMED_BYTES;
  const warmed = info.modelBytes > most ? [decoder] : [encoder, decoder];
  engine.ask('warm', { sessions: warmed.map(({ session }) => session) }).catch(() => {});
  ready.warmUp();
}

/**
 * Start a model's engine beside the one that runs, if one does.
 *
 * @param {Model} model
 * @param {Wishes} wanted
 * @param {AbortSignal} signal
 * @param {OnProgress} onProgress
 * @param {string} [because]
 * @returns {Promise<Running>}
 */
async function startModel(model, wanted, signal, onProgress, because = '') {
  const running = await chooseProvider({
    ...wanted,
    model,
    because,
    signal,
    onProgress: (progress) => onProgress({ stage: progress.loaded === undefined ? 'provider' : 'model', ...progress }),
    findBuiltIn: () => findModel(''),
    prove: async (candidate, reference) => (await pythonStarts(onProgress)).selfTest(candidate, reference),
    proveLarge: async (candidate, reference) => (await pythonStarts(onProgress)).largeSelfTest(candidate, reference),
  });
  running.engine.onlost = (reason) => void recover(model, running.info.provider, reason);
  return running;
}

/**
 * Put another model in the place of the one that runs. Until it is ready, and when it does not get so, the one before goes on.
 *
 * @param {Model} model
 * @param {Wishes} wanted
 * @param {AbortSignal} signal
 * @param {OnProgress} onProgress
 * @returns {Promise<{ engine: EngineInfo, view: View }>}
 */
async function change(model, wanted, signal, onProgress) {
  const ready = await pythonStarts(onProgress);
  const running = await startModel(model, wanted, signal, onProgress);
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
 * @param {'webgpu' | 'wasm'} provider  that it ran on
 * @param {string} reason
 */
async function recover(model, provider, reason) {
  const ready = await pythonStarts(() => {});
  const lost = provider === 'webgpu' ? 'The GPU was lost' : 'The engine stopped';
  try {
    const running = await startModel(model, { ...wishes, provider: 'wasm' }, nextLoading(), () => {}, `${lost} (${reason}).`);
    running.info.notices.push(`${lost}; tabsam goes on with WASM, and your work is as it was.`);
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
    const giveUp = () => reject(failure('cancelled', 'Opening the picture was cancelled.', ''));
    signal.addEventListener('abort', giveUp);
    starting.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
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
