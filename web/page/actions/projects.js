/**
 * The project that this tab works on: brought back at the start, stored while one works, left for another one. Another project is another
 * start of the page: all of this one is stored.
 *
 * @module
 */

import { recall, remember } from '../state/preferences.js';

/** @import {Client} from '../client.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Keeping, RestoredProject} from '../../protocol.js' */
/** @import {Store} from '../state/store.js' */

/** In the session's storage: the project is to be taken from the tab that has it. */
const TAKE_OVER = 'tabsam.take-over';

/** What is said when the work is no longer stored. @type {Record<Exclude<Keeping['reason'], ''>, { text: string, hint: string }>} */
const NOT_KEPT = {
  full: { text: 'The disk is full: what you do from now on is in this tab only.', hint: 'Make room, or save a project file before you close the tab.' },
  unavailable: { text: 'This browser gives the page no storage: your work is in this tab only.', hint: 'Save a project file before you close the tab.' },
  taken: { text: 'Another tab has taken this project over: what you do here is in this tab only.', hint: 'Go on there, or take it back.' },
  cleared: { text: 'What the browser had stored for this page has been cleared: your work is in this tab only.', hint: 'It is stored again as you go on. Save a project file to be safe.' },
  failed: { text: 'Your work can no longer be stored: what you do from now on is in this tab only.', hint: 'Save a project file before you close the tab.' },
};

/** @param {{ client: Client, store: Store, messages: Messages }} parts */
export function createProjects({ client, store, messages }) {
  /** @param {string | null} id @param {boolean} [takeOver] */
  async function goTo(id, takeOver = false) {
    await client.call('settleProject', {}).catch(() => {}); // what cannot be settled has been said
    remember('tabsam.project', id);
    if (takeOver) sessionStorage.setItem(TAKE_OVER, 'yes');
    location.reload();
  }

  /** @param {Keeping} keeping */
  function sayKeeping({ status, reason }) {
    if (status === 'kept' || reason === '') {
      messages.unsay('keeping');
      return;
    }
    const id = store.state.project;
    const action = reason === 'taken' && id ? { action: { label: 'Take it back', run: () => void goTo(id, true) } } : {};
    messages.say({ topic: 'keeping', tone: 'error', code: `not-kept-${reason}`, ...NOT_KEPT[reason], ...action });
  }

  return {
    /**
     * Bring back the project of the last visit, or begin one.
     *
     * @param {boolean} afresh  begin one
     * @returns {Promise<RestoredProject | null>}  null where Python does not start: that is said elsewhere
     */
    async openProject(afresh) {
      const wished = afresh ? null : recall('tabsam.project');
      const takeOver = taken();
      const restored = await client.call('openProject', { project: wished, takeOver }).catch(() => null);
      if (!restored) return null;
      const { id, keeping, elsewhere, failure } = restored;
      store.update({ project: id, keeping });
      if (!elsewhere) remember('tabsam.project', id);
      else if (wished) {
        const action = { label: 'Take it over', run: () => void goTo(wished, true) };
        const hint = 'This tab begins a new project.';
        messages.say({ topic: 'keeping', tone: 'notice', text: 'The project you were in is open in another tab.', hint, action });
      }
      if (failure) messages.say({ topic: 'restored', tone: 'error', text: failure.message, hint: failure.hint, code: failure.code });
      return restored;
    },
    /**
     * Have a worker that has just started go on where the one before ended.
     *
     * @param {ArrayBuffer} journal  what is not stored, empty where all of it is
     */
    async bringBack(journal) {
      const project = store.state.keeping.reason === 'taken' ? null : store.state.project;
      const restored = await client.call('openProject', { project, takeOver: false, journal }, { transfer: [journal] }).catch(() => null);
      if (restored) store.update({ project: restored.id, keeping: restored.keeping });
    },
    /** The worker says so unasked. @param {Keeping} keeping */
    keepingChanged(keeping) {
      store.update({ keeping });
      sayKeeping(keeping);
    },
    sayKeeping: () => sayKeeping(store.state.keeping),
    /** @param {string | null} id  null begins one */
    goToProject: (id) => void goTo(id),
    /** Start the page again, on the same project. */
    startAgain: () => void goTo(store.state.project ?? recall('tabsam.project')),
    otherProjects: () => client.call('otherProjects', {}),
    /** @param {string} id */
    removeProject: (id) => client.call('removeProject', { id }),
  };
}

/** Whether the page was told to take the project over, once. */
function taken() {
  try {
    const wish = sessionStorage.getItem(TAKE_OVER) !== null;
    sessionStorage.removeItem(TAKE_OVER);
    return wish;
  } catch {
    return false;
  }
}
