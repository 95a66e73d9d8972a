/**
 * The app worker: owns Python, has an engine run the models, and answers the page (../protocol.js).
 *
 * @module
 */

import { asFailure, failure } from '../failure.js';
import { METHODS } from '../protocol.js';
import { climbLadder } from './ladder.js';
import { startPython } from './python.js';

/**
 * @typedef {import('../protocol.js').Methods} Methods
 * @typedef {import('../protocol.js').Method} Method
 * @typedef {import('../protocol.js').Progress} Progress
 * @typedef {import('../protocol.js').EngineInfo} EngineInfo
 * @typedef {import('./python.js').Python} Python
 * @typedef {import('./ladder.js').Running} Running
 * @typedef {import('./ladder.js').Model} Model
 * @typedef {Methods['start']['params']} StartParams
 */

const CATALOG = new URL('../models/catalog.json', import.meta.url);

/** @type {Promise<Python> | undefined} */
let python;

/** @param {(progress: Progress) => void} onProgress */
function pythonStarts(onProgress) {
  python ??= startPython((message) => onProgress({ stage: 'python', message })).catch((error) => {
    python = undefined; // a failed start is forgotten, so that another try is a real one
    throw error;
  });
  return python;
}

/**
 * @param {StartParams} params
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<EngineInfo>}
 */
async function start(params, onProgress) {
  const starting = pythonStarts(onProgress);
  starting.catch(() => {}); // it is awaited below; until then its failure is nobody's surprise
  try {
    const running = await climb(params, await findModel(params.model), onProgress);
    (await starting).attach(running);
    return running.info;
  } catch (error) {
    await starting.then((ready) => ready.detach(asFailure(error)));
    throw error;
  }
}

/**
 * @param {StartParams} params
 * @param {Model} model
 * @param {(progress: Progress) => void} onProgress
 * @param {string} [because]
 * @returns {Promise<Running>}
 */
async function climb(params, model, onProgress, because) {
  const running = await climbLadder({
    model,
    because,
    provider: because ? 'wasm' : params.provider,
    threads: params.threads,
    onProgress: (progress) => onProgress({ stage: progress.total ? 'model' : 'provider', ...progress }),
    prove: async (candidate, reference) => (await pythonStarts(onProgress)).selfTest(candidate, reference),
  });
  running.engine.onlost = (reason) => void recover(params, model, reason);
  return running;
}

/**
 * The engine is gone, and Python is not: start another one under it.
 *
 * @param {StartParams} params
 * @param {Model} model
 * @param {string} reason
 */
async function recover(params, model, reason) {
  const ready = await pythonStarts(() => {});
  try {
    const running = await climb(params, model, () => {}, `The GPU was lost (${reason}).`);
    running.info.notices.push('The GPU was lost; tabsam goes on with WASM, and your work is as it was.');
    ready.attach(running);
    globalThis.postMessage({ event: 'engine', engine: running.info });
  } catch (error) {
    ready.detach(asFailure(error));
  }
}

/**
 * @param {string} id
 * @returns {Promise<Model>}
 */
async function findModel(id) {
  let catalog;
  try {
    catalog = await (await fetch(CATALOG)).json();
  } catch (error) {
    throw failure('catalog-unreachable', 'The list of models could not be read.', 'Check the network, then reload the page.', error);
  }
  const entry = catalog.models.find((/** @type {Model} */ model) => model.id === (id || catalog.default));
  if (!entry) throw failure('model-unlisted', `There is no model called '${id}' here.`, `Choose one of: ${catalog.models.map((/** @type {Model} */ model) => model.id).join(', ')}.`);
  return { ...entry, encoder: absolute(entry.encoder), decoder: absolute(entry.decoder) };
}

/**
 * A catalogue's file, with addresses that hold everywhere.
 *
 * @typedef {{ url: string | string[], bytes?: number, sha256?: string, parts?: { url: string | string[], bytes: number, sha256: string }[] }} ListedFile
 * @param {ListedFile} file
 * @returns {import('../engine/protocol.js').ModelFile}
 */
function absolute({ url, parts, ...rest }) {
  const addresses = (/** @type {string | string[]} */ listed) => [listed].flat().map((one) => new URL(one, CATALOG).href);
  return { ...rest, urls: addresses(url ?? []), ...(parts && { parts: parts.map((part) => ({ ...part, urls: addresses(part.url) })) }) };
}

/**
 * @param {{ id: number, method: Method, params: never }} request
 */
async function answer({ id, method, params }) {
  const onProgress = (/** @type {Progress} */ progress) => {
    globalThis.postMessage({ id, progress }, { transfer: progress.preview ? [progress.preview] : [] });
  };
  try {
    if (!METHODS.includes(method)) throw failure('unknown-method', `There is no method '${method}'.`, '');
    if (method === 'start') {
      globalThis.postMessage({ id, result: await start(params, onProgress) });
      return;
    }
    const ready = await pythonStarts(onProgress);
    const { result, transfer } = await ready.call(method, params, onProgress);
    globalThis.postMessage({ id, result }, { transfer });
  } catch (error) {
    globalThis.postMessage({ id, error: asFailure(error) });
  }
}

globalThis.addEventListener('message', (/** @type {MessageEvent} */ { data }) => void answer(data));
