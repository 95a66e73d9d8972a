/**
 * Which providers there are in this browser that may run a model, the fastest first.
 *
 * @module
 */

import { WEBGPU_BUILD } from '../../webgpu-build.js';

/**
 * @typedef {import('../../engine/protocol.js').Build} Build
 * @typedef {import('../../engine/protocol.js').Provider} Provider
 * @typedef {{ features?: string[], maxBufferSize?: number, maxStorageBufferBindingSize?: number }} Needs  of a GPU; sizes in bytes
 *
 * @typedef {{ provider: Provider, build: Build, threads: number, why: string, adapter?: string }} ProviderOption
 *   `adapter` names the GPU; the verdict on it is remembered under that name.
 */

/**
 * @param {import('./engine-start.js').ModelStart} wanted
 * @returns {Promise<{ options: ProviderOption[], refusals: string[] }>}  `refusals` are sentences about those that are not offered
 */
export async function findProviders({ model, absent, provider, threads }) {
  if (absent) return { options: [wasmProvider(threads)], refusals: ['A decoder alone needs no GPU.'] };
  /** @type {ProviderOption[]} */
  const options = [];
  /** @type {string[]} */
  const refusals = [];
  if (provider !== 'wasm') {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
    const lack = adapter && lackOf(adapter, model.needs ?? {});
    if (lack) {
      refusals.push(lack);
    } else if (adapter) {
      const name = [adapter.info.vendor, adapter.info.architecture, adapter.info.device, adapter.info.description].filter(Boolean).join(' ') || 'GPU';
      options.push({ provider: 'webgpu', build: WEBGPU_BUILD, threads: 1, why: `Runs on the GPU (${name}).`, adapter: name });
    } else {
      refusals.push(navigator.gpu ? 'There is no WebGPU adapter here.' : 'This browser has no WebGPU.');
    }
  } else {
    refusals.push('WASM was asked for.');
  }
  if (provider !== 'webgpu') options.push(wasmProvider(threads));
  return { options, refusals };
}

/**
 * @param {number} [most]
 * @returns {ProviderOption}
 */
export function wasmProvider(most) {
  const cores = navigator.hardwareConcurrency || 1;
  // Threads need shared memory, which needs cross-origin isolation. More than eight only wait for each other.
  const threads = globalThis.crossOriginIsolated ? Math.max(1, Math.min(cores, 8, most ?? 8)) : 1;
  const why = globalThis.crossOriginIsolated ? '' : 'One thread only: the site is not cross-origin isolated.';
  return { provider: 'wasm', build: 'wasm', threads, why };
}

/**
 * What a GPU cannot do that a model needs, in words; empty when it can do everything.
 *
 * @param {GPUAdapter} adapter
 * @param {Needs} needs
 * @returns {string}
 */
function lackOf(adapter, { features = [], maxBufferSize = 0, maxStorageBufferBindingSize = 0 }) {
  const missing = features.filter((feature) => !adapter.features.has(feature));
  if (missing.length) return `The GPU lacks what this model needs (${missing.join(', ')}).`;
  const { limits } = adapter;
  const fits = limits.maxBufferSize >= maxBufferSize && limits.maxStorageBufferBindingSize >= maxStorageBufferBindingSize;
  return fits ? '' : 'The GPU’s buffers are too small for this model.';
}
