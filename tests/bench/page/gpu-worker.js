/**
 * Bare runs on a GPU: what each way of handing tensors to the models costs, in turns, and how far its answers are from the others'.
 *
 * @module
 */

import { answering } from './answering.js';

/**
 * @typedef {typeof import('onnxruntime-web')} Ort
 * @typedef {import('onnxruntime-web').InferenceSession} Session
 * @typedef {import('onnxruntime-web').Tensor} Tensor
 * @typedef {{ buffer: GPUBuffer, tensor: Tensor }} Held  a tensor in a buffer of our own
 *
 * @typedef {object} Way
 * @property {'free' | 'fixed'} axes         of the decoder, by `freeDimensionOverrides`
 * @property {'sent' | 'mask' | 'held'} fed  prompts from the CPU; all but the mask prompt; all in buffers that are written
 * @property {'read' | 'given'} answered     outputs as the runtime makes and reads them; buffers of ours, read by one `mapAsync`
 */

/** WebGPU's numbers, which TypeScript's library does not have. */
const USAGE = { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, STORAGE: 128 };
const READ = 1;

const RUNTIME = new URL('../vendor/onnxruntime/', import.meta.url).href;
const MASKS = 'masks';
const SCORES = 'iou_predictions';
const PROMPTS = ['point_coords', 'point_labels', 'mask_input', 'has_mask_input'];

/** @type {Way[]} */
const WAYS = (/** @type {const} */ (['free', 'fixed'])).flatMap((axes) =>
  (/** @type {const} */ (['sent', 'mask', 'held'])).flatMap((fed) => (/** @type {const} */ (['read', 'given'])).map((answered) => ({ axes, fed, answered }))),
);

/** @type {Ort} */
let ort;
/** @type {GPUDevice} */
let device;
/** @type {Uint8Array} */
let decoderFile;
/** Never released: with its last session the runtime gives up the device, and every buffer with it. @type {Session} */
let decoder;
/** @type {Record<string, Tensor>} */
let embedding;

answering({
  /**
   * Load the runtime, and make up an embedding: what it says costs no time.
   *
   * @param {{ decoder: string }} params  its address
   * @returns {Promise<{ adapter: string, features: string[] }>}
   */
  async start(params) {
    ort = await import(RUNTIME + ('Suspending' in WebAssembly ? 'ort.jspi.min.mjs' : 'ort.webgpu.min.mjs'));
    ort.env.wasm.wasmPaths = RUNTIME;
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = 'error';
    decoderFile = await bytesOf(params.decoder);
    decoder = await ort.InferenceSession.create(decoderFile.slice(), { executionProviders: ['webgpu'] });
    device = await ort.env.webgpu.device;
    const names = decoder.inputNames.filter((name) => !PROMPTS.includes(name));
    embedding = Object.fromEntries(names.map((name) => [name, held(shapeOf(decoder, name), noise(shapeOf(decoder, name))).tensor]));
    const { vendor, architecture, device: name, description } = device.adapterInfo;
    return { adapter: [vendor, architecture, name, description].filter(Boolean).join(' '), features: [...device.features] };
  },

  /**
   * Encode from the CPU into new tensors, and from a buffer into buffers, in turns.
   *
   * @param {{ encoder: string, rounds: number }} params
   * @returns {Promise<{ sent: number[], held: number[] }>}  milliseconds, until the GPU has done it
   */
  async encode({ encoder: address, rounds }) {
    const encoder = await ort.InferenceSession.create(await bytesOf(address), { executionProviders: ['webgpu'], preferredOutputLocation: 'gpu-buffer' });
    const shape = shapeOf(encoder, 'image');
    const picture = noise(shape);
    const image = held(shape, picture);
    const outputs = Object.fromEntries(Object.entries(embedding).map(([name, { dims }]) => [name, held(dims).tensor]));
    /** @type {{ sent: number[], held: number[] }} */
    const times = { sent: [], held: [] };
    for (let round = 0; round < rounds; round++) {
      let start = performance.now();
      const made = await encoder.run({ image: sent(picture, shape) });
      await device.queue.onSubmittedWorkDone();
      times.sent.push(performance.now() - start);
      for (const tensor of Object.values(made)) tensor.dispose();
      start = performance.now();
      await encoder.run({ image: image.tensor }, outputs);
      await device.queue.onSubmittedWorkDone();
      times.held.push(performance.now() - start);
    }
    await encoder.release();
    return times;
  },

  /**
   * Decode in each way, in turns.
   *
   * @param {{ points: number, rounds: number }} params
   * @returns {Promise<Record<string, { times: number[], off: number, failed?: string }>>}
   *   Milliseconds until the answer is here; `off`: the largest difference of a logit from the first way's.
   */
  async decode({ points, rounds }) {
    /** @type {Record<string, { times: number[], off: number, failed?: string }>} */
    const found = {};
    /** @type {Map<string, (coords: Float32Array) => Promise<Float32Array>>} */
    const decoders = new Map();
    for (const way of WAYS) {
      found[nameOf(way)] = { times: [], off: 0 };
      decoders.set(nameOf(way), await decoderBy(way, points));
    }
    for (let round = 0; round < rounds; round++) {
      const coords = Float32Array.from({ length: 2 * points }, () => 100 + Math.random() * 800);
      let first;
      for (const [name, decode] of decoders) {
        const so = found[name] ?? { times: [], off: 0 };
        if (so.failed) continue;
        try {
          const start = performance.now();
          const logits = await decode(coords);
          so.times.push(performance.now() - start);
          first ??= logits;
          for (let i = 0; i < logits.length; i++) so.off = Math.max(so.off, Math.abs((logits[i] ?? NaN) - (first[i] ?? NaN)));
        } catch (error) {
          so.failed = String(error);
        }
      }
    }
    return found;
  },

  /**
   * Decode many objects at once, reading all of the answer and the scores alone, in turns: what is between them, the masks take on their way here.
   *
   * @param {{ objects: number, rounds: number }} params  one point each
   * @returns {Promise<{ all: number[], scores: number[] }>}  milliseconds until it is here
   */
  async decodeMany({ objects, rounds }) {
    const decode = await decoderBy({ axes: 'free', fed: 'held', answered: 'given' }, 1, objects);
    /** @type {{ all: number[], scores: number[] }} */
    const times = { all: [], scores: [] };
    for (let round = 0; round < rounds; round++) {
      for (const part of /** @type {const} */ (['all', 'scores'])) {
        const start = performance.now();
        await decode(Float32Array.from({ length: 2 * objects }, () => 100 + Math.random() * 800), part === 'scores');
        times[part].push(performance.now() - start);
      }
    }
    return times;
  },
});

/** @param {Way} way */
function nameOf({ axes, fed, answered }) {
  return `${axes} ${fed} ${answered}`;
}

/**
 * @param {Way} way
 * @param {number} points  of each object
 * @param {number} [objects]
 * @returns {Promise<(coords: Float32Array, scoresAlone?: boolean) => Promise<Float32Array>>}
 *   Gives the logits; where outputs are given, it can also be asked for the scores alone.
 */
async function decoderBy({ axes, fed, answered }, points, objects = 1) {
  const session = await ort.InferenceSession.create(decoderFile.slice(), {
    executionProviders: ['webgpu'],
    ...(answered === 'given' && { preferredOutputLocation: 'gpu-buffer' }),
    ...(axes === 'fixed' && { freeDimensionOverrides: freeAxes(points) }),
  });
  const mask = shapeOf(session, 'mask_input');
  const zeros = new Float32Array(sizeOf(mask));
  const labels = new Float32Array(objects * points).fill(1);
  const prompts = { coords: held([objects, points, 2]), labels: held([objects, points]), mask: held(mask), has: held([1]) };
  const logits = held([objects, 3, ...mask.slice(2)]);
  const scores = held([objects, 3]);
  const [logitsSize, scoresSize] = [logits.buffer.size, scores.buffer.size];
  const staging = device.createBuffer({ size: logitsSize + scoresSize, usage: USAGE.COPY_DST | USAGE.MAP_READ });
  const outputs = { [MASKS]: logits.tensor, [SCORES]: scores.tensor };
  return async (coords, scoresAlone = false) => {
    if (fed === 'held') {
      device.queue.writeBuffer(prompts.coords.buffer, 0, coords.slice());
      device.queue.writeBuffer(prompts.labels.buffer, 0, labels);
    }
    const feeds = {
      ...embedding,
      point_coords: fed === 'held' ? prompts.coords.tensor : sent(coords, [objects, points, 2]),
      point_labels: fed === 'held' ? prompts.labels.tensor : sent(labels, [objects, points]),
      mask_input: fed === 'sent' ? sent(zeros.slice(), mask) : prompts.mask.tensor,
      has_mask_input: fed === 'held' ? prompts.has.tensor : sent(new Float32Array(1), [1]),
    };
    if (answered === 'read') return /** @type {Float32Array} */ ((await session.run(feeds, [MASKS, SCORES]))[MASKS]?.data);
    await session.run(feeds, outputs);
    const commands = device.createCommandEncoder();
    if (!scoresAlone) commands.copyBufferToBuffer(logits.buffer, 0, staging, 0, logitsSize);
    commands.copyBufferToBuffer(scores.buffer, 0, staging, logitsSize, scoresSize);
    device.queue.submit([commands.finish()]);
    const [begin, size] = scoresAlone ? [logitsSize, scoresSize] : [0, logitsSize];
    await (scoresAlone ? staging.mapAsync(READ, begin, size) : staging.mapAsync(READ));
    const answer = new Float32Array(staging.getMappedRange(begin, size).slice(0));
    staging.unmap();
    return answer;
  };
}

/**
 * The decoder's axes that are free, by name: one object of so many points.
 *
 * @param {number} points
 * @returns {Record<string, number>}
 */
function freeAxes(points) {
  return Object.fromEntries(
    decoder.inputMetadata.flatMap((input) =>
      (input.isTensor ? [...input.shape] : []).flatMap((axis, index) => (typeof axis === 'string' ? [[axis, index === 1 && input.name.startsWith('point') ? points : 1]] : [])),
    ),
  );
}

/** @param {Float32Array} data @param {readonly number[]} dims */
function sent(data, dims) {
  return new ort.Tensor('float32', data, dims);
}

/**
 * @param {readonly number[]} dims
 * @param {Float32Array} [data]
 * @returns {Held}
 */
function held(dims, data) {
  const usage = USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST;
  const buffer = device.createBuffer({ size: Math.ceil((4 * sizeOf(dims)) / 16) * 16, usage });
  if (data) device.queue.writeBuffer(buffer, 0, new Float32Array(data));
  return { buffer, tensor: ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims: [...dims] }) };
}

/** @param {readonly number[]} dims */
function noise(dims) {
  return Float32Array.from({ length: sizeOf(dims) }, () => Math.random() - 0.5);
}

/** @param {string} address */
async function bytesOf(address) {
  return new Uint8Array(await (await fetch(new URL(address, import.meta.url))).arrayBuffer());
}

/** @param {readonly number[]} dims */
function sizeOf(dims) {
  return dims.reduce((product, axis) => product * axis, 1);
}

/**
 * @param {Session} session
 * @param {string} name  of an input
 * @returns {number[]}  1 where an axis is free
 */
function shapeOf(session, name) {
  const metadata = session.inputMetadata.find((input) => input.name === name);
  if (!metadata?.isTensor) throw new Error(`no input ${name}`);
  return metadata.shape.map((axis) => (typeof axis === 'number' ? axis : 1));
}
