/**
 * Calls to the app worker: one promise per request, its progress on the way, and failures as errors of one class.
 *
 * @module
 */

import { TabsamError } from '../errors.js';

/** @import {Announcement, Failure, Method, Methods, Progress} from '../protocol.js' */

/** What a call that was given up fails with. Nobody needs to be told: they asked for it. */
export const cancelled = () => new TabsamError({ code: 'cancelled', message: 'Cancelled.', hint: '' });

/**
 * @typedef {{ resolve: (result: never) => void, reject: (error: TabsamError) => void, onProgress?: (progress: Progress) => void }} Call
 * @typedef {{ id: number, result?: unknown, error?: Failure, progress?: Progress }} AnyReply
 */

export class Client {
  /** @type {Map<number, Call>} */
  #calls = new Map();
  #lastId = 0;
  /** @type {TabsamError | null} */
  #lost = null;
  #worker;

  /**
   * @param {Worker} worker
   * @param {{ broken: Promise<string>, onLost: (error: TabsamError) => void, onAnnouncement: (announcement: Announcement) => void }} events
   *   `broken` resolves to why, if the worker itself breaks; `onLost` is called then, once; `onAnnouncement` for what it says unasked
   */
  constructor(worker, { broken, onLost, onAnnouncement }) {
    this.#worker = worker;
    worker.addEventListener('message', (/** @type {MessageEvent<AnyReply | Announcement>} */ { data }) => {
      if ('event' in data) onAnnouncement(data);
      else this.#receive(data);
    });
    const lose = (/** @type {string} */ details) => {
      if (this.#lost) return;
      this.#lost = new TabsamError({
        code: 'worker-lost',
        message: 'The engine stopped unexpectedly.',
        hint: 'Reload the page; if it happens again, a smaller picture or model may help.',
        details,
      });
      for (const { reject } of this.#calls.values()) reject(this.#lost);
      this.#calls.clear();
      onLost(this.#lost);
    };
    void broken.then(lose);
    worker.addEventListener('messageerror', () => lose('A message could not be read.'));
  }

  /**
   * Ask the worker.
   *
   * @template {Method} M
   * @param {M} method
   * @param {Methods[M]['params']} params
   * @param {{ onProgress?: (progress: Progress) => void, transfer?: Transferable[] }} [options]
   * @returns {Promise<Methods[M]['result']>}  rejects with a TabsamError
   */
  call(method, params, { onProgress, transfer = [] } = {}) {
    if (this.#lost) return Promise.reject(this.#lost);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject, onProgress });
      this.#worker.postMessage({ id, method, params }, transfer);
    });
  }

  /** @param {AnyReply} reply */
  #receive(reply) {
    const call = this.#calls.get(reply.id);
    if (!call) return; // a late reply to a call that has already been answered
    if (reply.progress) {
      call.onProgress?.(reply.progress);
      return;
    }
    this.#calls.delete(reply.id);
    if (reply.error) call.reject(new TabsamError(reply.error));
    else call.resolve(/** @type {never} */ (reply.result));
  }
}
