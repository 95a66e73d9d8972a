/**
 * Pictures that come with their embeddings: the decoder that belongs to one is found, and runs without its encoder.
 *
 * @module
 */

import { failure } from '../errors.js';
import { hostOfFile, listOwnModel } from './models/catalogue.js';
import { findByDecoder } from './models/decoders.js';
import { isStored, sizeOf } from './models/model-storage.js';
import { keepOwnDecoder } from './models/own-models.js';
import { decoderAlone, runsDecoder, settled, tellOfEngine, tryDecoder, useModel } from './running-model.js';

/**
 * @typedef {import('./python.js').Python} Python
 * @typedef {import('./running-model.js').OnProgress} OnProgress
 * @typedef {import('../protocol.js').OpenParams} OpenParams
 * @typedef {{ result: unknown, transfer: ArrayBuffer[] }} Answer
 */

/** Gives up the decoder that is on its way. */
let loading = new AbortController();

/** Give up the decoder that is on its way. */
export function stopDecoder() {
  loading.abort();
  loading = new AbortController();
}

/**
 * Open a picture: with its embedding by the decoder that made it, and else by the whole of the model that runs, where that is stored.
 *
 * @param {Python} python
 * @param {OpenParams} params
 * @param {OnProgress} onProgress
 * @returns {Promise<Answer>}
 * @throws {import('../errors.js').TabsamError} decoder-unknown, decoder-elsewhere or encoder-unknown; and what Python and the model throw
 */
export async function openPicture(python, params, onProgress) {
  const { signal } = loading;
  const { embedding } = params;
  if (!embedding) {
    const alone = decoderAlone();
    if (alone) {
      if (alone.alone || !(await isStored(alone))) throw encoderAbsent(alone);
      await useModel(alone, undefined, signal, onProgress);
      tellOfEngine();
    }
    return python.call('open', params, onProgress);
  }
  const trial = await decoderFor(python, embedding, params.fetchDecoder ?? false, signal, onProgress);
  try {
    const answer = await python.call('open', params, onProgress);
    trial?.keep();
    return answer;
  } catch (error) {
    trial?.takeBack();
    throw error;
  }
}

/**
 * Take the decoder that an embedding belongs to, as the person has it.
 *
 * @param {Python} python
 * @param {{ decoder: Blob, embedding: ArrayBuffer }} given
 * @param {OnProgress} onProgress
 * @returns {Promise<null>}
 */
export async function takeDecoder(python, { decoder: file, embedding }, onProgress) {
  const { result } = await python.call('describeEmbedding', { bytes: embedding }, onProgress);
  const { decoder, model } = /** @type {import('../protocol.js').EmbeddingInfo} */ (result);
  await listOwnModel(await keepOwnDecoder(file, decoder, model || 'My decoder'));
  return null;
}

/** @param {import('./models/catalogue.js').Model} model */
function encoderAbsent(model) {
  const [bytes, host] = [sizeOf(model), hostOfFile(model.encoder)];
  const where = [bytes && `${Math.ceil(bytes / 1e6)} MB`, host && `from ${host}`].filter(Boolean).join(' ');
  const begin = `Only the decoder of ${model.name} is here, and this picture comes without an embedding`;
  if (model.alone) return failure('encoder-missing', `${begin}.`, 'Use another model, or drop the picture with its embedding.');
  const hint = 'Get it, use another model, or drop the picture with its embedding.';
  return failure('encoder-absent', `${begin}: it needs the encoder${where && ` (${where})`}.`, hint);
}

/**
 * @param {Python} python
 * @param {ArrayBuffer} bytes
 * @param {boolean} mayFetch  from elsewhere
 * @param {AbortSignal} signal
 * @param {OnProgress} onProgress
 * @returns {Promise<Awaited<ReturnType<typeof tryDecoder>> | null>}  null where what runs answers about it, or nobody can say what would
 */
async function decoderFor(python, bytes, mayFetch, signal, onProgress) {
  await settled();
  const { result } = await python.call('describeEmbedding', { bytes }, onProgress);
  const { decoder, model: made, encoder } = /** @type {import('../protocol.js').EmbeddingInfo} */ (result);
  if (!decoder || runsDecoder(decoder)) return null;
  const found = await findByDecoder(decoder);
  if (!found) {
    const by = made ? `'${made}'` : 'a model';
    const hint = 'Choose its decoder, a file such as decoder.onnx; or name a list of models that has it.';
    throw failure('decoder-unknown', `This embedding was made by ${by}, whose decoder is in no list here.`, hint, `The decoder's SHA-256: ${decoder}`);
  }
  const { model, isHere } = found;
  if (!encoder) {
    const hint = 'Choose it in the list of models, and open the picture again.';
    throw failure('encoder-unknown', `This embedding was made by ${model.name}, and does not say how: the whole model is needed.`, hint);
  }
  if (!isHere && !mayFetch) {
    const host = hostOfFile(model.decoder) || location.host;
    const hint = 'The encoder is not needed. Open it without the embedding to have it encoded here.';
    const size = sizeOf({ ...model, alone: true });
    const at = size ? `${host} (${Math.ceil(size / 1e6)} MB)` : host;
    throw failure('decoder-elsewhere', `This embedding was made by ${model.name}; the decoder that goes with it is at ${at}.`, hint);
  }
  return tryDecoder(model, JSON.parse(encoder), signal, onProgress);
}
