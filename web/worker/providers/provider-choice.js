/**
 * Which provider runs the model: the fastest one that is there, loads this model, and gives right answers.
 *
 * @module
 */

import { asFailure, failure } from '../../errors.js';
import { startWithFallback } from './engine-start.js';
import { judge } from './provider-check.js';
import { findProviders } from './provider-options.js';

/**
 * @typedef {import('./engine-start.js').ModelStart} ModelStart
 * @typedef {import('./engine-start.js').Running} Running
 */

/**
 * @param {ModelStart} wanted
 * @returns {Promise<Running>}
 */
export async function chooseProvider(wanted) {
  const { options, refusals } = await findProviders(wanted);
  if (wanted.because) refusals.unshift(wanted.because);
  /** @type {import('../../protocol.js').Failure | undefined} */
  let last;
  for (const option of options) {
    try {
      const running = await startWithFallback(option, wanted);
      const verdict = option.provider === 'webgpu' ? await judge(running, option, wanted) : null;
      if (!verdict || verdict.agrees) {
        const proof = verdict ? `Checked against WASM: ${verdict.reason}.` : '';
        running.info.why = [option.why, proof, ...refusals].filter(Boolean).join(' ');
        return running;
      }
      running.engine.terminate();
      refusals.push(`WebGPU gave wrong answers in its self-test (${verdict.reason}).`);
    } catch (error) {
      last = asFailure(error);
      // What is wrong with the model or the network is wrong on every option.
      if (last.code.startsWith('model-') && last.code !== 'model-load') throw error;
      if (last.code === 'insecure-context' || last.code === 'cancelled') throw error;
      refusals.push(`${option.provider === 'webgpu' ? 'WebGPU' : 'WASM'} failed: ${last.message}`);
    }
  }
  throw failure('no-provider', 'This model cannot be run in this browser.', 'Try a current Chrome, or another model.', `${refusals.join(' ')} ${last?.details ?? ''}`);
}
