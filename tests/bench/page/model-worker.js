/**
 * The models' bare runs: onnxruntime-web, the bytes that tabsam runs, feeds as tabsam sends them, and nothing around them.
 *
 * @module
 */

import * as ort from '../vendor/onnxruntime/ort.wasm.min.mjs';
import { answering } from './answering.js';

/** @typedef {import('onnxruntime-web').InferenceSession} Session */

const CATALOG = new URL('../models/catalog.json', import.meta.url);
const MEAN = [123.675, 116.28, 103.53];
const STD = [58.395, 57.12, 57.375];
const EMBEDDING = ['image_embed', 'high_res_feats_0', 'high_res_feats_1'];
const ANSWER = ['masks', 'iou_predictions'];

/** @type {Session} */
let encoder;
/** @type {Session} */
let decoder;
/** @type {ort.Tensor} */
let image;
/** @type {import('onnxruntime-web').InferenceSession.OnnxValueMapType} */
let embedding;

answering({
  /**
   * Load the default model, and run its encoder for the first time.
   *
   * @param {{ threads: number, picture: string }} params  a picture's address
   * @returns {Promise<{ first: number, specs: object }>}  milliseconds; the sessions as the engine describes them to Python
   */
  async start({ threads, picture }) {
    ort.env.wasm.wasmPaths = new URL('../vendor/onnxruntime/', import.meta.url).href;
    ort.env.wasm.numThreads = threads;
    const catalog = await (await fetch(CATALOG)).json();
    const model = catalog.models.find((/** @type {{ id: string }} */ { id }) => id === catalog.default);
    encoder = await load(model.encoder);
    decoder = await load(model.processorDecoder);
    image = await read(new URL(picture, import.meta.url));
    return { first: await encode(), specs: { encoder: described(encoder, 1), decoder: described(decoder, 2) } };
  },

  encode,

  /**
   * @param {{ points: number, objects?: number }} params  how many points of how many objects
   * @returns {Promise<number>}  milliseconds
   */
  async decode({ points, objects = 1 }) {
    const side = image.dims[3] ?? 0;
    const mask = [objects, ...shapeOf(decoder, 'mask_input').slice(1)];
    const feeds = {
      ...embedding,
      point_coords: new ort.Tensor('float32', Float32Array.from({ length: 2 * points * objects }, () => Math.random() * side), [objects, points, 2]),
      point_labels: new ort.Tensor('float32', new Float32Array(points * objects).fill(1), [objects, points]),
      mask_input: new ort.Tensor('float32', new Float32Array(mask.reduce((a, b) => a * b)), mask),
      // a further point refines the answer before: its mask is fed back
      has_mask_input: new ort.Tensor('float32', new Float32Array(objects).fill(points > 1 ? 1 : 0), [objects]),
    };
    const start = performance.now();
    await decoder.run(feeds, ANSWER);
    return performance.now() - start;
  },
});

/** @returns {Promise<number>}  milliseconds */
async function encode() {
  const start = performance.now();
  embedding = await encoder.run({ image }, EMBEDDING);
  return performance.now() - start;
}

/** @param {{ url: string }} file  relative to the catalogue */
async function load({ url }) {
  const bytes = await (await fetch(new URL(url, CATALOG))).arrayBuffer();
  return ort.InferenceSession.create(new Uint8Array(bytes), {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
}

/**
 * A picture as the encoder takes it: squashed, normalised, planes of red, green and blue.
 *
 * @param {URL} url
 */
async function read(url) {
  const [, , height = 0, width = 0] = shapeOf(encoder, 'image');
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const planes = new Float32Array(3 * width * height);
  for (let channel = 0; channel < 3; channel++) {
    const [mean = 0, std = 1] = [MEAN[channel], STD[channel]];
    for (let i = 0; i < width * height; i++) planes[channel * width * height + i] = ((data[4 * i + channel] ?? 0) - mean) / std;
  }
  return new ort.Tensor('float32', planes, [1, 3, height, width]);
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

/**
 * @param {Session} session
 * @param {number} number
 */
function described(session, number) {
  const specs = (/** @type {Session['inputMetadata']} */ all) =>
    all.map((one) => ({ name: one.name, dtype: one.isTensor ? one.type : '', shape: one.isTensor ? [...one.shape] : [] }));
  return { session: number, inputs: specs(session.inputMetadata), outputs: specs(session.outputMetadata) };
}
