/**
 * Calls to the app worker: one promise per request, its progress on the way, and failures as errors of one class. A worker that is gone
 * fails what it was asked, and another one can take its place.
 *
 * @module
 */

import { TabsamError } from '../errors.js';
import { Watch } from './watch.js';

/** @import {AppWorker} from './app-worker.js' */
/** @import {Announcement, Failure, Method, Methods, Progress} from '../protocol.js' */

/** What a call that was given up fails with. Nobody needs to be told: they asked for it. */
export const cancelled = () => new TabsamError({ code: 'cancelled', message: 'Cancelled.', hint: '' });

/**
 * @typedef {{ method: Method, resolve: (result: never) => void, reject: (error: TabsamError) => void, onProgress?: (progress: Progress) => void }} Call
 * @typedef {{ id: number, result?: unknown, error?: Failure, progress?: Progress }} AnyReply
 *
 * @typedef {object} Events
 * @property {(error: TabsamError, during: Method[]) => void} onLost  the worker is gone, with what it had been asked
 * @property {(seconds: number) => void} onSilence  it has been silent for so long while something was asked; 0 when it is silent no more
 * @property {(announcement: Announcement) => void} onAnnouncement  what it says unasked
 */

export class Client {
  /** @type {Map<number, Call>} */
  #calls = new Map();
  #lastId = 0;
  /** @type {TabsamError | null} */
  #lost = null;
  /** @type {Worker} */
  #worker;
  /** @type {Watch} */
  #watch;
  #events;

  /**
   * @param {AppWorker} first
   * @param {Events} events
   */
  constructor(first, events) {
    this.#events = events;
    this.#worker = first.worker;
    this.#watch = this.connect(first);
  }

  /**
   * Ask this worker from now on. The one before is ended.
   *
   * @param {AppWorker} next
   */
  connect({ worker, broken }) {
    if (worker !== this.#worker) this.lose('Another one has taken its place.');
    this.#lost = null;
    this.#worker = worker;
    const lose = (/** @type {string} */ details) => worker === this.#worker && this.lose(details);
    const watch = new Watch({
      ping: () => worker.postMessage({ ping: true }),
      onSilence: this.#events.onSilence,
      onDeath: lose,
    });
    worker.addEventListener('message', (/** @type {MessageEvent<AnyReply | Announcement>} */ { data }) => {
      watch.heard();
      if (!('event' in data)) this.#receive(data);
      else if (data.event === 'broken') lose(data.details);
      else this.#events.onAnnouncement(data);
    });
    worker.addEventListener('messageerror', () => lose('A message could not be read.'));
    void broken.then(lose);
    this.#watch = watch;
    return watch;
  }

  /**
   * Give the worker up: it is ended, and what it was asked fails.
   *
   * @param {string} details
   */
  lose(details) {
    if (this.#lost) return;
    this.#worker.terminate();
    this.#watch.end();
    this.#lost = new TabsamError({
      code: 'worker-lost',
      message: 'Python stopped unexpectedly.',
      hint: 'Reload the page; if it happens again, a smaller picture or model may help.',
      details,
    });
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const { reject } of calls) reject(this.#lost);
    this.#events.onLost(this.#lost, calls.map(({ method }) => method));
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
      this.#calls.set(id, { method, resolve, reject, onProgress });
      this.#watch.asked(id, method);
      this.#worker.postMessage({ id, method, params }, transfer);
    });
  }

  /** @param {AnyReply} reply */
  #receive(reply) {
    const call = this.#calls.get(reply.id);
    if (!call) return; // a late reply to a call that has already been answered, or the answer to a ping
    if (reply.progress) {
      call.onProgress?.(reply.progress);
      return;
    }
    this.#calls.delete(reply.id);
    this.#watch.answered(reply.id);
    if (reply.error) call.reject(new TabsamError(reply.error));
    else call.resolve(/** @type {never} */ (reply.result));
  }
}
