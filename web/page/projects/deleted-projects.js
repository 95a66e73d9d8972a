/**
 * Projects that were just deleted: they are had back as long as this is said, also after a reload, and are gone for good when it is not.
 *
 * @module
 */

import { count } from '../formatting.js';
import { projectName } from './project-row.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {StoredProject} from '../../protocol.js' */

const TOPIC = 'deleted';

/**
 * @param {{ store: Store, actions: Actions, messages: Messages, listed: (projects: StoredProject[]) => void }} parts
 *   `listed` is told the projects that there are after each change
 */
export function createDeletedProjects({ store, actions, messages, listed }) {
  /** Those that can be had back, by their ids. @type {Map<string, StoredProject>} */
  const going = new Map();

  store.subscribe(({ messages: said }) => {
    if (!going.size || said.some(({ topic }) => topic === TOPIC)) return;
    queueMicrotask(end); // its button dismisses it first, and then has them back
  });

  async function end() {
    if (!going.size || store.state.messages.some(({ topic }) => topic === TOPIC)) return;
    const ids = [...going.keys()];
    going.clear();
    await actions.removeDeleted(ids).then(listed, () => {}); // what could not be removed is offered again at the next start
  }

  function say() {
    const [first] = going.values();
    if (!first) return;
    const text = going.size > 1 ? `Deleted ${count(going.size, 'project')}.` : `Deleted ${projectName(first)}.`;
    messages.say({ topic: TOPIC, tone: 'notice', text, hint: '', action: { label: 'Undo', run: () => void bringBack() } });
  }

  async function bringBack() {
    const ids = [...going.keys()];
    going.clear();
    try {
      for (const id of ids) listed(await actions.markProject(id, false));
    } catch (thrown) {
      messages.report('projects', thrown);
    }
  }

  return {
    /** @param {StoredProject} project */
    async remove(project) {
      const after = await actions.markProject(project.id, true);
      going.set(project.id, project);
      listed(after);
      say();
    },
    /** Offer those of before a reload once more. @param {StoredProject[]} projects */
    offer(projects) {
      const news = projects.filter(({ id, deleted }) => deleted && !going.has(id));
      for (const one of news) going.set(one.id, one);
      if (news.length) say();
    },
  };
}
