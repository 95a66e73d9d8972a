/**
 * The list of stored projects on the empty stage: to go on with one, or to delete it.
 *
 * @module
 */

import { byId, h, icon } from '../dom.js';
import { byteSize, count } from '../formatting.js';
import { shownOf } from '../state/store.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {StoredProject} from '../../protocol.js' */

/** How long a project that was deleted can be had back. Milliseconds. */
const REGRET_MS = 10_000;

/** @param {{ store: Store, actions: Actions, messages: Messages }} parts */
export function mountEarlierProjects({ store, actions, messages }) {
  const section = byId('earlier', HTMLElement);
  const list = byId('earlier-list', HTMLElement);
  /** @type {StoredProject[]} */
  let projects = [];
  /** Those that are deleted in a moment. @type {Map<string, ReturnType<typeof setTimeout>>} */
  const going = new Map();

  function draw() {
    const shown = projects.filter(({ id }) => !going.has(id));
    section.hidden = shown.length === 0;
    list.replaceChildren(...shown.map(row));
  }

  /** @param {StoredProject} project */
  function row(project) {
    const { id, name, pictures, objects, changed, bytes } = project;
    const title = pictures > 1 ? `${name} and ${count(pictures - 1, 'picture')} more` : name;
    const about = `${count(objects, 'object')} · ${day.format(changed)} · ${byteSize(bytes)}`;
    const open = h('button', { type: 'button', class: 'earlier-project' }, h('span', { class: 'earlier-name' }, title), h('span', { class: 'quiet' }, about));
    open.addEventListener('click', () => actions.goToProject(id));
    const remove = h('button', { type: 'button', class: 'tool', 'aria-label': `Delete ${title}`, title: `Delete ${title}` }, icon('trash-2'));
    remove.addEventListener('click', () => letGo(project, title));
    return h('li', {}, open, remove);
  }

  /** @param {StoredProject} project @param {string} title */
  function letGo({ id }, title) {
    const end = async () => {
      messages.unsay('deleted');
      try {
        projects = await actions.removeProject(id);
      } catch (thrown) {
        messages.report('deleted', thrown);
      }
      going.delete(id);
      draw();
    };
    going.set(id, setTimeout(() => void end(), REGRET_MS));
    const bringBack = () => {
      clearTimeout(going.get(id));
      going.delete(id);
      draw();
    };
    messages.say({ topic: 'deleted', tone: 'notice', text: `Deleted ${title}.`, hint: '', action: { label: 'Undo', run: bringBack } });
    draw();
    byId('welcome-open', HTMLButtonElement).focus();
  }

  store.subscribe((state, before) => {
    if (state.keeping === before.keeping || shownOf(state).picture || state.opening) return;
    void actions.otherProjects().then((found) => {
      projects = found;
      draw();
    }, () => {}); // without a worker there is more to say than this
  });
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
