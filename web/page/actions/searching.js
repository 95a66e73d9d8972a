/**
 * The search for everything in the picture, and what becomes of its finds.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { createChange } from './changing.js';
import { createNewestWins } from './newest-wins.js';

/** @import {Messages} from '../bars/messages.js' */
/** @import {Client} from '../client.js' */
/** @import {Search, Store} from '../state/store.js' */
/** @import {SearchOptions, Thresholds} from '../../protocol.js' */
/** @import {Sending} from './sending.js' */

/** @param {{ client: Client, store: Store, messages: Messages, sending: Sending, settled: () => Promise<void> }} parts */
export function createSearching({ client, store, messages, sending, settled }) {
  const newest = createNewestWins();
  /** Of the search that is shown; an older one that is still ending must not be. */
  let search = 0;

  /** @param {Partial<Search>} patch */
  const update = (patch) => store.update({ search: { ...store.state.search, ...patch } });

  const change = createChange({ client, store, sending, settled });

  /** The search that goes on. @type {Promise<unknown>} */
  let ending = Promise.resolve();

  /**
   * What is done with finds before the search has ended is done then: it knows them by the same numbers.
   *
   * @param {'takeFound' | 'rejectFound'} method
   * @param {number[]} numbers
   */
  async function dealWith(method, numbers) {
    const { running } = store.state.search;
    if (running) {
      update({ running: { ...running, finds: running.finds.filter(({ number }) => !numbers.includes(number)) } });
      const isSamePicture = sending.untilNextPicture();
      await ending;
      if (!isSamePicture()) return;
    }
    await change(method, { numbers });
  }

  return {
    /** Show what was found, or nothing of it; it stays the picture's. @param {boolean} open */
    showFound: (open) => update({ open }),

    /**
     * Look for everything in the picture; the finds appear as they come.
     *
     * @param {SearchOptions} options
     */
    async findAll(options) {
      if (store.state.opening) await settled();
      const mine = ++search;
      const isSamePicture = sending.untilNextPicture();
      update({ open: true, running: { done: 0, of: 0, finds: [] } });
      try {
        const searching = client.call('findAll', options, {
          onProgress({ loaded = 0, total = 0, found: news = [] }) {
            const { running } = store.state.search;
            if (mine !== search || !running) return;
            const finds = news.length ? [...running.finds, ...news] : running.finds; // the same list is not drawn again
            update({ running: { done: loaded, of: total, finds } });
          },
        });
        ending = searching.catch(() => {});
        const view = await searching;
        if (isSamePicture()) sending.takeOver(view);
      } catch (thrown) {
        const error = TabsamError.from(thrown);
        if (error.code !== 'cancelled') messages.report('find', error);
        throw error;
      } finally {
        if (mine === search) update({ running: null });
      }
    },
    /** What has been found stays. */
    stopFinding: () => client.call('stopFinding', {}),
    /** Show what passes other thresholds. @param {Thresholds} thresholds */
    filterFound(thresholds) {
      const goesOn = sending.untilNextPicture();
      return newest('filter', () => change('filterFound', thresholds), goesOn);
    },
    /** Make objects of finds. @param {number[]} numbers */
    takeFound: (numbers) => dealWith('takeFound', numbers),
    /** @param {number[]} numbers */
    rejectFound: (numbers) => dealWith('rejectFound', numbers),
    /** Throw away what was found. */
    dropFound: () => change('dropFound', {}),
  };
}
