/**
 * How a person's own model comes into this browser's storage: from files, or from where it is published.
 *
 * @module
 */

import { failure } from '../../errors.js';
import { missingWeights, weightsNamedIn } from '../../engine/graph.js';
import { sha256 } from '../../storage/digest.js';
import { keepBlob, readModelFile } from '../../storage/model-files.js';
import { removeFiles } from './model-storage.js';

/**
 * @typedef {import('./catalogue.js').Model} Model
 * @typedef {import('../../engine/protocol.js').ModelFile} ModelFile
 * @typedef {import('../../storage/download.js').Watch} Watch
 */

/**
 * Keep a person's own files. Whether they are a model shows only when they are started.
 *
 * @param {import('../../protocol.js').OwnFiles} files
 * @returns {Promise<Model>}
 * @throws {import('../../errors.js').TabsamError} model-weights when a graph names a file that was not given; what `keepBlob` throws
 */
export async function keepOwnModel({ name, encoder, decoder, data }) {
  // Nothing is kept before everything is there.
  const weights = { encoder: await weightsOf(encoder, data), decoder: await weightsOf(decoder, data) };
  const first = await keepGraph(encoder, weights.encoder);
  try {
    return ownModel(name, 'Added by you, from files.', first, await keepGraph(decoder, weights.decoder));
  } catch (error) {
    await removeFiles(ownModel(name, '', first, first)); // half a model would only take the room that the other half lacks
    throw error;
  }
}

/**
 * Keep a decoder for embeddings that state its digest.
 *
 * @param {Blob} file
 * @param {string} digest  that it must have
 * @param {string} name
 * @returns {Promise<Model>}
 * @throws {import('../../errors.js').TabsamError} decoder-other when it is another one; model-weights when it keeps weights elsewhere; what `keepBlob` throws
 */
export async function keepOwnDecoder(file, digest, name) {
  const bytes = await file.arrayBuffer();
  const found = await sha256(bytes);
  if (found !== digest) {
    const hint = 'Choose the decoder of the model that made the embedding.';
    throw failure('decoder-other', 'This file is not the decoder that the embedding belongs to.', hint, `Its SHA-256: ${found}, and not ${digest}`);
  }
  const [weights] = weightsNamedIn(bytes);
  if (weights) throw missingWeights(weights);
  const decoder = await keepBlob(file);
  const model = ownModel(name, 'Added by you: its decoder, for pictures that come with their embeddings.', decoder, decoder);
  return { ...model, id: `own-decoder-${digest.slice(0, 8)}`, alone: true };
}

/**
 * Fetch a person's own model from where it is. Its graphs tell which other files they need; those are beside them.
 *
 * @param {import('../../protocol.js').OwnAddresses} addresses
 * @param {Watch} watch
 * @returns {Promise<Model>}
 * @throws {import('../../errors.js').TabsamError} what `readModelFile` throws
 */
export async function fetchOwnModel({ name, urls }, { signal, onBytes }) {
  // The smaller one first: a mistake in its address shows before the larger one has come.
  const decoder = await fetchGraph(urls.decoder, { signal, onBytes });
  const before = decoder.bytes ?? 0;
  const encoder = await fetchGraph(urls.encoder, { signal, onBytes: (bytes) => onBytes(before + bytes) });
  return ownModel(name, `Added by you, from ${new URL(urls.encoder).host}.`, encoder, decoder);
}

/**
 * @param {string} name
 * @param {string} description
 * @param {ModelFile} encoder
 * @param {ModelFile} decoder
 * @returns {Model}
 */
function ownModel(name, description, encoder, decoder) {
  const id = `own-${encoder.sha256?.slice(0, 8)}-${decoder.sha256?.slice(0, 8)}`;
  return { id, name: name.trim() || 'My model', description, family: '', licence: '', dtype: '', origin: 'own', own: true, encoder, decoder };
}

/**
 * @typedef {{ name: string, file: File }} Weights  `name` is what the graph has for the file
 *
 * @param {Blob} graph
 * @param {readonly File[]} others  among which are the files that it keeps its weights in
 * @returns {Promise<Weights[]>}
 */
async function weightsOf(graph, others) {
  return weightsNamedIn(await graph.arrayBuffer()).map((name) => {
    const file = others.find((other) => other.name === name.split('/').at(-1));
    if (!file) throw missingWeights(name);
    return { name, file };
  });
}

/**
 * @param {Blob} graph
 * @param {readonly Weights[]} weights
 * @returns {Promise<ModelFile>}
 */
async function keepGraph(graph, weights) {
  const data = [];
  for (const { name, file } of weights) data.push({ name, ...(await keepBlob(file)) });
  return { ...(await keepBlob(graph)), ...(data.length && { data }) };
}

/**
 * @param {string} url
 * @param {Watch} watch
 * @returns {Promise<ModelFile>}
 */
async function fetchGraph(url, watch) {
  const { bytes } = await readModelFile({ urls: [url] }, watch);
  const data = weightsNamedIn(bytes).map((name) => ({ name, urls: [new URL(name, url).href] }));
  return { urls: [url], bytes: bytes.byteLength, sha256: await sha256(bytes), ...(data.length && { data }) };
}
