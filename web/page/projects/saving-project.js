/**
 * Saves a project of the list as a file, without opening it.
 *
 * @module
 */

import { count } from '../formatting.js';
import { projectName } from './project-row.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {StoredProject} from '../../protocol.js' */

const TOPIC = 'save-project';

/** @param {{ actions: Actions, messages: Messages }} parts @param {StoredProject} project */
export async function saveProject({ actions, messages }, project) {
  const name = `${projectName(project).replaceAll(/[^\p{L}\p{N} ._()+,-]+/gu, '-')}.tabsam`;
  const stop = new AbortController();
  const action = { label: 'Cancel', run: () => stop.abort() };
  messages.say({ topic: TOPIC, tone: 'notice', text: `Writing ${name}`, hint: `${count(project.pictures, 'picture')}.`, action, stays: true });
  try {
    const { file, notes } = await actions.exportProject(project.id, name, stop.signal);
    if (file) actions.download(file);
    messages.say({ topic: TOPIC, tone: 'notice', text: `${name} is saved.`, hint: notes.join(' ') });
  } catch (thrown) {
    messages.unsay(TOPIC);
    messages.report(TOPIC, thrown);
  }
}
