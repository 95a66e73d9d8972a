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
  /** Those that can be had back here, by their ids, and what lets other tabs offer them. @type {Map<string, { project: StoredProject, release: () => void }>} */
  const going = new Map();

  /** Have a project be offered here and in no other tab. @param {StoredProject} project @returns {Promise<boolean>}  whether it is */
  function claim(project) {
    return new Promise((resolve) => {
      void navigator.locks.request(`tabsam deleted ${project.id}`, { ifAvailable: true }, (granted) => {
        if (!granted) return resolve(false);
        return new Promise((/** @type {(value: void) => void} */ release) => {
          going.set(project.id, { project, release });
          resolve(true);
        });
      });
    });
  }

  /** They are offered no longer. @returns {string[]} */
  function letGo() {
    const ids = [...going.keys()];
    for (const { release } of going.values()) release();
    going.clear();
    return ids;
  }

  store.subscribe(({ messages: said }) => {
    if (!going.size || said.some(({ topic }) => topic === TOPIC)) return;
    queueMicrotask(end); // its button dismisses it first, and then has them back
  });

  async function end() {
    if (!going.size || store.state.messages.some(({ topic }) => topic === TOPIC)) return;
    await actions.removeDeleted(letGo()).then(listed, () => {}); // what could not be removed is offered again at the next start
  }

  function say() {
    const [first] = going.values();
    if (!first) return;
    const text = going.size > 1 ? `Deleted ${count(going.size, 'project')}.` : `Deleted ${projectName(first.project)}.`;
    messages.say({ topic: TOPIC, tone: 'notice', text, hint: '', action: { label: 'Undo', run: () => void bringBack() } });
  }

  async function bringBack() {
    try {
      for (const id of letGo()) listed(await actions.markProject(id, false));
    } catch (thrown) {
      messages.report('projects', thrown);
    }
  }

  return {
    /** @param {StoredProject} project */
    async remove(project) {
      const after = await actions.markProject(project.id, true);
      await claim(project);
      listed(after);
      say();
    },
    /** Offer those of before a reload once more, but for those that another tab offers. @param {StoredProject[]} projects */
    async offer(projects) {
      const news = projects.filter(({ id, deleted }) => deleted && !going.has(id));
      const claimed = await Promise.all(news.map(claim));
      if (claimed.includes(true)) say();
    },
  };
}
