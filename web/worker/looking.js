/**
 * What may be asked about a project that another tab has, and that is only looked at here: whatever changes nothing.
 *
 * @module
 */

import { failure } from '../errors.js';
import { PYTHON_METHODS } from '../protocol.js';

/** @import {Method} from '../protocol.js' */

/** Of Python's methods; `noteSession` stores nothing here. @type {ReadonlySet<string>} */
const READS = new Set([
  'open', 'cancel', 'state', 'prepare', 'noteSession', 'works', 'hover', 'thumbnail', 'mask', 'contours', 'export', 'selectObjects',
  'previewShape', 'stopFinding', 'filterFound', 'measure', 'exportMeasures', 'formats', 'fidelity', 'exportObjects', 'cutOut', 'saveProject', 'setFormats',
  'setEdges', 'setTidy', 'singleMask', 'feedBack',
]);

/** @type {readonly string[]} */
const PYTHONS = PYTHON_METHODS;

/**
 * @param {Method} method
 * @throws {import('../errors.js').TabsamError} looking
 */
export function refuseToChange(method) {
  const changes = PYTHONS.includes(method) ? !READS.has(method) : method === 'importSet';
  if (changes) throw failure('looking', 'Nothing can be changed here: another tab has this project.', 'Take it over to go on with it.');
}
