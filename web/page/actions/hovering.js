/**
 * The preview of what a click would give, under a pointer that rests.
 *
 * @module
 */

import { shownOf } from '../state/store.js';
import { createNewestWins } from './newest-wins.js';

/** @import {Messages} from '../bars/messages.js' */
/** @import {Client} from '../client.js' */
/** @import {Store} from '../state/store.js' */

/** Slower than this a preview under the pointer comes too late to be of use. Milliseconds. */
const HOVER_LIMIT = 250;
/** Once may be something else that the machine did; so many times in a row are the model's own. */
const HOVER_PATIENCE = 3;

/** @param {{ client: Client, store: Store, messages: Messages }} parts */
export function createHovering({ client, store, messages }) {
  const newest = createNewestWins();
  /** Where the pointer is, for as long as a preview is wanted there. @type {{ x: number, y: number } | null} */
  let wanted = null;
  /** How many previews in a row took too long. */
  let slow = 0;

  return {
    /**
     * Show what a click there would give.
     *
     * @param {{ x: number, y: number } | null} spot  image pixels; null when the pointer has left
     * @returns {Promise<void>}
     */
    hover(spot) {
      const { hovering, hover, opening, view } = store.state;
      if (!hovering || opening || !view.image || !spot) {
        wanted = null;
        if (hover) store.update({ hover: null });
        return Promise.resolve();
      }
      wanted = spot;
      // What is shown foretells the answer that is under way: it stays until that comes.
      if (store.state.busy) return Promise.resolve();
      const { picture } = shownOf(store.state);
      const ask = async () => {
        const asked = store.state.view.revision;
        const shown = await client.call('hover', spot).catch(() => null);
        if (store.state.view.revision !== asked || store.state.busy || !wanted) return;
        store.update({ hover: shown && { ...spot, outline: shown.outline } });
        if (shown?.decode) slow = shown.decode > HOVER_LIMIT ? slow + 1 : 0;
        if (slow >= HOVER_PATIENCE) {
          slow = 0;
          store.update({ hovering: false, hover: null });
          messages.say({ topic: 'hover', tone: 'notice', text: 'The preview under the pointer is off:', hint: 'this model is too slow for it here.' });
        }
      };
      return newest('hover', ask, () => picture === shownOf(store.state).picture);
    },

    /** @param {boolean} on */
    setHovering(on) {
      store.update({ hovering: on, hover: null });
      messages.unsay('hover');
    },
  };
}
