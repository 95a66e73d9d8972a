/**
 * Decoders by their digests: which model it is that has made an embedding.
 *
 * @module
 */

import { PINS, readNotes } from '../../storage/notes.js';
import { openModelFolder } from '../../storage/opfs.js';
import { addressOf } from '../../storage/pins.js';
import { hostOfFile, readModels } from './catalogue.js';
import { isHere } from './model-storage.js';

/** @typedef {import('./catalogue.js').Model} Model */

/**
 * The digests of the files that may be a model's decoder, the one that embeddings state first.
 *
 * @param {Model} model
 * @returns {Promise<string[]>}
 */
export async function decodersOf(model) {
  return digestsOf(model, await readNotes(PINS));
}

/**
 * @param {Model} model
 * @param {Record<string, unknown>} pins
 */
function digestsOf({ decoder, processorDecoder }, pins) {
  const digests = [decoder, processorDecoder].map((file) => file && (file.sha256 ?? pins[addressOf(file)]));
  return digests.filter((one) => typeof one === 'string');
}

/**
 * The model that a decoder belongs to, among all that are listed. Several may share it, as the float16 build of an encoder and the other one: of
 * these the one that least must be fetched of.
 *
 * @param {string} digest
 * @returns {Promise<{ model: Model, isHere: boolean } | null>}  `isHere`: the decoder is stored, or on this site
 */
export async function findByDecoder(digest) {
  const [{ models }, pins, folder] = [await readModels(), await readNotes(PINS), await openModelFolder()];
  const names = new Set((await folder?.list())?.map(({ name }) => name));
  const isAtHand = (/** @type {Model} */ { decoder, processorDecoder }) => {
    return [processorDecoder, decoder].some((file) => file && (isHere(file, names, pins) || (hostOfFile(file) === '' && file.urls.length > 0)));
  };
  const ranked = models.filter((model) => digestsOf(model, pins).includes(digest)).map((model) => ({ model, isHere: isAtHand(model) }));
  const stored = (/** @type {Model} */ model) => !model.alone && isHere(model.encoder, names, pins); // a decoder that was added by itself has no encoder
  ranked.sort((a, b) => Number(b.isHere) - Number(a.isHere) || Number(stored(b.model)) - Number(stored(a.model)));
  return ranked[0] ?? null;
}
