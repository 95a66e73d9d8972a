/**
 * Starts Python again when it is gone, with the project as it was at the last action that ended: from the storage, or where there is none
 * from the journal's lines that the page has had meanwhile.
 *
 * @module
 */

import { startWorker } from '../app-worker.js';
import { reassembleViews } from '../state/view-reassembly.js';

/** @import {Client} from '../client.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Keeping, Lines, Method} from '../../protocol.js' */
/** @import {TabsamError} from '../../errors.js' */

/** More deaths than this in so many milliseconds, and starting again is no help. */
const MOST = 3;
const WITHIN = 120_000;

/**
 * @param {{ client: Client, store: Store, messages: Messages, start: () => Promise<unknown>, bringBack: (lines: ArrayBuffer) => Promise<unknown>,
 *   reopen: () => Promise<void>, fail: (error: TabsamError) => void }} parts
 *   `start` has the model started, `bringBack` the project, `reopen` the picture that was open
 */
export function createRestarting({ client, store, messages, start, bringBack, reopen, fail }) {
  /** @type {number[]} */
  const deaths = [];
  /** The journal of what is not stored. @type {Uint8Array<ArrayBuffer>[]} */
  let journal = [];

  /** @param {TabsamError} error @param {Method[]} during */
  async function again(error, during) {
    deaths.push(performance.now());
    const running = store.state.engine.status !== 'starting';
    if (!running || deaths.filter((at) => at > performance.now() - WITHIN).length > MOST) {
      fail(error); // at the start it is the site or the browser, and else it would go on for ever
      return;
    }
    store.update({ engine: { status: 'starting', progress: {} } });
    messages.unsay('silence');
    const next = startWorker();
    reassembleViews(next.worker);
    client.connect(next);
    const lines = await new Blob(journal).arrayBuffer();
    void start();
    await bringBack(lines);
    await reopen().catch(() => {}); // it has been said
    if (store.state.engine.status === 'failed') return;
    const [about] = during.includes('open') ? ['over a picture that was being opened'] : [''];
    const text = `Python stopped ${about}`.trim();
    messages.say({
      topic: 'restarted',
      tone: 'error',
      code: 'python-restarted',
      text: `${text}, and has been started again.`,
      hint: 'Your work is as it was at the last thing that was done.',
      details: error.details,
    });
  }

  return {
    /** The worker is gone. @param {TabsamError} error @param {Method[]} during  what it had been asked */
    workerLost: (error, during) => void again(error, during),

    /** It says nothing. @param {number} seconds  0 when it does again */
    workerSilent(seconds) {
      if (seconds === 0) messages.unsay('silence');
      if (seconds === 0 || store.state.engine.status === 'starting') return; // a start that takes long is said as such
      messages.say({
        topic: 'silence',
        tone: 'notice',
        stays: true,
        text: `Python has not answered for ${seconds} seconds.`,
        hint: 'It may be at work on something large: wait, or start it again. What has been done is kept.',
        action: { label: 'Start it again', run: () => client.lose('The person has ended it.') },
      });
    },

    /** All is stored again: the page need not have it. @param {Keeping} keeping */
    keepingChanged({ status }) {
      if (status === 'kept') journal = [];
    },

    /** What is done is not stored: the page has it. @param {Lines} lines */
    takeLines({ lines, whole }) {
      if (whole) journal = [];
      journal.push(lines);
    },
  };
}
