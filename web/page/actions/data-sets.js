/**
 * All pictures of the list as one data set, and data sets that come in.
 *
 * @module
 */

import { cancelled } from '../client.js';
import { fileOf, pageOf } from '../input/listed-picture.js';
import { download } from './downloads.js';

/** @import {Client} from '../client.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {ListedPicture, Store} from '../state/store.js' */
/** @import {BroughtPicture, Progress, SetAnswer, SetOutcome} from '../../protocol.js' */
/** @import {Sending} from './sending.js' */

/**
 * @typedef {{ format: string, withPictures: boolean, valShare: number, seed: number }} SetOptions  `valShare` from 0 to 1
 * @typedef {{ path: string, file: File }} GivenFile  its `path` is below what was dropped
 * @typedef {{ answers: SetAnswer[], format: string }} Answered  all that has been asked before
 */

/** @param {{ client: Client, store: Store, messages: Messages, sending: Sending, settled: () => Promise<void> }} parts */
export function createDataSets({ client, store, messages, sending, settled }) {
  /** The listed pictures with their files, as far as these can be had. @param {AbortSignal} signal */
  function listed(signal) {
    /** Pages of one file share it. @type {Map<string, Promise<Blob | null>>} */
    const files = new Map();
    function sharedFileOf(/** @type {ListedPicture} */ { file, source }) {
      const known = files.get(file) ?? fileOf(source, signal).catch(() => null);
      files.set(file, known);
      return known;
    }
    const all = store.state.queue?.pictures ?? [];
    return Promise.all(
      all.map(async (one) => ({ id: one.id, name: one.name, place: one.place, file: await sharedFileOf(one), ...pageOf(one) })),
    );
  }

  /**
   * Have the worker do something with all pictures, until it is done or given up.
   *
   * @template T
   * @param {AbortSignal} signal
   * @param {(pictures: Awaited<ReturnType<typeof listed>>) => Promise<T>} run
   */
  async function withPictures(signal, run) {
    await settled();
    const pictures = await listed(signal);
    if (signal.aborted) throw cancelled();
    const stop = () => void client.call('stopSet', {}).catch(() => {});
    signal.addEventListener('abort', stop);
    try {
      return await run(pictures);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /**
   * Write all pictures as one data set.
   *
   * @param {SetOptions} options
   * @param {{ folder: FileSystemDirectoryHandle | null, name: string, signal: AbortSignal, onProgress: (progress: Progress) => void }} how
   *   into an empty folder, or else as a file of this name
   * @returns {Promise<{ file: File | null, notes: string[] }>}
   */
  function exportSet(options, { folder, name, signal, onProgress }) {
    return withPictures(signal, async (pictures) => {
      const { objects } = store.state.view;
      const written = await client.call('exportSet', { ...options, pictures, folder, name }, { onProgress });
      store.update({ saved: objects });
      return written;
    });
  }

  return {
    exportSet,

    /** Save all pictures and all that was made of them as one file, to go on from. */
    async saveAll() {
      const options = { format: 'tabsam', withPictures: true, valShare: 0, seed: 0 };
      const name = `${store.state.queue?.pictures[0]?.name ?? 'project'}.tabsam`;
      try {
        const { file, notes } = await exportSet(options, { folder: null, name, signal: new AbortController().signal, onProgress() {} });
        if (file) download(file);
        messages.say({ topic: 'export', tone: 'notice', text: `${name} is saved.`, hint: notes.join(' ') });
      } catch (thrown) {
        messages.report('export', thrown);
      }
    },

    setFormats: () => client.call('setFormats', {}),

    /**
     * Read a data set; nothing of it is taken while it asks.
     *
     * @param {GivenFile[]} files
     * @param {Answered} answered
     * @param {{ signal: AbortSignal, onProgress: (progress: Progress) => void }} how
     * @returns {Promise<{ news: BroughtPicture[], outcome: SetOutcome }>}
     */
    importSet(files, answered, { signal, onProgress }) {
      return withPictures(signal, async (pictures) => {
        const read = await client.call('importSet', { files, pictures, ...answered }, { onProgress });
        if (read.outcome.number >= 0) await sending.send(() => client.call('state', {})); // the open picture may be among them, and it can be undone
        return read;
      });
    },
  };
}
