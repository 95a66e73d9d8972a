/**
 * The app worker. The head loads this module on its own: the worker and what it needs are fetched while the page's other modules are.
 *
 * @module
 */

export const worker = new Worker(new URL('../worker/main.js', import.meta.url), { type: 'module' });

/** Why the worker broke, in words for a bug report; it may do so before anybody else listens. @type {Promise<string>} */
export const broken = new Promise((resolve) => {
  worker.addEventListener('error', ({ message, filename, lineno }) => {
    resolve(message ? `${message} (${filename}:${lineno})` : 'The worker could not be loaded.');
  });
});
