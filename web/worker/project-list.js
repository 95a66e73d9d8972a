/**
 * The other projects that are stored in this browser: what the start page does with them without opening any.
 *
 * @module
 */

import { failure } from '../errors.js';
import { newId } from '../new-id.js';
import { dropEncoded } from '../storage/encoded-picture.js';
import { duplicateProject, listProjects, markProject, readProject, removeDeleted, renameProject } from '../storage/projects.js';
import { exportOther } from './data-sets.js';
import { projectId, restored } from './keeping.js';

/** @import {Python} from './python.js' */
/** @import {Methods, Progress, StoredProject} from '../protocol.js' */

/** @returns {Promise<StoredProject[]>}  without the one that is open */
export async function otherProjects() {
  await restored();
  try {
    return (await listProjects()).filter(({ id }) => id !== projectId());
  } catch {
    return []; // no storage, no projects
  }
}

/**
 * Do something with a project, and list them again.
 *
 * @param {() => Promise<void>} run
 * @returns {Promise<StoredProject[]>}
 */
async function andList(run) {
  try {
    await run();
  } catch (error) {
    throw readable(error);
  }
  return otherProjects();
}

/** @param {Methods['markProject']['params']} wish */
export const mark = ({ id, deleted }) =>
  andList(async () => {
    if (!(await markProject(id, deleted))) throw failure('project-elsewhere', 'This project is open in another tab.', 'Close it there first.');
  });

/** @param {Methods['removeDeleted']['params']} wish */
export const remove = ({ ids }) =>
  andList(async () => {
    await removeDeleted(ids);
    await dropEncoded(); // it may be of one of their pictures
  });

/** @param {Methods['renameProject']['params']} wish */
export const rename = ({ id, title }) => andList(() => renameProject(id, title));

/** @param {Methods['duplicateProject']['params']} wish */
export const duplicate = ({ id, title }) => andList(() => duplicateProject(id, newId(), title));

/**
 * Write a project as a file, without opening it.
 *
 * @param {Python} python
 * @param {Methods['exportProject']['params']} wish
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<Methods['exportProject']['result']>}
 */
export async function exportProject(python, { id, name }, onProgress) {
  try {
    return await exportOther(python, await readProject(id), name, onProgress);
  } catch (error) {
    throw readable(error);
  }
}

/** @param {unknown} error */
function readable(error) {
  if (!(error instanceof DOMException)) return error;
  if (error.name === 'QuotaExceededError') return failure('disk-full', 'The disk is full: there is no room for a copy.', 'Delete what you no longer need, and try again.', error);
  return failure('project-gone', 'This project cannot be read.', 'Another tab may have deleted it; reload the page.', error);
}
