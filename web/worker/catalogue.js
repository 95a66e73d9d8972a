/**
 * Which models there are: those of the site's catalogue, and those that the person added.
 *
 * @module
 */

import { failure } from '../failure.js';
import { OWN_MODELS, note, readNotes } from '../store/notes.js';

/**
 * @typedef {import('../engine/protocol.js').ModelFile} ModelFile
 * @typedef {import('./ladder.js').Needs} Needs
 *
 * @typedef {{ id: string, name: string, description: string, family: string, licence: string, dtype: string, own: boolean, needs?: Needs,
 *   encoder: ModelFile, decoder: ModelFile }} Model
 *
 * @typedef {{ url: string | string[], bytes?: number, sha256?: string, parts?: { url: string | string[], bytes: number, sha256: string }[] }} ListedFile
 * @typedef {Omit<Model, 'encoder' | 'decoder' | 'own'> & { encoder: ListedFile, decoder: ListedFile }} Listed
 */

const CATALOGUE = new URL('../models/catalog.json', import.meta.url);

/** @returns {Promise<{ models: Model[], standard: string }>} `standard` is the id of the one to start with */
export async function readModels() {
  let catalogue;
  try {
    catalogue = /** @type {{ default: string, models: Listed[] }} */ (await (await fetch(CATALOGUE)).json());
  } catch (error) {
    throw failure('catalog-unreachable', 'The list of models could not be read.', 'Check the network, then reload the page.', error);
  }
  const listed = catalogue.models.map((entry) => ({ ...entry, own: false, encoder: absolute(entry.encoder), decoder: absolute(entry.decoder) }));
  const own = /** @type {Model[]} */ (Object.values(await readNotes(OWN_MODELS)));
  return { models: [...listed, ...own], standard: catalogue.default };
}

/**
 * @param {string} id  empty for the one to start with
 * @returns {Promise<Model>}
 */
export async function findModel(id) {
  const { models, standard } = await readModels();
  const model = models.find((one) => one.id === (id || standard));
  if (model) return model;
  throw failure('model-unlisted', `There is no model called '${id}' here.`, `Choose one of: ${models.map((one) => one.id).join(', ')}.`);
}

/** @param {Model} model */
export async function listOwnModel(model) {
  await note(OWN_MODELS, model.id, model);
}

/** @param {string} id */
export async function unlistOwnModel(id) {
  await note(OWN_MODELS, id, undefined);
}

/**
 * A catalogue's file, with addresses that hold everywhere.
 *
 * @param {ListedFile} file
 * @returns {ModelFile}
 */
function absolute({ url, parts, ...rest }) {
  const addresses = (/** @type {string | string[]} */ listed) => [listed].flat().map((one) => new URL(one, CATALOGUE).href);
  return { ...rest, urls: addresses(url ?? []), ...(parts && { parts: parts.map((part) => ({ ...part, urls: addresses(part.url) })) }) };
}
