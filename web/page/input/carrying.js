/**
 * Carries objects over to the next picture of the list, as a series or a stack has them again and again. They are selected there, so that
 * the same key carries them on.
 *
 * @module
 */

import { quietly } from '../actions/actions.js';
import { count } from '../formatting.js';
import { selectedIds } from '../state/store.js';
import { arriveAt } from './picture-queue.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */

/**
 * @param {{ store: Store, actions: Actions, messages: Messages }} parts
 * @param {'objects' | 'prompts' | 'masks'} as
 */
export async function carryOn({ store, actions, messages }, as) {
  const { queue, view } = store.state;
  const from = view.image?.key;
  const selected = selectedIds(store.state);
  const ids = selected.length ? [...selected] : view.objects.list.filter(({ visible }) => visible).map(({ id }) => id);
  if (!queue || !from || !ids.length) return;
  messages.unsay('carry');
  quietly(
    arriveAt({ store, actions }, queue.at + 1).then(async () => {
      const lost = await actions.carryOver({ from, ids, as });
      const text = `${lost} of ${count(ids.length, 'object')} ${lost === 1 ? 'was' : 'were'} left out.`;
      if (lost) messages.say({ topic: 'carry', tone: 'notice', text, hint: 'There is nothing of them on this picture.' });
    }),
  );
}
