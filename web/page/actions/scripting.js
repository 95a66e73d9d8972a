/**
 * Runs the console's scripts: one at a time, with the page's other changes after it.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { fileOf, pageOf } from '../input/listed-picture.js';

/** @import {Client} from '../client.js' */
/** @import {Store} from '../state/store.js' */
/** @import {ScriptOutput, ScriptQuestion} from '../../protocol.js' */
/** @import {Sending} from './sending.js' */

/** What interrupts Python: SIGINT. */
const SIGINT = 2;

/** @param {{ client: Client, store: Store, sending: Sending, settled: () => Promise<void> }} parts */
export function createScripting({ client, store, sending, settled }) {
  // shared memory is for isolated pages only; elsewhere a script is stopped where it waits
  const interrupt = globalThis.crossOriginIsolated ? new Uint8Array(new SharedArrayBuffer(1)) : null;
  /** @type {((packages: string[], hosts: string[]) => Promise<boolean>) | null} */
  let askToInstall = null;

  /** The file of a listed picture, if it can be had. @param {string} id */
  async function listedFile(id) {
    const source = store.state.queue?.pictures.find((one) => one.id === id)?.source;
    return source ? fileOf(source).catch(() => null) : null;
  }

  return {
    canInterrupt: interrupt !== null,

    /**
     * @param {string} code
     * @param {{ onOutput: (output: ScriptOutput) => void, ask: (packages: string[], hosts: string[]) => Promise<boolean> }} how
     * @returns {Promise<{ ended: boolean, opened: { id: string, key: string }[] }>}
     */
    async runScript(code, { onOutput, ask }) {
      if (store.state.scripting) throw new TabsamError({ code: 'script-runs', message: 'Another script is still running.', hint: 'Stop it first.' });
      store.update({ scripting: true });
      const pictures = (store.state.queue?.pictures ?? []).map((one) => ({ id: one.id, name: one.name, place: one.place, size: one.size, ...pageOf(one) }));
      if (interrupt) interrupt[0] = 0;
      askToInstall = ask;
      try {
        await settled();
        let outcome = { ended: false, opened: /** @type {{ id: string, key: string }[]} */ ([]) };
        await sending.send(async () => {
          const { view, ...rest } = await client.call('runScript', { code, pictures, interrupt }, { onProgress: ({ output }) => output && onOutput(output) });
          outcome = rest;
          return view;
        });
        return outcome;
      } finally {
        store.update({ scripting: false });
      }
    },

    stopScript() {
      if (interrupt) interrupt[0] = SIGINT;
      client.call('stopScript', {}).catch(() => {}); // a lost worker is said elsewhere
    },

    /** @param {ScriptQuestion} question */
    async answerScript({ number, file, packages, hosts }) {
      const answer = file === null ? { file: null, agreed: (await askToInstall?.(packages, hosts)) ?? false } : { file: await listedFile(file), agreed: false };
      await client.call('answerScript', { number, ...answer }).catch(() => {});
    },

    /** What a name may become; nothing while Python is busy. @param {string} before */
    async complete(before) {
      if (store.state.scripting) return [];
      return client.call('complete', { before }).then(({ names }) => names, () => []);
    },

    /** Give Python a package's file; resolves to what micropip installs it by. @param {File} file */
    takeWheel: (file) => client.call('takeWheel', { name: file.name, file }).then(({ address }) => address),
  };
}
