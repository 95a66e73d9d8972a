/**
 * Starts Pyodide with the tabsam package, and calls it.
 *
 * @module
 */

import { loadPyodide } from '../vendor/pyodide/pyodide.mjs';
import { TabsamError, failure } from '../errors.js';
import { createKeptEmbedding } from './kept-embedding.js';
import { pack, transferable, unpack } from '../packing.js';

/**
 * @typedef {import('../packing.js').Packed} Packed
 * @typedef {import('./providers/engine-start.js').Running} Running
 * @typedef {import('../protocol.js').Progress} Progress
 * @typedef {import('pyodide').PyodideAPI} PyodideAPI
 *
 * @typedef {object} WebModule  tabsam/page/web.py
 * @property {(method: string, json: string, buffers: unknown[], onProgress: (json: string, buffers: Packed['buffers']) => void) => Promise<Packed & { failed: boolean }>} handle
 * @property {(engine: unknown, sessions: string, kept: unknown) => string} attach
 * @property {(json: string) => void} detach
 * @property {() => void} warm_up
 * @property {(append: (lines: Uint8Array<ArrayBuffer>, whole: boolean) => void) => void} store_with
 * @property {(append: (bytes: Uint8Array<ArrayBuffer>) => number, read: (start: number, end: number) => Uint8Array<ArrayBuffer>) => void} store_finds_with
 * @property {(read: (number: number, start: number, end: number) => Uint8Array<ArrayBuffer>) => void} read_files_with
 * @property {(scripts: unknown) => void} script_with
 * @property {() => void} guard_packages
 * @property {() => void} stop_script
 * @property {(candidate: unknown, candidateSessions: string, reference: unknown, referenceSessions: string) => Promise<string>} self_test
 * @property {(candidate: unknown, candidateSessions: string, reference: unknown, referenceDecoder: string) => Promise<string>} large_self_test
 */

/** Where Pyodide and its wheels lie. */
const PYODIDE = new URL('../vendor/pyodide/', import.meta.url).href;

/**
 * @param {(message: string) => void} onProgress
 * @returns {Promise<Python>}
 */
export async function startPython(onProgress) {
  onProgress('Starting Python');
  try {
    const broken = brokenWebAssembly();
    const pyodide = await Promise.race([loadPyodide({ indexURL: PYODIDE, packages: ['tabsam'] }), broken.found]);
    broken.end();
    return new Python(pyodide);
  } catch (error) {
    throw failure('python-start', 'Python could not be started.', 'Reload the page; if it stays so, use a current Chrome.', error);
  }
}

/**
 * loadPyodide only warns, and never settles, when its WebAssembly is missing, cut or something else: listen to the browser in its place.
 *
 * @returns {{ found: Promise<never>, end: () => void }}  `found` rejects when it is none
 */
function brokenWebAssembly() {
  const { instantiateStreaming, instantiate } = WebAssembly;
  /** @type {(error: unknown) => void} */
  let reject;
  const found = /** @type {Promise<never>} */ (new Promise((_, no) => (reject = no)));
  /** @param {Function} original */
  const heard = (original) => (/** @type {unknown[]} */ ...given) => {
    const result = original.apply(WebAssembly, given);
    result.catch(reject);
    return result;
  };
  Object.assign(WebAssembly, { instantiateStreaming: heard(instantiateStreaming), instantiate: heard(instantiate) });
  return { found, end: () => void Object.assign(WebAssembly, { instantiateStreaming, instantiate }) };
}

export class Python {
  #pyodide;

  /** @param {PyodideAPI} pyodide */
  constructor(pyodide) {
    this.#pyodide = pyodide;
    /** @type {WebModule} */
    this.web = pyodide.pyimport('tabsam.page.web');
  }

  /**
   * @param {string} method
   * @param {unknown} params
   * @param {(progress: Progress) => void} onProgress
   * @returns {Promise<{ result: unknown, transfer: ArrayBuffer[] }>}
   */
  async call(method, params, onProgress) {
    const { json, buffers } = pack(params);
    const reply = await this.web
      .handle(method, json, buffers, (progress, parts) => {
        onProgress(/** @type {Progress} */ (unpack({ json: progress, buffers: parts })));
      })
      .catch(brokenBy);
    const result = unpack(reply);
    if (reply.failed) throw new TabsamError(/** @type {import('../protocol.js').Failure} */ (result));
    return { result, transfer: transferable(reply.buffers) };
  }

  /**
   * Give Python the sessions to work with, in place of those before; an open picture is encoded again. What the catalogue leaves open of
   * the search for everything is then in the model's `info`, as its family has it.
   *
   * @param {Running} running
   * @throws {TabsamError} model-unknown or model-mismatch; those before are kept
   */
  attach(running) {
    const { failure: refused, everything, assumed } = JSON.parse(this.web.attach(running.engine, sessions(running), createKeptEmbedding(running)));
    if (refused) throw new TabsamError(refused);
    running.info.everything = everything;
    if (assumed && !running.info.notices.includes(assumed)) running.info.notices.push(assumed);
  }

  /**
   * Tell Python that there will be no sessions, and why.
   *
   * @param {import('../protocol.js').Failure} reason
   */
  detach(reason) {
    this.web.detach(JSON.stringify(reason));
  }

  /**
   * Have the journal's lines stored by this, at once.
   *
   * @param {(lines: Uint8Array<ArrayBuffer>, whole: boolean) => void} append  `whole`: they are a journal, in the place of the one before
   */
  storeWith(append) {
    this.web.store_with(append);
  }

  /**
   * Have what searches find stored by these, at once.
   *
   * @param {(bytes: Uint8Array<ArrayBuffer>) => number} append  tells where it begins; -1 where it cannot be stored
   * @param {(start: number, end: number) => Uint8Array<ArrayBuffer>} read
   */
  storeFindsWith(append, read) {
    this.web.store_finds_with(append, read);
  }

  /**
   * Have files that are handed over read by this, at once.
   *
   * @param {(number: number, start: number, end: number) => Uint8Array<ArrayBuffer>} read
   */
  readFilesWith(read) {
    this.web.read_files_with(read);
  }

  /**
   * Have what scripts ask of the page answered by this.
   *
   * @param {unknown} scripts
   */
  scriptWith(scripts) {
    this.web.script_with(scripts);
  }

  /** Have Python interrupted when a 2 is in this; null: by nothing. @param {Uint8Array<SharedArrayBuffer> | null} buffer */
  interruptBy(buffer) {
    this.#pyodide.setInterruptBuffer(/** @type {Uint8Array} */ (buffer)); // null is what its types forget
  }

  /** Stop a script that waits for something. */
  stopScript() {
    this.web.stop_script();
  }

  /** Have micropip at hand, from this site; it asks before it fetches anything from elsewhere. */
  async loadMicropip() {
    await this.#pyodide.loadPackage('micropip', { messageCallback: () => {} });
    this.web.guard_packages();
  }

  /** @param {string} path @param {Uint8Array} data */
  writeFile(path, data) {
    this.#pyodide.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    this.#pyodide.FS.writeFile(path, data);
  }

  /** Do once, for nothing, what takes much longer the first time. */
  warmUp() {
    this.web.warm_up();
  }

  /**
   * @param {Running} candidate
   * @param {Running} reference
   * @returns {Promise<import('./providers/provider-check.js').Verdict>}
   */
  async selfTest(candidate, reference) {
    return JSON.parse(await this.web.self_test(candidate.engine, sessions(candidate), reference.engine, sessions(reference)));
  }

  /**
   * @param {Running} candidate
   * @param {import('./providers/engine-start.js').RunningDecoder} reference
   * @returns {Promise<import('./providers/provider-check.js').Verdict>}
   */
  async largeSelfTest(candidate, reference) {
    return JSON.parse(await this.web.large_self_test(candidate.engine, sessions(candidate), reference.engine, JSON.stringify(reference.decoder)));
  }
}

/**
 * What Python itself throws, it goes on after. Anything else comes from below: its memory or its stack is broken, and nothing can be asked
 * of it any more.
 *
 * @param {unknown} cause
 * @returns {never}
 */
function brokenBy(cause) {
  if (cause instanceof Error && cause.name === 'PythonError') throw cause;
  globalThis.postMessage({ event: 'broken', details: String(cause instanceof Error ? (cause.stack ?? cause) : cause) });
  throw failure('python-broken', 'Python is broken.', 'It is started again.', cause);
}

/** @param {Running} running */
function sessions({ encoder, decoder, info: { everything, provider }, edges, tidy, id, decoders }) {
  return JSON.stringify({ encoder, decoder, everything, provider, edges, tidy, model: id, decoders });
}
