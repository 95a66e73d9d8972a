/**
 * Notices a worker that has died or is stuck: while something is asked and nothing comes, it is pinged. Python answers nothing while it
 * computes, so silence alone is no death: the person is told of it, and only what no request needs ends the worker.
 *
 * @module
 */

/** @import {Method} from '../protocol.js' */

/** Seconds of silence after which the person is told. `?patience=` on the page's address sets another. */
export const PATIENCE = Number(new URLSearchParams(location.search).get('patience')) || 15;

/** It is looked after so many times in that. Looks are counted and not seconds: a machine that has slept has not been silent. */
const LOOKS = 3;

/** So many times that long is more than any ordinary request takes, on the slowest machine; whatever is silent for longer is dead. */
const TOO_LONG = 8;

/** What may compute for minutes without a word: files of any size, and models that are being compiled. @type {Set<Method>} */
const LONG = new Set(['start', 'open', 'useModel', 'useProvider', 'addModel', 'exportSet', 'importSet', 'importFile', 'findOn', 'askAgainOn', 'openProject', 'exportObjects', 'saveProject']);

/** What may take as long as it likes: a person's own script, which they can stop. @type {Method} */
const UNBOUNDED = 'runScript';

/** So much longer than others. */
const LONGER = 5;

export class Watch {
  /** What has not been answered. @type {Map<number, Method>} */
  #asked = new Map();
  /** Looks since it was last heard of. */
  #looks = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #parts;

  /** @param {{ ping: () => void, onSilence: (seconds: number) => void, onDeath: (details: string) => void }} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {number} id @param {Method} method */
  asked(id, method) {
    this.#asked.set(id, method);
    this.#timer ??= setInterval(() => this.#look(), (PATIENCE / LOOKS) * 1000);
  }

  /** @param {number} id */
  answered(id) {
    this.#asked.delete(id);
    if (this.#asked.size === 0) this.end();
  }

  /** The worker has said something, and so lives. */
  heard() {
    const wasSilent = this.#looks > LOOKS;
    this.#looks = 0;
    if (wasSilent) this.#parts.onSilence(0);
  }

  /** No longer watch. */
  end() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.heard();
  }

  #look() {
    this.#looks++;
    const methods = [...new Set(this.#asked.values())];
    const seconds = Math.round((this.#looks / LOOKS) * PATIENCE);
    const isTooLong = this.#looks > LOOKS * TOO_LONG * (methods.some((method) => LONG.has(method)) ? LONGER : 1);
    if (isTooLong && !methods.includes(UNBOUNDED)) {
      this.#parts.onDeath(`It has been silent for ${seconds} s, asked for ${methods.join(', ')}.`);
      return;
    }
    if (this.#looks > LOOKS) this.#parts.onSilence(seconds);
    this.#parts.ping();
  }
}
