/**
 * Whether a GPU gives right answers: compared with WASM's, once for each GPU, browser and model.
 *
 * @module
 */

import { asFailure, failure } from '../../errors.js';
import { VERDICTS, note, readNotes } from '../../storage/notes.js';
import { addressOf } from '../../storage/pins.js';
import { startDecoder, startWithFallback, unlessGivenUp } from './engine-start.js';
import { LARGE_BYTES } from '../models/model-size.js';
import { wasmProvider } from './provider-options.js';

/**
 * @typedef {import('../models/catalogue.js').Model} Model
 * @typedef {import('./engine-start.js').ModelStart} ModelStart
 * @typedef {import('./engine-start.js').Running} Running
 * @typedef {import('./provider-options.js').ProviderOption} ProviderOption
 *
 * @typedef {{ agrees: boolean, reason: string }} Verdict
 */

/**
 * Compare a provider's answer with WASM's, once for each GPU, browser and model.
 *
 * @param {Running} running
 * @param {ProviderOption} option
 * @param {ModelStart} wanted
 * @returns {Promise<Verdict>}
 */
export async function judge(running, option, wanted) {
  const noted = await notedVerdict(option, wanted.model);
  if (noted) return noted;
  wanted.onProgress({ message: 'Checking WebGPU against WASM' });
  // What is loaded for the check alone is none of the person's model.
  const quiet = { ...wanted, onProgress: () => {} };
  const compared = await unlessGivenUp(running.engine, wanted.signal, () =>
    running.info.modelBytes > LARGE_BYTES ? compareLarge(running, option, quiet) : compareWhole(running, quiet),
  );
  await note(VERDICTS, subject(option, wanted.model), compared);
  return compared;
}

/**
 * Let both providers encode a picture and decode a click.
 *
 * @param {Running} running
 * @param {ModelStart} wanted
 * @returns {Promise<Verdict>}
 */
async function compareWhole(running, wanted) {
  const reference = await startWithFallback(wasmProvider(wanted.threads), wanted);
  try {
    return await unlessGivenUp(reference.engine, wanted.signal, () => wanted.prove(running, reference));
  } finally {
    reference.engine.terminate();
  }
}

/**
 * WASM would take minutes for a large encoder. Let the built-in model show that this GPU can encode, compare the large one's decoder,
 * and see that what its encoder gives is plausible.
 *
 * @param {Running} running
 * @param {ProviderOption} option
 * @param {ModelStart} wanted
 * @returns {Promise<Verdict>}
 */
async function compareLarge(running, option, wanted) {
  const builtIn = await wanted.findBuiltIn();
  if (builtIn.id === wanted.model.id) return compareWhole(running, wanted); // nothing smaller is there to show it
  const shown = await judgeBuiltIn(builtIn, option, wanted);
  if (!shown.agrees) return { agrees: false, reason: `${builtIn.name}: ${shown.reason}` };
  const reference = await startDecoder(wasmProvider(wanted.threads), wanted);
  try {
    const { agrees, reason } = await unlessGivenUp(reference.engine, wanted.signal, () => wanted.proveLarge(running, reference));
    return { agrees, reason: agrees ? `${reason}; ${builtIn.name} as a whole: ${shown.reason}` : reason };
  } finally {
    reference.engine.terminate();
  }
}

/**
 * @param {Model} builtIn
 * @param {ProviderOption} option
 * @param {ModelStart} wanted
 * @returns {Promise<Verdict>}
 */
async function judgeBuiltIn(builtIn, option, wanted) {
  const noted = await notedVerdict(option, builtIn);
  if (noted) return noted;
  const wantedBuiltIn = { ...wanted, model: builtIn };
  try {
    const running = await startWithFallback({ ...option }, wantedBuiltIn);
    try {
      const verdict = await compareWhole(running, wantedBuiltIn);
      await note(VERDICTS, subject(option, builtIn), verdict);
      return verdict;
    } finally {
      running.engine.terminate();
    }
  } catch (error) {
    const { code, message, details } = asFailure(error);
    if (code === 'cancelled') throw error;
    // Whatever is wrong with the built-in model, it is not the model that was asked for: that one is left to the next option.
    throw failure('provider-unproven', `it could not be checked with ${builtIn.name}. ${message}`, '', details);
  }
}

/**
 * @param {ProviderOption} option
 * @param {Model} model
 * @returns {Promise<Verdict | undefined>}
 */
async function notedVerdict(option, model) {
  return /** @type {Verdict | undefined} */ ((await readNotes(VERDICTS))[subject(option, model)]);
}

/**
 * What a verdict is on.
 *
 * @param {ProviderOption} option
 * @param {Model} model
 */
function subject({ adapter }, { encoder, decoder }) {
  const files = [encoder, decoder].flatMap((file) => [file, ...(file.data ?? [])]);
  const names = files.map((file) => file.sha256 ?? addressOf(file));
  return [adapter, navigator.userAgent, ...names].join(' | ');
}
