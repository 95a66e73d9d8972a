/**
 * What can be done with all objects that are selected, where they are several. The first one stands for them: its name is in the words.
 *
 * @module
 */

import { quietly } from '../../actions/actions.js';
import { byId } from '../../dom.js';
import { count, objectName } from '../../formatting.js';
import { selectedOf, shownOf } from '../../state/store.js';

/** @import {Actions} from '../../actions/actions.js' */
/** @import {Store} from '../../state/store.js' */

/** @param {{ store: Store, actions: Actions }} parts */
export function mountManyObjects({ store, actions }) {
  const part = byId('many', HTMLElement);
  const merge = byId('many-merge', HTMLButtonElement);
  const subtract = byId('many-subtract', HTMLButtonElement);
  const hide = byId('many-hide', HTMLButtonElement);
  const lock = byId('many-lock', HTMLButtonElement);
  const remove = byId('many-delete', HTMLButtonElement);
  const said = byId('many-said', HTMLElement);
  const stage = byId('stage', HTMLElement);

  const anyVisible = () => selectedOf(store.state).some(({ visible }) => visible);
  const anyOpen = () => selectedOf(store.state).some(({ locked }) => !locked);
  /** @param {HTMLButtonElement} button @param {() => Promise<unknown>} act */
  const does = (button, act) => button.addEventListener('click', () => quietly(act()));
  does(merge, actions.mergeSelected);
  does(subtract, actions.subtractSelected);
  does(hide, () => actions.changeSelected({ visible: !anyVisible() }));
  does(lock, () => actions.changeSelected({ locked: anyOpen() }));
  does(remove, actions.removeSelected);

  store.subscribe((state, before) => {
    const { view } = shownOf(state);
    if (state !== before && view.objects === shownOf(before).view.objects && view.selected === shownOf(before).view.selected) return;
    const selected = selectedOf(state);
    const [first] = selected;
    const hadFocus = part.contains(document.activeElement);
    part.hidden = selected.length < 2;
    if (part.hidden && hadFocus) stage.focus({ preventScroll: true });
    if (!first || part.hidden) return;
    const name = objectName(first, view.objects.categories);
    const locked = selected.filter((one) => one.locked).length;
    merge.textContent = `Merge into ${name}`;
    subtract.textContent = `Subtract from ${name}`;
    merge.disabled = first.locked || selected.length - locked < 2;
    subtract.disabled = first.locked;
    hide.textContent = anyVisible() ? 'Hide' : 'Show';
    lock.textContent = anyOpen() ? 'Lock' : 'Unlock';
    remove.disabled = locked === selected.length;
    said.textContent = locked ? `${count(locked, 'locked object')} will be left as ${locked === 1 ? 'it is' : 'they are'}.` : '';
  });
}
