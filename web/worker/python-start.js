/**
 * The one Python of this worker: started when it is first wanted, and what waits for it.
 *
 * @module
 */

import { failure } from '../errors.js';
import { startPython } from './python.js';

/**
 * @typedef {import('./python.js').Python} Python
 * @typedef {import('../protocol.js').Progress} Progress
 */

/** @type {Promise<Python> | undefined} */
let python;

/** Gives up the pictures that wait for Python to start. */
let waiting = new AbortController();

/** @param {(progress: Progress) => void} onProgress @returns {Promise<Python>} */
export function pythonStarts(onProgress) {
  python ??= startPython((message) => onProgress({ stage: 'python', message })).catch((error) => {
    python = undefined; // a failed start is forgotten, so that another try is a real one
    throw error;
  });
  return python;
}

/** Give up the pictures that wait for Python to start. */
export function giveUpWaiting() {
  waiting.abort();
  waiting = new AbortController();
}

/**
 * Python can give up a picture; until it runs, somebody else must.
 *
 * @param {Promise<Python>} starting
 * @returns {Promise<Python>}
 */
export function unlessGivenUp(starting) {
  const { signal } = waiting;
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(failure('cancelled', 'Opening the picture was cancelled.', ''));
    signal.addEventListener('abort', giveUp);
    starting.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
