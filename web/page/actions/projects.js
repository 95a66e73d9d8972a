/**
 * The project that this tab works on: brought back at the start, stored while one works, left for another one. Another project is another
 * start of the page: all of this one is stored.
 *
 * @module
 */

import { recall, remember } from '../state/preferences.js';

/** @import {Client} from '../client.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Keeping, RestoredProject, ShownPart, ShownTone} from '../../protocol.js' */
/** @import {Store} from '../state/store.js' */

/** In the session's storage: the project is to be taken from the tab that has it; or, as long as that has it, to be looked at. */
const TAKE_OVER = 'tabsam.take-over';
const LOOK = 'tabsam.look';

/** What is said when the work is no longer stored. @type {Record<Exclude<Keeping['reason'], '' | 'looking'>, { text: string, hint: string }>} */
const NOT_KEPT = {
  full: { text: 'The disk is full: what you do from now on is in this tab only.', hint: 'Make room, or save a project file before you close the tab.' },
  unavailable: { text: 'This browser gives the page no storage: your work is in this tab only.', hint: 'Save a project file before you close the tab.' },
  taken: { text: 'Another tab has taken this project over: what you do here is in this tab only.', hint: 'Go on there, or take it back.' },
  cleared: { text: 'What the browser had stored for this page has been cleared: your work is in this tab only.', hint: 'It is stored again as you go on. Save a project file to be safe.' },
  failed: { text: 'Your work can no longer be stored: what you do from now on is in this tab only.', hint: 'Save a project file before you close the tab.' },
};

/** @param {{ client: Client, store: Store, messages: Messages, saveAll: () => Promise<void> }} parts  `saveAll` saves all pictures as one file */
export function createProjects({ client, store, messages, saveAll }) {
  /** @param {string | null} id @param {'take over' | 'look'} [how]  where another tab has it */
  async function goTo(id, how) {
    await client.call('settleProject', {}).catch(() => {}); // what cannot be settled has been said
    remember('tabsam.project', id);
    wish(TAKE_OVER, how === 'take over' ? id : null);
    wish(LOOK, how === 'look' ? id : null);
    location.reload();
  }

  /** @param {Keeping} keeping */
  function sayKeeping({ status, reason }) {
    if (status === 'kept' || reason === '' || reason === 'looking') {
      messages.unsay('keeping');
      return;
    }
    const id = store.state.project;
    const save = { label: 'Save a project file', run: () => void saveAll() };
    const takeBack = reason === 'taken' && id ? { label: 'Take it back', run: () => void goTo(id, 'take over') } : null;
    const ways = takeBack ? { action: takeBack, other: save } : { action: save };
    messages.say({ topic: 'keeping', tone: 'error', code: `not-kept-${reason}`, ...NOT_KEPT[reason], ...ways });
  }

  return {
    /**
     * Bring back the project of the last visit, or begin one.
     *
     * @param {boolean} afresh  begin one
     * @returns {Promise<RestoredProject | null>}  null where Python does not start: that is said elsewhere
     */
    async openProject(afresh) {
      const looksAt = afresh ? null : wishOf(LOOK);
      const wished = afresh ? null : (looksAt ?? recall('tabsam.project'));
      const takeOver = wishOf(TAKE_OVER) !== null;
      wish(TAKE_OVER, null);
      const restored = await client.call('openProject', { project: wished, takeOver, look: looksAt !== null }).catch(() => null);
      if (!restored) return null;
      const { id, keeping, elsewhere, failure } = restored;
      store.update({ project: id, keeping });
      if (!elsewhere) {
        remember('tabsam.project', id);
        wish(LOOK, null); // the other tab is gone: it is this one's
      } else if (wished && keeping.reason !== 'looking') {
        const action = { label: 'Take it over', run: () => void goTo(wished, 'take over') };
        const other = { label: 'Look at it', run: () => void goTo(wished, 'look') };
        const hint = 'This tab begins a new project.';
        messages.say({ topic: 'keeping', tone: 'notice', text: 'The project you were in is open in another tab.', hint, action, other });
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
      const restored = await client.call('openProject', { project, takeOver: false, look: store.state.keeping.reason === 'looking', journal }, { transfer: [journal] }).catch(() => null);
      if (restored) store.update({ project: restored.id, keeping: restored.keeping });
    },
    /** The worker says so unasked. @param {Keeping} keeping */
    keepingChanged(keeping) {
      store.update({ keeping });
      sayKeeping(keeping);
      // what was cleared and is stored again is found by the next start, too
      if (keeping.status === 'kept' && recall('tabsam.project') === null) remember('tabsam.project', store.state.project);
    },
    sayKeeping: () => sayKeeping(store.state.keeping),
    /** @param {string | null} id  null begins one */
    goToProject: (id) => void goTo(id),
    /** Have the project that is looked at, which another tab then has no longer. */
    takeOver: () => void goTo(store.state.project, 'take over'),
    /** See what the other tab has kept meanwhile. */
    lookAgain: () => void goTo(store.state.project, 'look'),
    /** Start the page again, on the same project. */
    startAgain: () => void goTo(store.state.project ?? recall('tabsam.project')),
    /** What is seen of the open picture. @param {ShownPart | null} part */
    notePart: (part) => void client.call('noteSession', { part }).catch(() => {}), // a lost worker is said elsewhere
    /** How bright pictures are seen. @param {ShownTone | null} tone */
    noteTone: (tone) => void client.call('noteSession', { tone }).catch(() => {}), // as above
    otherProjects: () => client.call('otherProjects', {}),
    /** @param {string} id @param {boolean} deleted */
    markProject: (id, deleted) => client.call('markProject', { id, deleted }),
    /** @param {string[]} ids  those that are still deleted go for good */
    removeDeleted: (ids) => client.call('removeDeleted', { ids }),
    /** @param {string} id @param {string} title */
    renameProject: (id, title) => client.call('renameProject', { id, title }),
    /** @param {string} id @param {string} title  the copy's */
    duplicateProject: (id, title) => client.call('duplicateProject', { id, title }),
    /** @param {string} id @param {string} name  the file's @param {AbortSignal} signal */
    exportProject(id, name, signal) {
      signal.addEventListener('abort', () => void client.call('stopSet', {}).catch(() => {}));
      return client.call('exportProject', { id, name });
    },
    /** @param {string} of  what it shows @param {Blob} file */
    keepThumbnail: (of, file) => client.call('keepThumbnail', { of, file }),
  };
}

/** What was wished for before the page was started again. @param {string} name @returns {string | null} */
function wishOf(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string | null} id  null for no wish */
function wish(name, id) {
  try {
    if (id === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, id);
  } catch {
    // without it the page starts as if nothing had been wished
  }
}
