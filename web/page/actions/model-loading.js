/**
 * Starts a model beside the one that runs, which goes on until the new one is ready, and stays if that fails or is stopped.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { providerName } from '../formatting.js';
import { createDownloadSpeed } from './download-speed.js';

/** @import {Message, Messages} from '../bars/messages.js' */
/** @import {Client} from '../client.js' */
/** @import {Loading, Store} from '../state/store.js' */
/** @import {EngineInfo, Progress, View} from '../../protocol.js' */
/** @import {Engine} from './engine.js' */
/** @import {Sending} from './sending.js' */

/** The page is told of a download's bytes no more often. Milliseconds. */
const TELL_EVERY_MS = 200;

/** @typedef {{ engine: EngineInfo, view: View }} Replacement */

/**
 * @param {{ client: Client, store: Store, messages: Messages, engine: Engine, sending: Sending, say: (text: string) => void,
 *   refresh: (outcome: { isNew: boolean }) => Promise<void> }} parts
 *   `say` tells what has just been done, and `refresh` lists the models again
 */
export function createModelLoading({ client, store, messages, engine, sending, say, refresh }) {
  /** The newest one. @type {Promise<unknown> | null} */
  let loading = null;

  /** @param {Loading} now  whose progress it is */
  function follow(now) {
    const speedAt = createDownloadSpeed();
    let told = -Infinity;
    return (/** @type {Progress} */ progress) => {
      if (progress.view) sending.takeOver(progress.view);
      const { stage, loaded, total } = progress;
      const at = performance.now();
      const speed = loaded === undefined || !total ? null : speedAt(loaded, at);
      const before = store.state.loading;
      if (before?.since !== now.since) return; // overtaken
      if (stage === before.progress?.stage && loaded !== total && at - told < TELL_EVERY_MS) return;
      told = at;
      store.update({ loading: { ...now, progress, speed } });
    };
  }

  /**
   * Start a model in place of the one that runs. A newer wish gives up the older one.
   *
   * @param {{ id: string | null, name: string }} wanted  no id for one that has none yet
   * @param {(onProgress: (progress: Progress) => void) => Promise<Replacement>} ask
   * @param {(error: TabsamError) => Message['action']} wayOut
   */
  async function load({ id, name }, ask, wayOut) {
    while (loading) await stop();
    messages.unsay('model');
    say('');
    /** @type {Loading} */
    const now = { id, name, progress: null, speed: null, since: performance.now() };
    store.update({ loading: now });
    const asked = ask(follow(now));
    loading = asked;
    try {
      const replacement = await asked.finally(() => {
        if (loading === asked) loading = null;
      });
      store.update({ loading: null, model: store.state.modelList?.models.find((model) => model.id === id) ?? { id: id ?? '', name } });
      engine.run(replacement.engine);
      sending.takeOver(replacement.view);
      say(`${replacement.engine.model} runs now, on ${providerName(replacement.engine)}.`);
      await refresh({ isNew: true });
    } catch (thrown) {
      const error = TabsamError.from(thrown);
      store.update({ loading: null });
      if (error.code === 'cancelled') say(`Stopped. ${name} goes on where it was when it is used again.`);
      messages.report('model', error, wayOut(error));
      await refresh({ isNew: false });
      throw error;
    }
  }

  /** Resolves when nothing is being loaded; the one that runs goes on. */
  async function stop() {
    if (!loading) return;
    const stopped = loading.catch(() => {});
    await client.call('stopLoading', {});
    await stopped;
  }

  return { load, stop };
}
