/**
 * Which models there are: those of the site's catalogue, of another that the person named, and those that they added.
 *
 * @module
 */

import { failure } from '../../errors.js';
import { OWN_MODELS, note, readNotes } from '../../storage/notes.js';
import { problemsOf } from './catalogue-check.js';
import { ownFetch } from '../../storage/own-fetch.js';

/**
 * @typedef {import('../../engine/protocol.js').ModelFile} ModelFile
 * @typedef {import('../providers/provider-options.js').Needs} Needs
 * @typedef {import('../../protocol.js').SearchOptions} SearchOptions
 * @typedef {import('../../protocol.js').Edges} Edges
 *
 * @typedef {'site' | 'list' | 'own'} Origin  the site's catalogue, another one, or the person's own
 * @typedef {{ id: string, name: string, description: string, family: string, licence: string, dtype: string, source?: string, origin: Origin,
 *   own: boolean, needs?: Needs, former?: string[], everything?: SearchOptions, edges?: Edges, tidy?: number, encoder: ModelFile, decoder: ModelFile,
 *   processorDecoder?: ModelFile, alone?: boolean }} Model  `processorDecoder` answers as `decoder` does, and is faster in WASM
 *   `alone`: the person has its decoder only, for embeddings; `encoder` is that, too.
 *   `former` are the digests of files that it was made of in earlier versions of the site.
 *
 * @typedef {{ url: string | string[], bytes: number, sha256: string }} ListedPart
 * @typedef {{ url?: string | string[], bytes?: number, sha256?: string, parts?: ListedPart[], data?: (ListedFile & { name: string })[] }} ListedFile
 * @typedef {{ id: string, name: string, description?: string, family?: string, licence?: string, dtype?: string, source?: string, needs?: Needs,
 *   former?: string[], everything?: SearchOptions, edges?: Edges, tidy?: number, encoder: ListedFile, decoder: ListedFile, processorDecoder?: ListedFile }} Listed
 */

const CATALOGUE = new URL('../../models/catalog.json', import.meta.url);

/** A list of models is small: what is larger is something else. Bytes. */
const LARGEST = 1e6;
/** Who has not sent a list by then will not. Milliseconds. */
const PATIENCE = 15_000;

/** The list that the person named last, while it is on its way. @type {{ url: string, models: Promise<Model[]> } | null} */
let asked = null;
/** The one that has arrived. @type {{ url: string, models: Model[] } | null} */
let arrived = null;

/** @returns {Promise<{ models: Model[], standard: string }>} `standard` is the id of the one to start with */
export async function readModels() {
  let catalogue;
  try {
    catalogue = /** @type {{ default: string, models: Listed[] }} */ (await (await fetch(CATALOGUE)).json());
  } catch (error) {
    throw failure('catalog-unreachable', 'The list of models could not be read.', 'Check the network, then reload the page.', error);
  }
  const listed = catalogue.models.map((entry) => modelOf(entry, CATALOGUE, 'site'));
  const taken = new Set(listed.map(({ id }) => id));
  const others = arrived?.models ?? [];
  const own = /** @type {Model[]} */ (Object.values(await readNotes(OWN_MODELS)));
  return {
    models: [...listed, ...others.filter(({ id }) => !taken.has(id)), ...own.map((model) => ({ ...model, origin: /** @type {const} */ ('own') }))],
    standard: catalogue.default,
  };
}

/**
 * List another catalogue's models after the site's; those whose ids are taken there are left out. Without an address, none.
 *
 * @param {string} url  absolute
 * @returns {Promise<void>}  when it is read
 * @throws {import('../../errors.js').TabsamError} catalog-unreachable, catalog-refused or catalog-invalid; the list is then as it was before
 */
export async function useCatalogue(url) {
  if (url === '') {
    asked = arrived = null;
    return;
  }
  if (asked?.url !== url) asked = { url, models: readCatalogue(url) };
  const mine = asked;
  try {
    const models = await mine.models;
    if (asked === mine) arrived = { url, models };
  } finally {
    if (asked === mine) asked = null; // whoever names it again wants it as it is then
  }
}

/** @returns {string} the address of the other list, or empty */
export const catalogueInUse = () => arrived?.url ?? '';

/**
 * @param {string} url
 * @returns {Promise<Model[]>}
 */
async function readCatalogue(url) {
  const text = await fetchText(url);
  let catalogue;
  try {
    catalogue = JSON.parse(text);
  } catch (error) {
    throw failure('catalog-invalid', 'That address does not give a list of models: it is not JSON.', 'Check the address.', `${url}: ${error}`);
  }
  const problems = problemsOf(catalogue);
  if (problems.length) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    throw failure('catalog-invalid', `That list of models cannot be used. ${problems[0]}${more}`, 'Tell whoever made it, or use another.', `${url}\n${problems.join('\n')}`);
  }
  return /** @type {{ models: Listed[] }} */ (catalogue).models.map((entry) => modelOf(entry, new URL(url), 'list'));
}

/**
 * @param {string} url
 * @returns {Promise<string>}
 */
async function fetchText(url) {
  let response;
  let text;
  try {
    response = await ownFetch(url, { credentials: 'omit', signal: AbortSignal.timeout(PATIENCE) });
    text = Number(response.headers.get('Content-Length')) > LARGEST ? '' : await response.text();
  } catch (error) {
    // The browser does not say which of these it is.
    const hint = 'Check the address and the network. Its server must allow other sites to read it (CORS).';
    throw failure('catalog-unreachable', 'That list of models could not be fetched.', hint, `${url}: ${error}`);
  }
  if (!response.ok) {
    throw failure('catalog-refused', `That list of models could not be fetched: the server answered ${response.status}.`, 'Check the address.', url);
  }
  if (text === '' || text.length > LARGEST) throw failure('catalog-invalid', 'That address does not give a list of models.', 'Check the address.', url);
  return text;
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
 * The host that a model's files come from; empty for the site's own, and for files that are nowhere but here.
 *
 * @param {Model} model
 */
export function hostOf({ encoder }) {
  return hostOfFile(encoder);
}

/** The same of one file. @param {ModelFile} file */
export function hostOfFile(file) {
  const [url] = (file.parts?.[0] ?? file).urls;
  const { host } = new URL(url ?? '', CATALOGUE);
  return host === CATALOGUE.host ? '' : host;
}

/**
 * @param {Listed} entry
 * @param {URL} base
 * @param {Origin} origin
 * @returns {Model}
 */
function modelOf({ description = '', family = '', licence = '', dtype = '', processorDecoder, ...entry }, base, origin) {
  const files = {
    encoder: absolute(entry.encoder, base),
    decoder: absolute(entry.decoder, base),
    ...(processorDecoder && { processorDecoder: absolute(processorDecoder, base) }),
  };
  return { ...entry, description, family, licence, dtype, origin, own: false, ...files };
}

/**
 * A catalogue's file, with addresses that hold everywhere.
 *
 * @param {ListedFile} file
 * @param {URL} base  the catalogue's address
 * @returns {ModelFile}
 */
function absolute({ url, parts, data, ...rest }, base) {
  const addresses = (/** @type {string | string[]} */ listed) => [listed].flat().map((one) => new URL(one, base).href);
  return {
    ...rest,
    urls: addresses(url ?? []),
    ...(parts && { parts: parts.map((part) => ({ ...part, urls: addresses(part.url) })) }),
    ...(data && { data: data.map(({ name, ...file }) => ({ name, ...absolute(file, base) })) }),
  };
}
