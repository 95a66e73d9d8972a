/**
 * Starts an engine with a model, in a fresh worker each time, so that one that failed cannot poison the next.
 *
 * @module
 */

import { readGraph } from '../../engine/graph.js';
import { asFailure, failure } from '../../errors.js';
import { Engine } from '../engine.js';
import { decodersOf } from '../models/decoders.js';
import { digestOf } from '../kept-embedding.js';

/**
 * @typedef {import('../../engine/protocol.js').LoadedSession} LoadedSession
 * @typedef {import('../../engine/protocol.js').Optimisation} Optimisation
 * @typedef {import('../../engine/protocol.js').Spec} Spec
 * @typedef {import('../../engine/protocol.js').Provider} Provider
 * @typedef {import('../../protocol.js').EngineInfo} EngineInfo
 * @typedef {import('../models/catalogue.js').Model} Model
 * @typedef {import('./provider-check.js').Verdict} Verdict
 * @typedef {import('./provider-options.js').ProviderOption} ProviderOption
 *
 * @typedef {{ session: null, inputs: Spec[], outputs: Spec[] }} AbsentEncoder  what an embedding says of the encoder that made it
 * @typedef {{ engine: Engine, encoder: LoadedSession | AbsentEncoder, decoder: LoadedSession, edges: import('../../protocol.js').Edges,
 *   tidy: number, id: string, decoders: string[], digest: string, info: EngineInfo }} Running
 *   `edges`: where its masks end, `tidy`: below which share of a mask specks are left out, unless the person says otherwise. `id` is the
 *   model's, and `decoders` are the digests of what may be its decoder: embeddings are told by them. `digest` is what its encoder goes by,
 *   empty where nobody can say.
 * @typedef {{ engine: Engine, decoder: LoadedSession }} RunningDecoder
 *
 * @typedef {object} ModelStart
 * @property {Model} model
 * @property {Provider} [provider]   only this one, when it is given
 * @property {number} [threads]      at most so many
 * @property {AbsentEncoder} [absent]  the encoder, which is then not fetched: pictures come with their embeddings
 * @property {string} [because]      why a provider is chosen again, said before the reason for the provider
 * @property {AbortSignal} signal    gives the model up that is being loaded
 * @property {(progress: import('../../engine/protocol.js').EngineProgress) => void} onProgress
 * @property {() => Promise<Model>} findBuiltIn  the model that the site starts with: what it shows of a GPU holds for larger ones
 * @property {(candidate: Running, reference: Running) => Promise<Verdict>} prove  whether a new provider answers as the proven one does
 * @property {(candidate: Running, reference: RunningDecoder) => Promise<Verdict>} proveLarge  the same by the decoder, and whether the
 *   encoder's answers are plausible
 */

/**
 * Start with the graph optimised, and where it does not load so, in a fresh engine as it is.
 *
 * @param {ProviderOption} option
 * @param {ModelStart} wanted
 * @returns {Promise<Running>}
 */
export async function startWithFallback(option, wanted) {
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
async function start({ provider, build, threads }, { model, absent, onProgress, signal }, optimisation) {
  const engine = new Engine();
  return unlessGivenUp(engine, signal, async () => {
    const plan = { build, provider, threads, optimisation, encoder: absent ? null : model.encoder, decoder: decoderFor(model, provider) };
    const { encoder: loaded, decoder, modelBytes, stored, notices } = await engine.ask('start', plan, { onProgress });
    const encoder = loaded ?? absent;
    if (!encoder) throw failure('internal', 'The engine has started without an encoder.', 'Reload the page.');
    const info = {
      provider,
      threads,
      why: '',
      model: model.name,
      modelBytes,
      everything: model.everything ?? {},
      storage: /** @type {'opfs' | 'memory'} */ (stored ? 'opfs' : 'memory'),
      decoderOnly: encoder.session === null,
      notices,
    };
    const decoders = await decodersOf(model);
    const digest = digestOf(model.encoder);
    return { engine, encoder, decoder, edges: model.edges ?? 'decoded', tidy: model.tidy ?? 0, id: model.id, decoders, digest, info };
  });
}

/** @param {Model} model @param {Provider} provider */
function decoderFor({ decoder, processorDecoder }, provider) {
  return provider === 'wasm' ? (processorDecoder ?? decoder) : decoder;
}

/**
 * Start an engine that has a model's decoder only.
 *
 * @param {ProviderOption} option
 * @param {ModelStart} wanted
 * @returns {Promise<RunningDecoder>}
 */
export async function startDecoder({ build, provider, threads }, { model, signal, onProgress }) {
  const { bytes, data } = await readGraph(decoderFor(model, provider), { signal, onBytes: () => onProgress({ message: 'Reading the model' }) });
  const engine = new Engine();
  return unlessGivenUp(engine, signal, async () => {
    await engine.ask('load', { build, threads });
    const open = (/** @type {Optimisation} */ optimisation) => engine.ask('open', { bytes, data, provider, keep: false, optimisation });
    const decoder = await open('all').catch(() => open('disabled'));
    return { engine, decoder };
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
export async function unlessGivenUp(engine, signal, work) {
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
