/**
 * `node compile.mjs PYODIDE FOLDER ARCHIVE...`: has Pyodide compile the Python sources in each archive of a folder, in place.
 *
 * @module
 */

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [pyodide, folder, ...archives] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(pyodide).href);
const python = await loadPyodide();
python.mountNodeFS('/archives', folder);
python.FS.writeFile('/home/pyodide/compile_archive.py', readFileSync(new URL('compile_archive.py', import.meta.url)));
const { compile_archive: compileArchive } = python.pyimport('compile_archive');
for (const archive of archives) compileArchive(`/archives/${archive}`);
