/**
 * A model's graph as onnxruntime-web takes it: its file, and the files beside it that it keeps its weights in.
 *
 * @module
 */

import { failure } from '../errors.js';
import { readModelFile } from '../storage/model-files.js';
import { readConcurrently } from '../storage/concurrent.js';

/**
 * @typedef {import('./protocol.js').ModelFile} ModelFile
 * @typedef {import('./protocol.js').Weights} Weights
 * @typedef {{ bytes: ArrayBuffer, data: Weights[], stored: boolean, notices: string[] }} Graph
 *   `bytes` are of the graph's own file. `stored`: all of it will be there on the next visit.
 */

/** A graph that keeps its weights elsewhere is small (SAM 3's has 1.3 MB); larger ones are not searched. Bytes. */
const SEARCHED = 8 << 20;

/**
 * What stands before such a file's name for every tensor in it: a StringStringEntryProto's key (field 1, 8 bytes) and the beginning of its
 * value (field 2), which goes on with its length.
 */
const LOCATION = '\u{a}\u{8}location\u{12}';

/**
 * Bring a graph, and its weights side by side with it.
 *
 * @param {ModelFile} file
 * @param {import('../storage/model-files.js').Watch} watch  told of the bytes of all files together
 * @returns {Promise<Graph>}
 * @throws {import('../errors.js').TabsamError} what `readModelFile` throws, or model-weights
 */
export async function readGraph({ data = [], ...file }, watch) {
  const found = await readConcurrently([file, ...data], watch, readModelFile);
  const [graph, ...others] = found;
  const missing = graph && weightsNamedIn(graph.bytes).find((name) => !data.some((other) => other.name === name));
  if (!graph || missing !== undefined) throw missingWeights(missing ?? '');
  return {
    bytes: graph.bytes,
    data: others.map(({ bytes }, index) => ({ path: data[index]?.name ?? '', data: bytes })),
    stored: found.every(({ stored }) => stored),
    notices: found.flatMap(({ notices }) => notices),
  };
}

/**
 * The files that an ONNX graph keeps its weights in, by the names it has for them.
 *
 * @param {ArrayBuffer} bytes
 * @returns {string[]}
 */
export function weightsNamedIn(bytes) {
  if (bytes.byteLength > SEARCHED) return [];
  const text = new TextDecoder('latin1').decode(bytes); // a character for each byte
  const names = new Set();
  for (const part of text.split(LOCATION).slice(1)) names.add(part.slice(1, 1 + part.charCodeAt(0)).replace(/^\.\//, ''));
  return [...names];
}

/** @param {string} name */
export function missingWeights(name) {
  return failure('model-weights', `This model keeps its weights in another file, which is not there: ${name}.`, `Add ${name} too, or choose the folder that has all of them.`);
}
