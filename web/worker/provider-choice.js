/**
 * Which provider runs the model: the fastest one that is there, loads this model, and gives right answers.
 *
 * Each attempt has a fresh engine, so that a failed one cannot poison the next.
 *
 * @module
 */

import { asFailure, failure } from '../errors.js';
import { Engine } from './engine.js';
import { readGraph } from '../engine/graph.js';
import { addressOf } from '../storage/model-files.js';
import { VERDICTS, note, readNotes } from '../storage/notes.js';
import { LARGE_BYTES } from './model-size.js';

/**
 * @typedef {import('../engine/protocol.js').Build} Build
 * @typedef {import('../engine/protocol.js').Provider} Provider
 * @typedef {import('../engine/protocol.js').LoadedSession} LoadedSession
 * @typedef {import('../protocol.js').EngineInfo} EngineInfo
 * @typedef {import('../engine/protocol.js').Optimisation} Optimisation
 * @typedef {{ features?: string[], maxBufferSize?: number, maxStorageBufferBindingSize?: number }} Needs  of a GPU; sizes in bytes
 * @typedef {import('./catalogue.js').Model} Model
 *
 * @typedef {{ provider: Provider, build: Build, threads: number, why: string, adapter?: string }} ProviderOption
 *   `adapter` names the GPU; the verdict on it is remembered under that name.
 * @typedef {{ engine: Engine, encoder: LoadedSession, decoder: LoadedSession, info: EngineInfo }} Running
 * @typedef {{ engine: Engine, decoder: LoadedSession }} RunningDecoder
 * @typedef {{ agrees: boolean, reason: string }} Verdict
 *
 * @typedef {object} ModelStart
 * @property {Model} model
 * @property {Provider} [provider]   only this one, when it is given
 * @property {number} [threads]      at most so many
 * @property {string} [because]      why a provider is chosen again, said before the reason for the provider
 * @property {AbortSignal} signal    gives the model up that is being loaded
 * @property {(progress: import('../engine/protocol.js').EngineProgress) => void} onProgress
 * @property {() => Promise<Model>} findBuiltIn  the model that the site starts with: what it shows of a GPU holds for larger ones
 * @property {(candidate: Running, reference: Running) => Promise<Verdict>} prove  whether a new provider answers as the proven one does
 * @property {(candidate: Running, reference: RunningDecoder) => Promise<Verdict>} proveLarge  the same by the decoder, and whether the
 *   encoder's answers are plausible
 */

/**
 * @param {ModelStart} wanted
 * @returns {Promise<Running>}
 */
export async function chooseProvider(wanted) {
  const { options, refusals } = await findProviders(wanted);
  if (wanted.because) refusals.unshift(wanted.because);
  /** @type {import('../protocol.js').Failure | undefined} */
  let last;
  for (const option of options) {
    try {
      const running = await startWithFallback(option, wanted);
      const verdict = option.provider === 'webgpu' ? await judge(running, option, wanted) : null;
      if (!verdict || verdict.agrees) {
        const proof = verdict ? `Checked against WASM: ${verdict.reason}.` : '';
        running.info.why = [option.why, proof, ...refusals].filter(Boolean).join(' ');
        return running;
      }
      running.engine.terminate();
      refusals.push(`WebGPU gave wrong answers in its self-test (${verdict.reason}).`);
    } catch (error) {
      last = asFailure(error);
      // What is wrong with the model or the network is wrong on every option.
      if (last.code.startsWith('model-') && last.code !== 'model-load') throw error;
      if (last.code === 'insecure-context' || last.code === 'cancelled') throw error;
      refusals.push(`${option.provider === 'webgpu' ? 'WebGPU' : 'WASM'} failed: ${last.message}`);
    }
  }
  throw failure('no-provider', 'This model cannot be run in this browser.', 'Try a current Chrome, or another model.', `${refusals.join(' ')} ${last?.details ?? ''}`);
}

/**
 * @param {ModelStart} wanted
 * @returns {Promise<{ options: ProviderOption[], refusals: string[] }>}
 */
async function findProviders({ model, provider, threads }) {
  /** @type {ProviderOption[]} */
  const options = [];
  /** @type {string[]} */
  const refusals = [];
  if (provider !== 'wasm') {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
    const lack = adapter && lackOf(adapter, model.needs ?? {});
    if (lack) {
      refusals.push(lack);
    } else if (adapter) {
      const build = 'Suspending' in WebAssembly ? 'jspi' : 'asyncify';
      const name = [adapter.info.vendor, adapter.info.architecture, adapter.info.device, adapter.info.description].filter(Boolean).join(' ') || 'GPU';
      options.push({ provider: 'webgpu', build, threads: 1, why: `Runs on the GPU (${name}).`, adapter: name });
    } else {
      refusals.push(navigator.gpu ? 'There is no WebGPU adapter here.' : 'This browser has no WebGPU.');
    }
  } else {
    refusals.push('WASM was asked for.');
  }
  if (provider !== 'webgpu') options.push(wasmProvider(threads));
  return { options, refusals };
}

/**
 * @param {number} [most]
 * @returns {ProviderOption}
 */
function wasmProvider(most) {
  const cores = navigator.hardwareConcurrency || 1;
  // Threads need shared memory, which needs cross-origin isolation. More than eight only wait for each other.
  const threads = globalThis.crossOriginIsolated ? Math.max(1, Math.min(cores, 8, most ?? 8)) : 1;
  const why = globalThis.crossOriginIsolated ? '' : 'One thread only: the site is not cross-origin isolated.';
  return { provider: 'wasm', build: 'wasm', threads, why };
}

/**
 * What a GPU cannot do that a model needs, in words; empty when it can do everything.
 *
 * @param {GPUAdapter} adapter
 * @param {Needs} needs
 * @returns {string}
 */
function lackOf(adapter, { features = [], maxBufferSize = 0, maxStorageBufferBindingSize = 0 }) {
  const missing = features.filter((feature) => !adapter.features.has(feature));
  if (missing.length) return `The GPU lacks what this model needs (${missing.join(', ')}).`;
  const { limits } = adapter;
  const fits = limits.maxBufferSize >= maxBufferSize && limits.maxStorageBufferBindingSize >= maxStorageBufferBindingSize;
  return fits ? '' : 'The GPU’s buffers are too small for this model.';
}

/**
 * Start with the graph optimised, and where it does not load so, in a fresh engine as it is.
 *
 * @param {ProviderOption} option
 * @param {ModelStart} wanted
 * @returns {Promise<Running>}
 */
async function startWithFallback(option, wanted) {
  try {
    return await start(option, wanted, 'all');
  } catch (error) {
    if (asFailure(error).code !== 'model-load') throw error;
  }
  const running = await start(option, wanted, 'disabled');
  option.why = `${option.why} Without graph optimisation: this model does not load with it.`.trim();
  return running;
}

/**
 * @param {ProviderOption} option
 * @param {ModelStart} wanted
 * @param {Optimisation} optimisation
 * @returns {Promise<Running>}
 */
async function start({ provider, build, threads }, { model, onProgress, signal }, optimisation) {
  const engine = new Engine();
  return unlessGivenUp(engine, signal, async () => {
    const plan = { build, provider, threads, optimisation, encoder: model.encoder, decoder: model.decoder };
    const { encoder, decoder, modelBytes, stored, notices } = await engine.ask('start', plan, { onProgress });
    const info = {
      provider,
      threads,
      why: '',
      model: model.name,
      modelBytes,
      storage: /** @type {'opfs' | 'memory'} */ (stored ? 'opfs' : 'memory'),
      notices,
    };
    return { engine, encoder, decoder, info };
  });
}

/**
 * Do something with an engine, which is ended when that fails or is given up.
 *
 * @template T
 * @param {Engine} engine
 * @param {AbortSignal} signal
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function unlessGivenUp(engine, signal, work) {
  const stop = () => engine.terminate();
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    const result = await work();
    signal.throwIfAborted();
    return result;
  } catch (error) {
    engine.terminate();
    throw signal.aborted ? failure('cancelled', 'Loading the model was cancelled.', '') : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Compare a provider's answer with WASM's, once for each GPU, browser and model.
 *
 * @param {Running} running
 * @param {ProviderOption} option
 * @param {ModelStart} wanted
 * @returns {Promise<Verdict>}
 */
async function judge(running, option, wanted) {
  const noted = await notedVerdict(option, wanted.model);
  if (noted) return noted;
  wanted.onProgress({ message: 'Checking WebGPU against WASM' });
  // What is loaded for the check alone is none of the person's model.
  const quiet = { ...wanted, onProgress: () => {} };
  const compared = await unlessGivenUp(running.engine, wanted.signal, () =>
    running.info.modelBytes > LARGE_BYTES ? compareLarge(running, option, quiet) : compareWhole(running, quiet),
  );
  await note(VERDICTS, subject(option, wanted.model), compared);
  return compared;
}

/**
 * Let both providers encode a picture and decode a click.
 *
 * @param {Running} running
 * @param {ModelStart} wanted
 * @returns {Promise<Verdict>}
 */
async function compareWhole(running, wanted) {
  const reference = await startWithFallback(wasmProvider(wanted.threads), wanted);
  try {
    return await unlessGivenUp(reference.engine, wanted.signal, () => wanted.prove(running, reference));
  } finally {
    reference.engine.terminate();
  }
}

/**
 * WASM would take minutes for a large encoder. Let the built-in model show that this GPU can encode, compare the large one's decoder,
 * and see that what its encoder gives is plausible.
 *
 * @param {Running} running
 * @param {ProviderOption} option
 * @param {ModelStart} wanted
 * @returns {Promise<Verdict>}
 */
async function compareLarge(running, option, wanted) {
  const builtIn = await wanted.findBuiltIn();
  if (builtIn.id === wanted.model.id) return compareWhole(running, wanted); // nothing smaller is there to show it
  const shown = await judgeBuiltIn(builtIn, option, wanted);
  if (!shown.agrees) return { agrees: false, reason: `${builtIn.name}: ${shown.reason}` };
  const reference = await startDecoder(wasmProvider(wanted.threads), wanted);
  try {
    const { agrees, reason } = await unlessGivenUp(reference.engine, wanted.signal, () => wanted.proveLarge(running, reference));
    return { agrees, reason: agrees ? `${reason}; ${builtIn.name} as a whole: ${shown.reason}` : reason };
  } finally {
    reference.engine.terminate();
  }
}

/**
 * @param {Model} builtIn
 * @param {ProviderOption} option
 * @param {ModelStart} wanted
 * @returns {Promise<Verdict>}
 */
async function judgeBuiltIn(builtIn, option, wanted) {
  const noted = await notedVerdict(option, builtIn);
  if (noted) return noted;
  const wantedBuiltIn = { ...wanted, model: builtIn };
  try {
    const running = await startWithFallback({ ...option }, wantedBuiltIn);
    try {
      const verdict = await compareWhole(running, wantedBuiltIn);
      await note(VERDICTS, subject(option, builtIn), verdict);
      return verdict;
    } finally {
      running.engine.terminate();
    }
  } catch (error) {
    const { code, message, details } = asFailure(error);
    if (code === 'cancelled') throw error;
    // Whatever is wrong with the built-in model, it is not the model that was asked for: that one is left to the next option.
    throw failure('provider-unproven', `it could not be checked with ${builtIn.name}. ${message}`, '', details);
  }
}

/**
 * Start an engine that has a model's decoder only.
 *
 * @param {ProviderOption} option
 * @param {ModelStart} wanted
 * @returns {Promise<RunningDecoder>}
 */
async function startDecoder({ build, provider, threads }, { model, signal, onProgress }) {
  const { bytes, data } = await readGraph(model.decoder, { signal, onBytes: () => onProgress({ message: 'Reading the model' }) });
  const engine = new Engine();
  return unlessGivenUp(engine, signal, async () => {
    await engine.ask('load', { build, threads });
    const open = (/** @type {Optimisation} */ optimisation) => engine.ask('open', { bytes, data, provider, keep: false, optimisation });
    const decoder = await open('all').catch(() => open('disabled'));
    return { engine, decoder };
  });
}

/**
 * @param {ProviderOption} option
 * @param {Model} model
 * @returns {Promise<Verdict | undefined>}
 */
async function notedVerdict(option, model) {
  return /** @type {Verdict | undefined} */ ((await readNotes(VERDICTS))[subject(option, model)]);
}

/**
 * What a verdict is on.
 *
 * @param {ProviderOption} option
 * @param {Model} model
 */
function subject({ adapter }, { encoder, decoder }) {
  const files = [encoder, decoder].flatMap((file) => [file, ...(file.data ?? [])]);
  const names = files.map((file) => file.sha256 ?? addressOf(file));
  return [adapter, navigator.userAgent, ...names].join(' | ');
}
