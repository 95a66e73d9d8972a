/**
 * What the models take in this browser's storage.
 *
 * @module
 */

import { BEGINNINGS, PINS, note, readNotes } from '../../storage/notes.js';
import { openModelFolder } from '../../storage/opfs.js';
import { addressOf, temporaryName } from '../../storage/pins.js';
import { catalogueInUse, findModel, hostOf, readModels, unlistOwnModel } from './catalogue.js';

/**
 * @typedef {import('./catalogue.js').Model} Model
 * @typedef {import('../../engine/protocol.js').ModelFile} ModelFile
 */

/**
 * @param {string} current  the id of the model that runs
 * @returns {Promise<Omit<import('../../protocol.js').ModelList, 'gpu'>>}
 */
export async function listModels(current) {
  const [{ models }, folder, pins] = [await readModels(), await openModelFolder(), await readNotes(PINS)];
  const sizes = new Map((await folder?.list())?.map(({ name, bytes }) => [name, bytes]));
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  const storedOf = async (/** @type {ModelFile[]} */ files) => {
    const names = (await Promise.all(files.map((file) => namesOf(file, pins)))).flat();
    return names.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  };
  const listed = models.map(async (model) => ({
    id: model.id,
    name: model.name,
    description: model.description,
    family: model.family,
    licence: model.licence,
    dtype: model.dtype,
    source: model.source ?? '',
    host: hostOf(model),
    origin: model.origin,
    own: model.own,
    bytes: sizeOf(model),
    // A decoder alone is there because another model has the same one.
    storedBytes: (await storedOf([model.encoder])) && (await storedOf(filesOf(model))),
    current: model.id === current,
  }));
  return { usage, quota, catalog: catalogueInUse(), models: await Promise.all(listed) };
}

/**
 * @param {Model} model
 * @returns {number | null}  bytes of the files that one provider needs, null where not all are stated
 */
export const sizeOf = ({ encoder, decoder, alone }) => withWeights(alone ? [decoder] : [encoder, decoder]).reduce((sum, { bytes = NaN }) => sum + bytes, 0) || null;

/**
 * Whether a model is whole in the storage, so that it starts without the network.
 *
 * @param {Model} model
 * @returns {Promise<boolean>}
 */
export async function isStored(model) {
  const [folder, pins] = [await openModelFolder(), await readNotes(PINS)];
  const names = new Set((await folder?.list())?.map(({ name }) => name));
  // Of two decoders that answer the same, one is fetched for each provider that has run the model.
  return isHere(model.encoder, names, pins) && [model.decoder, model.processorDecoder].some((file) => file && isHere(file, names, pins));
}

/**
 * Whether a file is whole in the storage, with the files that it keeps its weights in.
 *
 * @param {ModelFile} file
 * @param {ReadonlySet<string>} names  of all that is stored
 * @param {Record<string, unknown>} pins
 */
export function isHere(file, names, pins) {
  const isWhole = (/** @type {ModelFile} */ one) => names.has(String(one.sha256 ?? pins[addressOf(one)]));
  return withWeights([file]).every((one) => (one.parts ? one.parts.every(({ sha256 }) => names.has(sha256)) : isWhole(one)));
}

/**
 * Take a model's files out of the storage, and one of the person's own off the list.
 *
 * @param {string} id
 */
export async function removeModel(id) {
  const model = await findModel(id);
  await removeFiles(model);
  if (model.own) await unlistOwnModel(id);
}

/**
 * Forget the digests that were pinned for a model's files: what comes in their place is taken as it then is. Files that are stored keep
 * theirs.
 *
 * @param {import('../../protocol.js').Methods['trustModel']['params']} model
 */
export async function forgetPins(model) {
  const files = 'urls' in model ? model.urls.map((url) => ({ urls: [url] })) : filesOf(await findModel(model.id));
  const [folder, pins] = [await openModelFolder(), await readNotes(PINS)];
  for (const address of files.map(addressOf)) {
    const pin = pins[address];
    if (typeof pin !== 'string' || (await folder?.find(pin))) continue;
    await folder?.remove(pin); // what has come of it by halves
    await note(PINS, address, undefined);
  }
}

/**
 * Take away what a model alone has in the storage, and forget the digests that were pinned for it; a file that another model shares
 * stays.
 *
 * @param {Model} model
 */
export async function removeFiles(model) {
  const [folder, pins, { models }] = [await openModelFolder(), await readNotes(PINS), await readModels()];
  const others = models.filter(({ id }) => id !== model.id).flatMap(filesOf);
  const shared = new Set((await Promise.all(others.map((file) => namesOf(file, pins)))).flat());
  for (const file of filesOf(model)) {
    const own = (await namesOf(file, pins)).filter((name) => !shared.has(name));
    for (const name of own) await folder?.remove(name);
    if (!own.length || !addressOf(file)) continue;
    for (const notes of [PINS, BEGINNINGS]) await note(notes, addressOf(file), undefined);
  }
}

/**
 * Take away what earlier versions of a model have left in the storage. Only the site's own list may say what that was; nothing goes before
 * the new files are there, and nothing that a model is made of, whoever lists it.
 *
 * @param {Model} model
 */
export async function clearFormer(model) {
  const { former = [], origin } = model;
  if (origin !== 'site' || !former.length || !(await isStored(model))) return;
  const [folder, pins, { models }] = [await openModelFolder(), await readNotes(PINS), await readModels()];
  const used = new Set((await Promise.all(models.flatMap(filesOf).map((file) => namesOf(file, pins)))).flat());
  for (const digest of former) if (!used.has(digest)) await folder?.remove(digest);
}

/**
 * All files that a model is made of.
 *
 * @param {Model} model
 * @returns {ModelFile[]}
 */
function filesOf({ encoder, decoder, processorDecoder, alone }) {
  return withWeights([...(alone ? [] : [encoder]), decoder, ...(processorDecoder ? [processorDecoder] : [])]);
}

/** @param {ModelFile[]} files @returns {ModelFile[]}  with those that they keep their weights in */
function withWeights(files) {
  return files.flatMap((file) => [file, ...(file.data ?? [])]);
}

/**
 * The names that a file, or what has come of it, may have in the storage.
 *
 * @param {ModelFile} file
 * @param {Record<string, unknown>} pins
 * @returns {Promise<string[]>}
 */
async function namesOf(file, pins) {
  const digest = file.sha256 ?? pins[addressOf(file)] ?? (await temporaryName(file));
  const digests = [digest, ...(file.parts ?? []).map(({ sha256 }) => sha256)];
  return digests.filter((one) => typeof one === 'string').flatMap((one) => [one, `${one}.part`]);
}
