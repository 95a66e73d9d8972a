/**
 * A worker's end of `ask` (client.js).
 *
 * @module
 */

/** @param {Record<string, (params: any) => Promise<unknown>>} methods */
export function answering(methods) {
  globalThis.addEventListener('message', async (/** @type {MessageEvent} */ { data: { id, method, params } }) => {
    try {
      globalThis.postMessage({ id, result: await methods[method]?.(params) });
    } catch (error) {
      globalThis.postMessage({ id, error: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) });
    }
  });
}
