/**
 * Which model runs, and where: the first one, another in its place, and a new engine when one is lost.
 *
 * @module
 */

import { asFailure, failure } from '../errors.js';
import { findModel, hostOf, useCatalogue } from './models/catalogue.js';
import { clearFormer, isStored, sizeOf } from './models/model-storage.js';
import { chooseProvider } from './providers/provider-choice.js';
import { pythonStarts } from './python-start.js';
import { warmUpLater } from './warm-up.js';

/**
 * @typedef {import('../protocol.js').Methods} Methods
 * @typedef {import('../protocol.js').Progress} Progress
 * @typedef {import('../protocol.js').View} View
 * @typedef {import('../protocol.js').EngineInfo} EngineInfo
 * @typedef {import('./providers/engine-start.js').Running} Running
 * @typedef {import('./providers/engine-start.js').AbsentEncoder} AbsentEncoder
 * @typedef {import('./models/catalogue.js').Model} Model
 * @typedef {(progress: Progress) => void} OnProgress
 * @typedef {{ provider?: 'webgpu' | 'wasm', threads?: number }} Wishes
 * @typedef {{ engine: EngineInfo, view: View }} Replacement
 * @typedef {{ because?: string, absent?: AbsentEncoder }} StartOptions
 *   `because`: why a provider is chosen again; `absent`: the encoder, which is then not fetched
 */

/** What runs now; `absent` is its encoder, where that is not here. @type {{ model: Model, running: Running, absent?: AbsentEncoder } | undefined} */
let current;

/** What the person asked for at the start; it holds for every model after. @type {Wishes} */
let wishes = {};

/** Resolves when the list of models that was named at the start is there. @type {Promise<void>} */
let listed = Promise.resolve();

/** Milliseconds after which what an earlier version of a model has left is cleared away: a picture that waits comes first. */
const CLEAR_AFTER = 2000;

/** Gives up the model that is on its way. */
let loading = new AbortController();

/** Resolves when the first model runs, or cannot. @type {Promise<unknown>} */
let started = Promise.resolve();

/** @returns {string}  the id of the model that runs, empty while none does, or only its decoder */
export const currentId = () => (current && !current.absent ? current.model.id : '');

/** What it has on the GPU; null where it runs on none, or is gone. */
export async function gpuMemory() {
  if (current?.running.info.provider !== 'webgpu') return null;
  return current.running.engine.ask('memory', null).catch(() => null);
}

/**
 * Start with the model that is wanted, and with Python beside it.
 *
 * @param {Methods['start']['params']} params
 * @param {OnProgress} onProgress
 * @returns {Promise<EngineInfo>}
 */
export function start(params, onProgress) {
  const starting = startFirst(params, onProgress);
  started = starting.catch(() => {}); // whoever has asked for it is told
  return starting;
}

/**
 * @param {Methods['start']['params']} params
 * @param {OnProgress} onProgress
 * @returns {Promise<EngineInfo>}
 */
async function startFirst({ model: id, catalog = '', recalled = [], ...wanted }, onProgress) {
  wishes = wanted;
  const signal = nextLoading();
  listed = useCatalogue(catalog);
  listed.catch(() => {}); // the page asks for the list itself, and tells why it cannot be had
  const starting = pythonStarts(onProgress);
  starting.catch(() => {}); // it is awaited below; until then its failure is nobody's surprise
  try {
    const { model, running } = await startWanted(id, recalled, signal, onProgress);
    const ready = await starting;
    ready.attach(running);
    current = { model, running };
    warmUpLater(ready, running);
    clearFormerLater(model);
    return running.info;
  } catch (error) {
    await starting.then((ready) => ready.detach(asFailure(error)));
    throw error;
  }
}

/** @returns {AbortSignal} of a model that is now wanted; any other that is on its way is given up */
export function nextLoading() {
  loading.abort();
  loading = new AbortController();
  return loading.signal;
}

/** Give up the model that is on its way; the one that runs goes on. */
export const stopLoading = () => loading.abort();

/**
 * The model to begin with. What is only recalled from an earlier visit is done without where it cannot be had; what is asked for now is not.
 *
 * @param {string} id
 * @param {('model' | 'provider')[]} recalled
 * @param {AbortSignal} signal
 * @param {OnProgress} onProgress
 * @returns {Promise<{ model: Model, running: Running }>}
 */
async function startWanted(id, recalled, signal, onProgress) {
  try {
    const model = await findModel(id).catch(async () => {
      await listed.catch(() => {}); // it may be on it
      return findModel(id);
    });
    if (recalled.includes('model') && !(await isStored(model))) {
      throw failure('model-gone', `${model.name} is no longer stored in this browser.`, 'Choose it again to fetch it.');
    }
    if (model.origin === 'list' && !recalled.includes('model') && !(await isStored(model))) {
      const started = await startWanted('', recalled, signal, onProgress);
      started.running.info.offer = { id: model.id, name: model.name, host: hostOf(model) || location.host, bytes: sizeOf(model) };
      return started;
    }
    return { model, running: await startModel(model, wishes, signal, onProgress) };
  } catch (error) {
    const { code, message } = asFailure(error);
    const givenUp = code === 'no-provider' && recalled.includes('provider') ? 'provider' : recalled.find((one) => one === 'model');
    if (!givenUp || signal.aborted) throw error;
    if (givenUp === 'provider') wishes = { ...wishes, provider: undefined };
    const others = recalled.filter((one) => one !== givenUp);
    const { model, running } = await startWanted(givenUp === 'provider' ? id : '', others, signal, onProgress);
    const place = running.info.provider === 'webgpu' ? 'the GPU' : 'WASM';
    running.info.notices.unshift(
      givenUp === 'provider' ? `${model.name} runs on ${place}: where it ran last time it cannot now.` : `${message} ${model.name} runs instead.`,
    );
    return { model, running };
  }
}

/**
 * Use another model from now on, with what the person wished at the start.
 *
 * @param {Model} model
 * @param {'webgpu' | 'wasm' | undefined} provider  another wish, for this one
 * @param {AbortSignal} signal
 * @param {OnProgress} onProgress
 * @returns {Promise<Replacement>}
 */
export const useModel = (model, provider, signal, onProgress) => change(model, { ...wishes, ...(provider && { provider }) }, signal, onProgress);

/**
 * Run the model that runs elsewhere; it holds for every model after.
 *
 * @param {'webgpu' | 'wasm' | null} provider  null for the fastest that works
 * @param {OnProgress} onProgress
 * @returns {Promise<Replacement>}
 */
export async function useProvider(provider, onProgress) {
  if (!current) throw failure('engine-none', 'No model runs that could be run elsewhere.', 'Choose a model first.');
  if (current.absent) throw failure('encoder-absent', 'Only the decoder of this model is here, which needs no GPU.', 'Get its encoder first.');
  const wanted = { ...wishes, provider: provider ?? undefined };
  const changed = await change(current.model, wanted, nextLoading(), onProgress).catch((error) => {
    throw provider ? unavailable(provider, error) : error;
  });
  wishes = wanted;
  return changed;
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

/**
 * Start a model's engine beside the one that runs, if one does.
 *
 * @param {Model} model
 * @param {Wishes} wanted
 * @param {AbortSignal} signal
 * @param {OnProgress} onProgress
 * @param {StartOptions} [options]
 * @returns {Promise<Running>}
 */
async function startModel(model, wanted, signal, onProgress, { because = '', absent } = {}) {
  if (model.alone && !absent) throw failure('encoder-missing', `Only the decoder of ${model.name} was added.`, 'Add the model with its encoder, or use another one.');
  const running = await chooseProvider({
    ...wanted,
    model,
    absent,
    because,
    signal,
    onProgress: (progress) => onProgress({ stage: progress.loaded === undefined ? 'provider' : 'model', ...progress }),
    findBuiltIn: () => findModel(''),
    prove: async (candidate, reference) => (await pythonStarts(onProgress)).selfTest(candidate, reference),
    proveLarge: async (candidate, reference) => (await pythonStarts(onProgress)).largeSelfTest(candidate, reference),
  });
  running.engine.onlost = (reason) => void recover({ model, running, absent }, reason);
  return running;
}

/**
 * Put another model in the place of the one that runs. Until it is ready, and when it does not get so, the one before goes on.
 *
 * @param {Model} model
 * @param {Wishes} wanted
 * @param {AbortSignal} signal
 * @param {OnProgress} onProgress
 * @returns {Promise<Replacement>}
 */
async function change(model, wanted, signal, onProgress) {
  const { ready, running, before } = await takeOver(model, wanted, signal, onProgress);
  before?.running.engine.terminate();
  clearFormerLater(model);
  const { result } = await ready.call('refresh', {}, onProgress);
  return { engine: running.info, view: /** @type {View} */ (result) };
}

/**
 * Have another model run. The one before is there still, for whoever wants it back.
 *
 * @param {Model} model
 * @param {Wishes} wanted
 * @param {AbortSignal} signal
 * @param {OnProgress} onProgress
 * @param {StartOptions} [options]
 */
async function takeOver(model, wanted, signal, onProgress, options = {}) {
  const ready = await pythonStarts(onProgress);
  const running = await startModel(model, wanted, signal, onProgress, options);
  try {
    ready.attach(running);
  } catch (error) {
    running.engine.terminate();
    throw error;
  }
  const before = current;
  current = { model, running, absent: options.absent };
  return { ready, running, before };
}

/**
 * Clear away what an earlier version of a model that runs has left; not while it is unknown which models the other list has.
 *
 * @param {Model} model
 */
function clearFormerLater(model) {
  setTimeout(() => void listed.then(() => clearFormer(model)).catch(() => {}), CLEAR_AFTER);
}

/**
 * The engine is gone, and Python is not: start another one under it.
 *
 * @param {{ model: Model, running: Running, absent?: AbsentEncoder }} gone
 * @param {string} reason
 */
async function recover({ model, running: { info: { provider } }, absent }, reason) {
  const ready = await pythonStarts(() => {});
  const lost = provider === 'webgpu' ? 'The GPU was lost' : 'The engine stopped';
  try {
    const { running } = await takeOver(model, { ...wishes, provider: 'wasm' }, nextLoading(), () => {}, { because: `${lost} (${reason}).`, absent });
    running.info.notices.push(`${lost}; tabsam goes on with WASM, and your work is as it was.`);
    globalThis.postMessage({ event: 'engine', engine: running.info });
  } catch (error) {
    ready.detach(asFailure(error));
  }
}

/** Resolves when it is known whether the first model runs, and which models are listed. */
export async function settled() {
  await Promise.all([started, listed.catch(() => {})]);
}

/** Whether what runs answers about embeddings of this decoder. @param {string} digest */
export const runsDecoder = (digest) => current?.running.decoders.includes(digest) ?? false;

/** The model of which only the decoder runs, if that is so. */
export const decoderAlone = () => (current?.absent ? current.model : null);

/**
 * Have a model's decoder answer, without its encoder, which is not fetched: for a picture that comes with its embedding. The model that has run
 * is there until it is known whether that picture is opened.
 *
 * @param {Model} model
 * @param {AbsentEncoder} absent
 * @param {AbortSignal} signal
 * @param {OnProgress} onProgress
 * @returns {Promise<{ keep: () => void, takeBack: () => void }>}
 */
export async function tryDecoder(model, absent, signal, onProgress) {
  const { ready, running, before } = await takeOver(model, wishes, signal, onProgress, { absent });
  return {
    keep() {
      before?.running.engine.terminate();
      tellOfEngine();
    },
    takeBack() {
      if (current?.running !== running) return before?.running.engine.terminate(); // another has taken its place meanwhile
      if (!before) return tellOfEngine();
      current = before;
      ready.attach(before.running);
      running.engine.terminate();
    },
  };
}

/** Tell the page, which has not asked, that another model runs. */
export function tellOfEngine() {
  if (!current) return;
  const { model, running } = current;
  globalThis.postMessage({ event: 'engine', engine: running.info, model: { id: model.id, name: model.name } });
}
