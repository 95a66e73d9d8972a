/**
 * The list of stored projects on the empty stage: to go on with one, to name, copy, save or delete it.
 *
 * @module
 */

import { byId } from '../dom.js';
import { renameInPlace } from '../input/rename-in-place.js';
import { shownOf } from '../state/store.js';
import { createDeletedProjects } from './deleted-projects.js';
import { createProjectMenu } from './project-menu.js';
import { automaticName, createProjectRow, projectName } from './project-row.js';
import { saveProject } from './saving-project.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {StoredProject} from '../../protocol.js' */
/** @import {ProjectRow} from './project-row.js' */

/** @param {{ store: Store, actions: Actions, messages: Messages }} parts */
export function mountEarlierProjects({ store, actions, messages }) {
  const section = byId('earlier', HTMLElement);
  const list = byId('earlier-list', HTMLElement);
  const openMenu = createProjectMenu();
  const deleted = createDeletedProjects({ store, actions, messages, listed: draw });
  /** @type {Map<string, ProjectRow>} */
  let rows = new Map();
  /** @type {StoredProject[]} */
  let projects = [];

  /** What is drawn. */
  let drawn = '';

  /** @param {StoredProject[]} all */
  function draw(all) {
    const text = JSON.stringify(all.filter((one) => !one.deleted).map((one) => ({ ...one, thumbnail: one.thumbnail?.size })));
    if (text === drawn) return; // nothing moves, or is made anew, under a hand
    drawn = text;
    const focused = list.contains(document.activeElement) ? document.activeElement?.closest('li')?.dataset.project : undefined;
    const isMore = document.activeElement instanceof HTMLElement && document.activeElement.dataset.role === 'more';
    const at = projects.findIndex(({ id }) => id === focused);
    projects = all.filter((one) => !one.deleted);
    rows = new Map(projects.map((project) => [project.id, rowOf(project)]));
    section.hidden = projects.length === 0;
    list.replaceChildren(...Array.from(rows.values(), ({ row }) => row));
    if (focused === undefined) return;
    const row = rows.get(focused) ?? rows.get(projects[Math.min(at, projects.length - 1)]?.id ?? '');
    ((isMore ? row?.more : row?.open) ?? byId('welcome-open', HTMLButtonElement)).focus();
  }

  /** @param {StoredProject} project */
  function rowOf(project) {
    const made = createProjectRow(project);
    const { row, open, more } = made;
    const whatToDo = {
      open: () => actions.goToProject(project.id),
      rename: () => rename(project, open),
      duplicate: () => void change(() => actions.duplicateProject(project.id, copyName(project)), `Duplicated ${projectName(project)}.`),
      save: () => void saveProject({ actions, messages }, project),
      remove: () => void deleted.remove(project).catch((thrown) => messages.report('projects', thrown)),
    };
    const showMenu = () => openMenu(whatToDo, more.getBoundingClientRect());
    open.addEventListener('click', whatToDo.open);
    more.addEventListener('click', showMenu);
    row.addEventListener('contextmenu', (event) => {
      if (row.querySelector('input')) return;
      event.preventDefault();
      showMenu();
    });
    row.addEventListener('keydown', (event) => {
      const run = { F2: whatToDo.rename, Delete: whatToDo.remove, ArrowDown: () => step(project, 1), ArrowUp: () => step(project, -1) }[event.key];
      if (!run || event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      event.stopPropagation();
      run();
    });
    return made;
  }

  /** Focus a row nearby. @param {StoredProject} from @param {1 | -1} by */
  function step(from, by) {
    const to = projects[projects.findIndex(({ id }) => id === from.id) + by];
    rows.get(to?.id ?? '')?.open.focus();
  }

  /** @param {StoredProject} project @param {HTMLElement} open  its button */
  function rename(project, open) {
    renameInPlace(open, {
      value: project.title,
      placeholder: automaticName(project),
      label: 'Name of the project',
      keep: (title) => void change(() => actions.renameProject(project.id, title)),
    });
  }

  /** @param {StoredProject} project */
  function copyName(project) {
    const names = new Set(projects.map(projectName));
    const stem = `${projectName(project)} copy`;
    for (let number = 1; ; number++) {
      const name = number === 1 ? stem : `${stem} ${number}`;
      if (!names.has(name)) return name;
    }
  }

  /** @param {() => Promise<StoredProject[]>} run @param {string} [said] */
  async function change(run, said) {
    try {
      draw(await run());
      if (said) messages.say({ topic: 'projects', tone: 'notice', text: said, hint: '' });
    } catch (thrown) {
      messages.report('projects', thrown);
    }
  }

  const isShown = () => !shownOf(store.state).picture && !store.state.opening;

  /** Read the list, if there is no picture to work on. */
  async function show() {
    if (!isShown()) return;
    const found = await actions.otherProjects().catch(() => []); // without a worker there is more to say than this
    draw(found);
    await deleted.offer(found);
  }

  // another tab may have worked on one of them meanwhile
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && store.state.project !== null && !list.querySelector('input')) void show();
  });
  return { show };
}
