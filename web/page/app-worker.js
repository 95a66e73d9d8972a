/**
 * The app worker. The head loads this module on its own: the worker and what it needs are fetched while the page's other modules are.
 *
 * @module
 */

/**
 * @typedef {{ worker: Worker, broken: Promise<string> }} AppWorker
 *   `broken` resolves to why the worker could not be loaded, in words for a bug report; it may do so before anybody else listens.
 */

/** @returns {AppWorker} */
export function startWorker() {
  const worker = new Worker(new URL('../worker/main.js', import.meta.url), { type: 'module' });
  const broken = new Promise((resolve) => {
    let loaded = false;
    worker.addEventListener('message', () => (loaded = true));
    worker.addEventListener('error', ({ message, filename, lineno }) => {
      // once it has said something it is there, and an error in it that nobody caught does not end it: it reports that itself
      if (!loaded) resolve(message ? `${message} (${filename}:${lineno})` : 'The worker could not be loaded.');
    });
  });
  return { worker, broken };
}

/** The one that the page begins with. */
export const first = startWorker();
