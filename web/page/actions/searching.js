/**
 * The search for everything in the picture.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';

/** @import {Messages} from '../bars/messages.js' */
/** @import {Client} from '../client.js' */
/** @import {Store} from '../state/store.js' */
/** @import {SearchOptions} from '../../protocol.js' */

/** @param {{ client: Client, store: Store, messages: Messages, take: (numbers: number[]) => Promise<void> }} parts  `take` makes objects of finds */
export function createSearching({ client, store, messages, take }) {
  /** Of the search that is shown; an older one that is still ending must not be. */
  let search = 0;

  return {
    /**
     * Look for everything in the picture; the finds appear as they come.
     *
     * @param {SearchOptions} options
     */
    async findAll(options) {
      const mine = ++search;
      store.update({ search: { running: true, done: 0, of: 0, finds: [] } });
      try {
        const { found } = await client.call('findAll', options, {
          onProgress({ loaded = 0, total = 0, found: news = [] }) {
            const { search: shown } = store.state;
            if (mine !== search || !shown) return;
            const finds = news.length ? [...shown.finds, ...news] : shown.finds; // the same list is not drawn again
            store.update({ search: { ...shown, done: loaded, of: total, finds } });
          },
        });
        if (mine === search && store.state.search) store.update({ search: { ...store.state.search, running: false, finds: found } });
      } catch (thrown) {
        const error = TabsamError.from(thrown);
        const { search: shown } = store.state;
        if (mine === search && shown) store.update({ search: shown.finds.length ? { ...shown, running: false } : null });
        if (error.code !== 'cancelled') {
          messages.report('find', error);
          throw error;
        }
      }
    },
    /** What has been found stays. */
    stopFinding: () => client.call('stopFinding', {}),
    /** @param {number[]} numbers */
    async takeFound(numbers) {
      await take(numbers);
      const { search: shown } = store.state;
      if (shown) store.update({ search: { ...shown, finds: shown.finds.filter(({ number }) => !numbers.includes(number)) } });
    },
    dropFound() {
      search++;
      if (store.state.search?.running) void client.call('stopFinding', {}).catch(() => {});
      store.update({ search: null });
    },
  };
}
