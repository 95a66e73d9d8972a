/**
 * The app worker's side of an engine: starts one, asks it, and throws it away.
 *
 * @module
 */

import { TabsamError, failure } from '../errors.js';
import { pack, transferable, unpack } from '../packing.js';
import { EngineWatch } from './engine-watch.js';

/**
 * @typedef {import('../engine/protocol.js').Operations} Operations
 * @typedef {import('../engine/protocol.js').Operation} Operation
 * @typedef {import('../engine/protocol.js').EngineReply} EngineReply
 * @typedef {import('../engine/protocol.js').EngineProgress} EngineProgress
 */

export class Engine {
  constructor() {
    /** Called at most once, when everything in this engine is gone: the GPU was lost, or the worker died. @type {(reason: string) => void} */
    this.onlost = () => {};
    /** @type {Map<number, { resolve: (result: never) => void, reject: (error: Error) => void, onProgress?: (progress: EngineProgress) => void }>} */
    this.waiting = new Map();
    this.lastId = 0;
    /** @type {string | null} */
    this.gone = null;
    this.watch = new EngineWatch((reason) => this.lose(reason));
    this.thread = new Worker(new URL('../engine/main.js', import.meta.url), { type: 'module', name: 'tabsam-engine' });
    this.thread.addEventListener('message', (/** @type {MessageEvent<EngineReply>} */ { data }) => this.receive(data));
    this.thread.addEventListener('error', (event) => {
      event.preventDefault();
      this.lose(event.message || 'the engine could not be loaded');
    });
  }

  /**
   * @template {Operation} O
   * @param {O} op
   * @param {Operations[O]['params']} params
   * @param {{ transfer?: Transferable[], onProgress?: (progress: EngineProgress) => void }} [options]
   * @returns {Promise<Operations[O]['result']>}
   */
  ask(op, params, { transfer = [], onProgress } = {}) {
    if (this.gone !== null) return Promise.reject(lost(this.gone));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, onProgress });
      if (op === 'run') this.watch.asked(id);
      this.thread.postMessage({ id, op, params }, transfer);
    });
  }

  /**
   * What Python calls (tabsam/page/web.py): as `ask`, with everything packed.
   *
   * @param {Operation} op
   * @param {string} json
   * @param {Uint8Array<ArrayBuffer>[]} buffers  handed over, not copied
   * @returns {Promise<import('../packing.js').Packed>}
   */
  async askPacked(op, json, buffers) {
    const params = /** @type {never} */ (unpack({ json, buffers }));
    return pack(await this.ask(op, params, { transfer: transferable(buffers) }));
  }

  /**
   * As `askPacked`, for what nobody waits for and what an engine that is gone has done already.
   *
   * @param {Operation} op
   * @param {string} json
   */
  tell(op, json) {
    this.ask(op, JSON.parse(json)).catch(() => {});
  }

  /** Give the engine up, without a word to whoever still waits for it but that it is gone. */
  terminate() {
    this.onlost = () => {};
    this.lose('it was stopped');
  }

  /** @param {string} reason */
  lose(reason) {
    if (this.gone !== null) return;
    this.gone = reason;
    this.watch.end();
    this.thread.terminate();
    for (const { reject } of this.waiting.values()) reject(lost(reason));
    this.waiting.clear();
    this.onlost(reason);
  }

  /** @param {EngineReply} reply */
  receive(reply) {
    if ('lost' in reply) return this.lose(reply.lost);
    const call = this.waiting.get(reply.id);
    if (!call) return;
    if ('begun' in reply) return this.watch.begun(reply.id);
    if ('progress' in reply) return call.onProgress?.(reply.progress);
    this.watch.ended(reply.id);
    this.waiting.delete(reply.id);
    if ('error' in reply) call.reject(new TabsamError(reply.error));
    else call.resolve(/** @type {never} */ (reply.result));
  }
}

/** @param {string} reason */
function lost(reason) {
  return failure('engine-lost', 'The engine that runs the model is gone.', 'It is being started again.', reason);
}
