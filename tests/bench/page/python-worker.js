/**
 * Pyodide: bare, to see how long it takes to start, and with tabsam in it, to time parts of it that no page can see.
 *
 * @module
 */

import { loadPyodide } from '../vendor/pyodide/pyodide.mjs';
import { answering } from './answering.js';

/** Pyodide as it comes, and the site's, which is the same with its Python compiled beforehand. */
const INDEX = { stock: new URL('./pyodide/', import.meta.url).href, site: new URL('../vendor/pyodide/', import.meta.url).href };

/** @typedef {{ index: 'stock' | 'site', packages: string[], imports: string }} Start  */

/** @type {Awaited<ReturnType<typeof loadPyodide>>} */
let pyodide;

/** An engine whose model takes no time: whatever is asked for is there, as a handle. */
const engine = {
  /** @param {string} _op @param {string} json */
  async askPacked(_op, json) {
    /** @type {string[]} */
    const outputs = JSON.parse(json).outputs;
    return { json: JSON.stringify(Object.fromEntries(outputs.map((name, i) => [name, { handle: i + 1 }]))), buffers: [] };
  },
  tell() {},
};

answering({
  /**
   * @param {Start} params
   * @returns {Promise<{ loaded: number, imported: number }>}  milliseconds from the start, both
   */
  async start({ index, packages, imports }) {
    const start = performance.now();
    pyodide = await loadPyodide({ indexURL: INDEX[index], packages });
    const loaded = performance.now() - start;
    pyodide.runPython(imports);
    return { loaded, imported: performance.now() - start };
  },

  /**
   * Time in_page.py's `measure`.
   *
   * @param {{ specs: object, picture: string, repeats: number }} params
   * @returns {Promise<object>}
   */
  async measure({ specs, picture, repeats }) {
    const code = await (await fetch(new URL('./in_page.py', import.meta.url))).text();
    pyodide.FS.writeFile('/home/pyodide/in_page.py', code);
    const bytes = new Uint8Array(await (await fetch(new URL(picture, import.meta.url))).arrayBuffer());
    const measure = pyodide.pyimport('in_page').measure;
    return JSON.parse(await measure(engine, JSON.stringify(specs), bytes, repeats));
  },
});
