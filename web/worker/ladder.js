/**
 * Which provider runs the model: the fastest one that is there, loads this model, and gives right answers.
 *
 * Each attempt has a fresh engine, so that a failed one cannot poison the next.
 *
 * @module
 */

import { asFailure, failure } from '../failure.js';
import { Engine } from './engine.js';
import { VERDICTS, note, readNotes } from '../store/notes.js';

/**
 * @typedef {import('../engine/protocol.js').Build} Build
 * @typedef {import('../engine/protocol.js').Provider} Provider
 * @typedef {import('../engine/protocol.js').LoadedSession} LoadedSession
 * @typedef {import('../protocol.js').EngineInfo} EngineInfo
 * @typedef {import('../engine/protocol.js').Optimisation} Optimisation
 * @typedef {{ features?: string[], maxBufferSize?: number, maxStorageBufferBindingSize?: number }} Needs  of a GPU; sizes in bytes
 * @typedef {import('./catalogue.js').Model} Model
 *
 * @typedef {{ provider: Provider, build: Build, threads: number, why: string, adapter?: string }} Rung
 *   `adapter` names the GPU; the verdict on it is remembered under that name.
 * @typedef {{ engine: Engine, encoder: LoadedSession, decoder: LoadedSession, info: EngineInfo }} Running
 * @typedef {{ agrees: boolean, reason: string }} Verdict
 *
 * @typedef {object} Climb
 * @property {Model} model
 * @property {Provider} [provider]   only this one, when it is given
 * @property {number} [threads]      at most so many
 * @property {string} [because]      why the ladder is climbed again, said before the reason for the provider
 * @property {AbortSignal} signal    gives the model up that is being loaded
 * @property {(progress: import('../engine/protocol.js').EngineProgress) => void} onProgress
 * @property {(candidate: Running, reference: Running) => Promise<Verdict>} prove  whether a new provider answers as the proven one does
 */

/**
 * @param {Climb} climb
 * @returns {Promise<Running>}
 */
export async function climbLadder(climb) {
  const { rungs, refusals } = await findRungs(climb);
  if (climb.because) refusals.unshift(climb.because);
  /** @type {import('../protocol.js').Failure | undefined} */
  let last;
  for (const rung of rungs) {
    try {
      const running = await startSomehow(rung, climb);
      const refusal = rung.provider === 'webgpu' ? await doubts(running, rung, climb) : '';
      if (!refusal) {
        running.info.why = [rung.why, ...refusals].filter(Boolean).join(' ');
        return running;
      }
      running.engine.terminate();
      refusals.push(refusal);
    } catch (error) {
      last = asFailure(error);
      // What is wrong with the model or the network is wrong on every rung.
      if (last.code.startsWith('model-') && last.code !== 'model-load') throw error;
      if (last.code === 'insecure-context' || last.code === 'cancelled') throw error;
      refusals.push(`${rung.provider === 'webgpu' ? 'WebGPU' : 'WASM'} failed: ${last.message}`);
    }
  }
  throw failure('no-provider', 'This model cannot be run in this browser.', 'Try a current Chrome, or another model.', `${refusals.join(' ')} ${last?.details ?? ''}`);
}

/**
 * @param {Climb} climb
 * @returns {Promise<{ rungs: Rung[], refusals: string[] }>}
 */
async function findRungs({ model, provider, threads }) {
  /** @type {Rung[]} */
  const rungs = [];
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
      rungs.push({ provider: 'webgpu', build, threads: 1, why: `Runs on the GPU (${name}).`, adapter: name });
    } else {
      refusals.push(navigator.gpu ? 'There is no WebGPU adapter here.' : 'This browser has no WebGPU.');
    }
  } else {
    refusals.push('WASM was asked for.');
  }
  if (provider !== 'webgpu') rungs.push(wasmRung(threads));
  return { rungs, refusals };
}

/**
 * @param {number} [most]
 * @returns {Rung}
 */
function wasmRung(most) {
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
 * @param {Rung} rung
 * @param {Climb} climb
 * @returns {Promise<Running>}
 */
async function startSomehow(rung, climb) {
  try {
    return await start(rung, climb, 'all');
  } catch (error) {
    if (asFailure(error).code !== 'model-load') throw error;
  }
  const running = await start(rung, climb, 'disabled');
  rung.why = `${rung.why} Without graph optimisation: this model does not load with it.`.trim();
  return running;
}

/**
 * @param {Rung} rung
 * @param {Climb} climb
 * @param {Optimisation} optimisation
 * @returns {Promise<Running>}
 */
async function start({ provider, build, threads }, { model, onProgress, signal }, optimisation) {
  if (signal.aborted) throw stopped();
  const engine = new Engine();
  const stop = () => engine.terminate();
  signal.addEventListener('abort', stop);
  try {
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
  } catch (error) {
    engine.terminate();
    throw signal.aborted ? stopped() : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function stopped() {
  return failure('cancelled', 'Loading the model was cancelled.', '');
}

/**
 * Compare a provider's answer with WASM's, once for each GPU, browser and model.
 *
 * @param {Running} running
 * @param {Rung} rung
 * @param {Climb} climb
 * @returns {Promise<string>} why it is not to be used; empty when it is
 */
async function doubts(running, rung, climb) {
  const subject = [rung.adapter, navigator.userAgent, climb.model.encoder.sha256, climb.model.decoder.sha256].join(' | ');
  let verdict = /** @type {Verdict | undefined} */ ((await readNotes(VERDICTS))[subject]);
  if (!verdict) {
    climb.onProgress({ message: 'Checking WebGPU against WASM' });
    const reference = await startSomehow(wasmRung(climb.threads), climb);
    try {
      verdict = await climb.prove(running, reference);
    } finally {
      reference.engine.terminate();
    }
    await note(VERDICTS, subject, verdict);
  }
  return verdict.agrees ? '' : `WebGPU gave wrong answers in its self-test (${verdict.reason}).`;
}
