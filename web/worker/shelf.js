/**
 * What the models take in this browser's storage, and how a person's own come into it.
 *
 * @module
 */

import { failure } from '../failure.js';
import { PINS, readNotes } from '../store/notes.js';
import { addressOf, keepBlob } from '../store/models.js';
import { openShelf } from '../store/private-files.js';
import { readModels, unlistOwnModel } from './catalogue.js';

/**
 * @typedef {import('./catalogue.js').Model} Model
 * @typedef {import('../engine/protocol.js').ModelFile} ModelFile
 */

/**
 * @param {string} current  the id of the model that runs
 * @returns {Promise<import('../protocol.js').Shelf>}
 */
export async function listShelf(current) {
  const [{ models }, shelf, pins] = [await readModels(), await openShelf(), await readNotes(PINS)];
  const sizes = new Map((await shelf?.list())?.map(({ name, bytes }) => [name, bytes]));
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  const storedOf = (/** @type {ModelFile} */ file) => namesOf(file, pins).reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  return {
    usage,
    quota,
    models: models.map((model) => ({
      id: model.id,
      name: model.name,
      description: model.description,
      family: model.family,
      licence: model.licence,
      dtype: model.dtype,
      own: model.own,
      bytes: (model.encoder.bytes ?? NaN) + (model.decoder.bytes ?? NaN) || null,
      storedBytes: storedOf(model.encoder) + storedOf(model.decoder),
      current: model.id === current,
    })),
  };
}

/**
 * Keep a person's own two files. Whether they are a model shows only when they are started.
 *
 * @param {{ name: string, encoder: Blob, decoder: Blob }} files
 * @returns {Promise<Model>}
 */
export async function keepOwnModel({ name, encoder, decoder }) {
  const [kept, others] = [await keepBlob(encoder), await keepBlob(decoder)];
  return {
    id: `own-${kept.sha256?.slice(0, 8)}-${others.sha256?.slice(0, 8)}`,
    name: name.trim() || 'My model',
    description: 'Added by you, from two files.',
    family: '',
    licence: '',
    dtype: '',
    own: true,
    encoder: kept,
    decoder: others,
  };
}

/**
 * Take a model's files out of the storage, and one of the person's own off the list.
 *
 * @param {string} id
 */
export async function removeModel(id) {
  const { models } = await readModels();
  const model = models.find((one) => one.id === id);
  if (!model) throw failure('model-unlisted', `There is no model called '${id}' here.`, '');
  await removeFiles(model);
  if (model.own) await unlistOwnModel(id);
}

/**
 * Take away what a model alone has in the storage; a file that another model shares stays.
 *
 * @param {Model} model
 */
export async function removeFiles(model) {
  const [shelf, pins, { models }] = [await openShelf(), await readNotes(PINS), await readModels()];
  const namesOfModel = ({ encoder, decoder } = model) => [...namesOf(encoder, pins), ...namesOf(decoder, pins)];
  const shared = new Set(models.filter(({ id }) => id !== model.id).flatMap(namesOfModel));
  for (const name of namesOfModel()) if (!shared.has(name)) await shelf?.remove(name);
}

/**
 * The names that a file, or what has come of it, may have in the storage.
 *
 * @param {ModelFile} file
 * @param {Record<string, unknown>} pins
 * @returns {string[]}
 */
function namesOf(file, pins) {
  const digests = [file.sha256 ?? pins[addressOf(file)], ...(file.parts ?? []).map(({ sha256 }) => sha256)];
  return digests.filter((digest) => typeof digest === 'string').flatMap((digest) => [digest, `${digest}.part`]);
}
