/**
 * The models: which there are, which one runs, and what of them is stored. Another model is started beside the one
 * that runs, which goes on until the new one is ready, and stays if that fails or is stopped.
 *
 * @module
 */

import { TabsamError } from '../client.js';
import { addressOf } from '../input/addresses.js';
import { createDownloadSpeed } from './download-speed.js';
import { recall, remember } from '../state/preferences.js';
import { hostOf, providerName } from '../formatting.js';

/** @import {Client} from '../client.js' */
/** @import {Message, Messages} from '../bars/messages.js' */
/** @import {Loading, Store} from '../state/store.js' */
/** @import {EngineInfo, Methods, ModelList, Progress, View} from '../../protocol.js' */
/** @import {Engine} from './engine.js' */
/** @import {PromptActions} from './prompts.js' */

/** The page is told of a download's bytes no more often. Milliseconds. */
const TELL_EVERY_MS = 200;

/** @typedef {{ engine: EngineInfo, view: View }} Replacement */

/**
 * @param {{ client: Client, store: Store, messages: Messages, engine: Engine, prompts: PromptActions, pickModel: () => void }} parts
 *   `pickModel` lets the person choose the two files of a model of their own
 */
export function createModels({ client, store, messages, engine, prompts, pickModel }) {
  /** The newest one. @type {Promise<unknown> | null} */
  let loading = null;
  let persisted = false;

  /** @param {ModelList} modelList */
  function put(modelList) {
    const current = modelList.models.find((model) => model.current);
    store.update({ modelList, ...(current ? { model: current } : {}) });
    return modelList;
  }

  const models = async () => put(await client.call('models', {}));

  /** @param {string} said  what has just been done, for the list of models; empty takes it back */
  const say = (said) => store.update({ modelNews: said });

  /** Ask the browser not to clear away what took minutes to fetch. It may ask the person, or say no; nothing depends on it. */
  function persist() {
    if (persisted) return;
    persisted = true;
    void navigator.storage?.persist?.().catch(() => {});
  }

  /** @param {Loading} now  whose progress it is */
  function follow(now) {
    const speedAt = createDownloadSpeed();
    let told = -Infinity;
    return (/** @type {Progress} */ progress) => {
      if (progress.view) prompts.takeOver(progress.view);
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
      prompts.takeOver(replacement.view);
      say(`${replacement.engine.model} runs now, on ${providerName(replacement.engine)}.`);
      await models().then(rememberModel, () => {}); // the list is then as it was; what counts has been said
    } catch (thrown) {
      const error = TabsamError.from(thrown);
      store.update({ loading: null });
      if (error.code === 'cancelled') say(`Stopped. ${name} goes on where it was when it is used again.`);
      messages.report('model', error, wayOut(error));
      await models().catch(() => {}); // as above
      throw error;
    }
  }

  /** The next visit begins with what runs; with the site's own choice, whatever that then is, if it is that. */
  async function rememberModel() {
    const { model } = store.state;
    remember('tabsam.model', !model || model.id === (await engine.embedded) ? null : model.id);
  }

  /** Resolves when nothing is being loaded; the one that runs goes on. */
  async function stop() {
    if (!loading) return;
    const stopped = loading.catch(() => {});
    await client.call('stopLoading', {});
    await stopped;
  }

  /**
   * What to do about an error: a file that is another one than it was is not tried again, but trusted.
   *
   * @param {TabsamError} error
   * @param {Methods['trustModel']['params']} model  whose files they are
   * @param {NonNullable<Message['action']>} again
   * @returns {NonNullable<Message['action']>}
   */
  function retry({ code }, model, again) {
    if (code !== 'model-changed') return again;
    return { label: 'Trust the new file', run: () => void actions.trustModel(model).then(again.run, () => {}) };
  }

  const actions = {
    /** The models and the storage, as they are now. */
    models,

    /**
     * Forget which files were pinned for a model and are not stored: the next time it takes what it gets.
     *
     * @param {Methods['trustModel']['params']} model
     * @returns {Promise<void>}
     */
    async trustModel(model) {
      try {
        await client.call('trustModel', model);
      } catch (thrown) {
        messages.report('model', thrown);
        throw TabsamError.from(thrown);
      }
    },

    /** What to do when the page could not start with a model. @param {TabsamError} error @param {string} id */
    afterStart(error, id) {
      const use = { label: 'Try again', run: () => void actions.useModel(id).catch(() => {}) };
      return error.code === 'model-changed' ? retry(error, { id }, use) : undefined;
    },

    /**
     * @param {string} id
     * @param {'webgpu' | 'wasm'} [provider]  the fastest that works by default
     * @returns {Promise<void>}
     */
    async useModel(id, provider) {
      const name = store.state.modelList?.models.find((model) => model.id === id)?.name ?? id;
      const again = { label: 'Try again', run: () => void actions.useModel(id, provider).catch(() => {}) };
      void engine.embedded.then((embedded) => id === embedded || persist());
      await load(
        { id, name },
        (onProgress) => client.call('useModel', { id, provider }, { onProgress }),
        (error) => retry(error, { id }, again),
      );
    },

    /**
     * Run the model elsewhere; it holds for every model after, and on the next visit.
     *
     * @param {'webgpu' | 'wasm' | null} provider  null for the fastest that works
     * @returns {Promise<void>}
     */
    async useProvider(provider) {
      const { id, name } = store.state.model ?? { id: '', name: 'The model' };
      const again = { label: 'Try again', run: () => void actions.useProvider(provider).catch(() => {}) };
      await load(
        { id, name },
        (onProgress) => client.call('useProvider', { provider }, { onProgress }),
        (error) => (error.code === 'provider-unavailable' ? undefined : retry(error, { id }, again)),
      );
      store.update({ wish: provider });
      remember('tabsam.provider', provider);
    },

    /**
     * List the models of another catalogue beside the site's.
     *
     * @param {string} address  empty for none
     * @param {'always' | 'once'} [how]  whether the next visit does so, too
     * @returns {Promise<ModelList>}
     */
    async useCatalog(address, how = 'always') {
      const again = { label: 'Try again', run: () => void actions.useCatalog(address, how).catch(() => {}) };
      messages.unsay('catalog');
      try {
        const url = address && addressOf(address);
        const modelList = put(await client.call('useCatalog', { url }));
        if (how === 'always') remember('tabsam.catalog', url || null);
        const count = modelList.models.filter(({ origin }) => origin === 'list').length;
        if (url) say(`${count} ${count === 1 ? 'model' : 'models'} from ${hostOf(url)} ${count === 1 ? 'is' : 'are'} listed.`);
        else say('Only this site’s models are listed.');
        return modelList;
      } catch (thrown) {
        const error = TabsamError.from(thrown);
        messages.report('catalog', error, /invalid/.test(error.code) ? undefined : again);
        throw error;
      }
    },

    /** What of an address can be asked: all of it, or nothing. @param {string} address */
    catalogAddress(address) {
      try {
        return address && addressOf(address);
      } catch {
        return ''; // whoever lists it says why it cannot be
      }
    },

    /** Begin the next visit with the site's own choice if what was to run does not. */
    forgetUnlessRunning() {
      if (store.state.model?.id !== recall('tabsam.model')) remember('tabsam.model', null);
    },

    /**
     * Keep a model of the person's own, and use it.
     *
     * @param {Blob | string} encoder  a file, or where it is; both are the one or the other
     * @param {Blob | string} decoder
     * @param {string} name
     * @param {File[]} [weights]  files among which are those that the graphs keep weights in
     * @returns {Promise<void>}
     */
    async addModel(encoder, decoder, name, weights = []) {
      const again = { label: 'Try again', run: () => void actions.addModel(encoder, decoder, name, weights).catch(() => {}) };
      // Files that are no model, or no pair, will not become one by trying again.
      const others = { label: 'Choose other files', run: pickModel };
      const isFiles = typeof encoder !== 'string' && typeof decoder !== 'string';
      persist();
      await load(
        { id: null, name },
        async (onProgress) => {
          const source = isFiles ? { name, encoder, decoder, data: weights } : { name, urls: addressesOf(encoder, decoder) };
          return client.call('addModel', source, { onProgress });
        },
        (error) => {
          if (isFiles) return /^(storage|engine|worker|python)/.test(error.code) ? again : others;
          return error.code === 'address-invalid' ? undefined : retry(error, { urls: Object.values(addressesOf(encoder, decoder)) }, again);
        },
      );
    },

    /**
     * Take a model's files out of the storage; the one that runs goes on running.
     *
     * @param {string} id
     * @returns {Promise<ModelList>}
     */
    async removeModel(id) {
      const model = store.state.modelList?.models.find((other) => other.id === id);
      messages.unsay('model');
      try {
        const modelList = put(await client.call('removeModel', { id }));
        if (recall('tabsam.model') === id) remember('tabsam.model', null); // it would have to be fetched
        say(model?.own ? `${model.name} is removed.` : `The stored files of ${model?.name ?? id} are deleted.`);
        return modelList;
      } catch (thrown) {
        messages.report('model', thrown, { label: 'Try again', run: () => void actions.removeModel(id).catch(() => {}) });
        throw TabsamError.from(thrown);
      }
    },

    /** Give up the model that is being loaded; does nothing if none is. What has been downloaded is kept. */
    stopLoading: stop,
  };
  return actions;
}

/**
 * @param {Blob | string} encoder
 * @param {Blob | string} decoder
 */
function addressesOf(encoder, decoder) {
  const urls = { encoder: addressOf(String(encoder)), decoder: addressOf(String(decoder)) };
  if (urls.encoder !== urls.decoder) return urls;
  throw new TabsamError({ code: 'address-invalid', message: 'Both addresses are the same.', hint: 'A model is two files: an encoder and a decoder.' });
}
