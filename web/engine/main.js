/**
 * An engine: a worker that holds onnxruntime-web and nothing else. It can be thrown away and started afresh, so that a provider that
 * failed cannot poison the next, and a lost GPU costs no Python state.
 *
 * @module
 */

import { TabsamError, asFailure, failure } from '../errors.js';
import { readConcurrently } from '../storage/concurrent.js';
import { GpuBuffers, copyFromGpu, shapesOf } from './gpu-buffers.js';
import { countBuffers, onTheGpu } from './gpu-memory.js';
import { readGraph } from './graph.js';
import { copyOf, fromTensor, toTensor, zeros } from './tensors.js';

/**
 * @typedef {typeof import('onnxruntime-web')} Ort
 * @typedef {import('onnxruntime-web').InferenceSession} OrtSession
 * @typedef {import('onnxruntime-web').Tensor} OrtTensor
 * @typedef {import('./protocol.js').Operations} Operations
 * @typedef {import('./protocol.js').Operation} Operation
 * @typedef {import('./protocol.js').Spec} Spec
 * @typedef {(progress: import('./protocol.js').EngineProgress) => void} OnProgress
 */

const RUNTIME = new URL('../vendor/onnxruntime/', import.meta.url).href;

/** @type {Record<import('./protocol.js').Build, string>} */
const BUILDS = { jspi: 'ort.jspi.min.mjs', asyncify: 'ort.webgpu.min.mjs', wasm: 'ort.wasm.min.mjs' };

/** @type {Ort | undefined} */
let ort;
/**
 * `zeros`: the last that each input was given. `gpu`: where it runs on one.
 *
 * @typedef {{ session: OrtSession, inputs: Spec[], outputs: Spec[], keep: boolean, zeros: Map<string, OrtTensor>, gpu: GpuBuffers | null }} Entry
 */
/** @type {Map<number, Entry>} */
const sessions = new Map();
/** @type {Map<number, OrtTensor>} */
const kept = new Map();
let lastNumber = 0;

/** @type {{ [O in Operation]: (params: Operations[O]['params'], onProgress: OnProgress) => Promise<Operations[O]['result']> }} */
const operations = {
  async start({ build, provider, threads, optimisation, encoder, decoder }, onProgress) {
    const wanted = encoder ? [encoder, decoder] : [decoder];
    const [model] = await Promise.all([readModel(wanted, onProgress), operations.load({ build, threads }, onProgress)]);
    onProgress({ message: provider === 'webgpu' ? 'Starting WebGPU' : 'Starting WASM' });
    const decoderGraph = /** @type {import('./graph.js').Graph} */ (model.graphs.at(-1));
    const encoderGraph = encoder ? model.graphs[0] : null;
    const modelBytes = model.graphs.reduce((sum, graph) => sum + bytesOf(graph), 0); // opening may take the buffers away
    return {
      encoder: encoderGraph ? await operations.open({ ...encoderGraph, provider, optimisation, keep: true }, onProgress) : null,
      decoder: await operations.open({ ...decoderGraph, provider, optimisation, keep: false }, onProgress),
      modelBytes,
      stored: model.stored,
      notices: model.notices,
    };
  },

  async load({ build, threads }) {
    if (build !== 'wasm') countBuffers();
    ort = /** @type {Ort} */ (await import(RUNTIME + BUILDS[build]));
    ort.env.wasm.wasmPaths = RUNTIME;
    ort.env.wasm.numThreads = threads;
    ort.env.logLevel = 'error';
    return null;
  },

  async open({ bytes, data = [], provider, keep, optimisation = 'all' }) {
    const runtime = loaded();
    let session;
    try {
      session = await runtime.InferenceSession.create(new Uint8Array(bytes), {
        executionProviders: [provider],
        graphOptimizationLevel: optimisation,
        logSeverityLevel: 3,
        ...(data.length && { externalData: data.map((weights) => ({ path: weights.path, data: new Uint8Array(weights.data) })) }),
        ...(provider === 'webgpu' && { preferredOutputLocation: 'gpu-buffer' }), // a decoder's too: gpu-buffers.js reads it
      });
    } catch (error) {
      throw failure('model-load', `This model cannot be run on ${provider === 'webgpu' ? 'WebGPU' : 'WASM'} here.`, 'Choose another model.', error);
    }
    const device = provider === 'webgpu' ? await runtime.env.webgpu.device : null;
    if (device) watchDevice(device);
    const number = ++lastNumber;
    const [inputs, outputs] = [session.inputMetadata.map(spec), session.outputMetadata.map(spec)];
    /** @type {Entry} */
    const entry = { session, keep, inputs, outputs, zeros: new Map(), gpu: device && new GpuBuffers(runtime, device) };
    sessions.set(number, entry);
    return { session: number, inputs, outputs, resizes: keep && entry.gpu !== null };
  },

  async warm({ sessions: numbers }) {
    for (const number of numbers) {
      const { session, inputs } = opened(number);
      const feeds = Object.fromEntries(inputs.map((input) => [input.name, zeros(loaded(), input)]));
      for (const tensor of Object.values(await session.run(feeds))) tensor.dispose();
    }
    return null;
  },

  async run({ session: number, feeds, outputs }) {
    const entry = opened(number);
    const { session, keep } = entry;
    let results;
    let key = '';
    try {
      const tensors = await allFed(entry, feeds);
      const { gpu } = entry;
      if (gpu && !keep) key = shapesOf(tensors, outputs);
      const place = key ? gpu?.answer(key) : undefined;
      results = await session.run(tensors, place ? place.outputs : outputs);
      if (gpu && place) return await gpu.read(place);
    } catch (error) {
      if (error instanceof TabsamError) throw error; // of what was to be fed
      throw failure('model-run', 'The model failed on this input.', 'Try again, or try another picture.', error);
    }
    if (key) entry.gpu?.learn(key, results);
    /** @type {Record<string, import('./protocol.js').WireTensor>} */
    const answer = {};
    for (const [name, tensor] of Object.entries(results)) {
      if (keep) {
        kept.set(++lastNumber, tensor);
        answer[name] = { handle: lastNumber };
      } else {
        answer[name] = await fromTensor(tensor);
      }
    }
    return answer;
  },

  async hold({ session: number, tensors }) {
    const { gpu } = opened(number); // they are fed to it
    /** @type {Record<string, import('./protocol.js').Kept>} */
    const answer = {};
    for (const [name, tensor] of Object.entries(tensors)) {
      const { dtype, dims } = tensor;
      const held = await gpu?.hold(tensor); // else it is copied there with each run
      kept.set(++lastNumber, held ?? ('data' in tensor ? toTensor(loaded(), tensor) : zeros(loaded(), { dtype, shape: dims })));
      answer[name] = { handle: lastNumber };
    }
    return answer;
  },

  async read({ handle }) {
    const tensor = keptTensor(handle);
    const copied = tensor.location === 'gpu-buffer' ? await copyFromGpu(await loaded().env.webgpu.device, tensor) : null;
    return copied ?? copyOf(tensor);
  },

  memory: async () => onTheGpu(),

  async release({ handles }) {
    for (const handle of handles) {
      kept.get(handle)?.dispose();
      kept.delete(handle);
    }
    return null;
  },

  async close({ session: number }) {
    const entry = sessions.get(number);
    sessions.delete(number);
    await entry?.session.release();
    entry?.gpu?.destroy();
    return null;
  },
};

/**
 * @param {import('./protocol.js').ModelFile[]} wanted
 * @param {OnProgress} onProgress
 */
async function readModel(wanted, onProgress) {
  // The total is known only where every file's size is.
  const total = wanted.flatMap((file) => [file, ...(file.data ?? [])]).reduce((sum, { bytes = NaN }) => sum + bytes, 0) || undefined;
  const onBytes = (/** @type {number} */ loaded) => onProgress({ message: 'Reading the model', loaded, total });
  const { signal } = new AbortController(); // whoever gives it up ends the engine
  const graphs = await readConcurrently(wanted, { signal, onBytes }, readGraph);
  return {
    graphs,
    stored: graphs.every(({ stored }) => stored),
    notices: [...new Set(graphs.flatMap(({ notices }) => notices))],
  };
}

/** @param {import('./graph.js').Graph} graph */
function bytesOf({ bytes, data }) {
  return data.reduce((sum, weights) => sum + weights.data.byteLength, bytes.byteLength);
}

function loaded() {
  if (!ort) throw failure('internal', 'The runtime has not been loaded.', 'Reload the page.');
  return ort;
}

/** @param {number} number */
function opened(number) {
  const entry = sessions.get(number);
  if (!entry) throw failure('model-closed', 'This model has been closed.', 'Choose a model again.');
  return entry;
}

/**
 * @param {Entry} entry
 * @param {Record<string, import('./protocol.js').WireTensor>} feeds
 * @returns {Promise<Record<string, OrtTensor>>}
 */
async function allFed(entry, feeds) {
  /** @type {Record<string, OrtTensor>} */
  const tensors = {};
  for (const [name, tensor] of Object.entries(feeds)) tensors[name] = await fed(entry, name, tensor);
  if (!entry.gpu || (await entry.gpu.fits())) return tensors;
  entry.gpu.destroy(); // the GPU is full: from now on the runtime does it, with less at a time
  entry.gpu = null;
  return allFed(entry, feeds);
}

/**
 * @param {Entry} entry
 * @param {string} name  of an input
 * @param {import('./protocol.js').WireTensor} tensor
 * @returns {Promise<OrtTensor>}
 */
async function fed({ zeros: made, gpu }, name, tensor) {
  if ('handle' in tensor) return keptTensor(tensor.handle);
  const held = await gpu?.put(name, tensor);
  if (held) return held;
  if ('picture' in tensor) throw failure('model-run', 'The model failed on this input.', 'Try again.', 'there is no room on the GPU to resize it');
  if ('data' in tensor) return toTensor(loaded(), tensor);
  // Nearly every click has no mask prompt: those zeros are made once. The runtime only reads them.
  const { dtype, dims } = tensor;
  const last = made.get(name);
  if (last && last.type === dtype && String(last.dims) === String(dims)) return last;
  const fresh = zeros(loaded(), { dtype, shape: dims });
  made.set(name, fresh);
  return fresh;
}

/** @param {number} handle */
function keptTensor(handle) {
  const tensor = kept.get(handle);
  if (!tensor) throw failure('tensor-released', 'This picture is no longer encoded.', 'Open it again.');
  return tensor;
}

/**
 * @param {import('onnxruntime-web').InferenceSession.ValueMetadata} metadata
 * @returns {Spec}
 */
function spec(metadata) {
  if (!metadata.isTensor) return { name: metadata.name, dtype: '', shape: [] };
  return { name: metadata.name, dtype: metadata.type, shape: [...metadata.shape] };
}

/** @type {WeakSet<GPUDevice>} */
const watched = new WeakSet();

/** @param {GPUDevice} device */
function watchDevice(device) {
  if (watched.has(device)) return;
  watched.add(device);
  void device.lost.then(({ message, reason }) => post({ lost: message || reason }));
}

/**
 * @param {import('./protocol.js').EngineReply} reply
 * @param {Transferable[]} [transfer]
 */
function post(reply, transfer = []) {
  globalThis.postMessage(reply, { transfer });
}

/** onnxruntime-web takes one call at a time; what comes meanwhile waits here. A failed one does not stop the next. */
let queue = Promise.resolve();

/**
 * @template {Operation} O
 * @param {import('./protocol.js').EngineRequest<O>} request
 */
async function answer({ id, op, params }) {
  try {
    if (op === 'run') post({ id, begun: true }); // nothing can be said while it computes
    const operation = operations[op];
    const result = await operation(params, (progress) => post({ id, progress }));
    const tensors = op === 'run' ? Object.values(/** @type {Operations['run']['result']} */ (result)) : [];
    post(
      { id, result },
      [...new Set(tensors.flatMap((tensor) => ('data' in tensor ? [tensor.data.buffer] : [])))],
    );
  } catch (error) {
    post({ id, error: asFailure(error) });
  }
}

globalThis.addEventListener('message', (/** @type {MessageEvent} */ { data }) => {
  if (data.op === 'memory') void answer(data); // it is no call of the runtime's
  else queue = queue.then(() => answer(data));
});
