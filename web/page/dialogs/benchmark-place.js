/**
 * Where a benchmark has been measured: the model, what runs it, and the browser; nothing that tells whose machine it is.
 *
 * @module
 */

/** @import {State} from '../state/store.js' */
/** @import {Methods, ModelList} from '../../protocol.js' */

/**
 * @param {State} state
 * @param {ModelList['gpu']} gpu  what the model holds there
 * @returns {Promise<Methods['benchmark']['params']>}
 */
export async function whereItRuns({ engine, model }, gpu) {
  const info = engine.status === 'running' ? engine.info : null;
  const isOnGpu = info?.provider === 'webgpu';
  const threads = info?.threads ?? 1;
  return {
    model: model?.id || (info?.model ?? ''),
    provider: isOnGpu ? 'WebGPU' : 'WASM',
    threads,
    isolated: globalThis.crossOriginIsolated,
    processor: isOnGpu ? await adapterName() : threads === 1 ? '1 thread' : `${threads} threads`,
    cores: navigator.hardwareConcurrency,
    system: agentData()?.platform ?? 'unknown system',
    browser: browserName(),
    runtime: await runtimeVersion(),
    gpuBytes: (isOnGpu && gpu?.bytes) || null,
    javascriptBytes: /** @type {{ memory?: { usedJSHeapSize: number } }} */ (performance).memory?.usedJSHeapSize ?? null,
  };
}

async function adapterName() {
  const info = (await navigator.gpu?.requestAdapter().catch(() => null))?.info;
  return [info?.vendor, info?.architecture, info?.description].filter(Boolean).join(' ') || 'a GPU of no name';
}

/** @typedef {{ platform: string, brands: { brand: string, version: string }[] }} AgentData  the type library does not know it */
const agentData = () => /** @type {Navigator & { userAgentData?: AgentData }} */ (navigator).userAgentData ?? null;

/** Chrome's list has one name that is none, so that nobody relies on its order. */
function browserName() {
  const real = agentData()?.brands.filter(({ brand }) => !/not.*brand/i.test(brand)) ?? [];
  const { brand, version } = real.find((one) => one.brand !== 'Chromium') ?? real[0] ?? { brand: 'unknown', version: '' };
  return `${brand} ${version}`.trim();
}

/** As the build has noted it; empty where it cannot be read. @returns {Promise<string>} */
async function runtimeVersion() {
  try {
    return String((await (await fetch('build.json')).json()).onnxruntime ?? '');
  } catch {
    return '';
  }
}
