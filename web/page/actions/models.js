/**
 * The models: which there are, which one is to run, and what of them is stored. How one is started is model-loading.js's business.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { addressOf } from '../input/addresses.js';
import { createModelLoading } from './model-loading.js';
import { recall, remember } from '../state/preferences.js';
import { hostOf } from '../formatting.js';

/** @import {Client} from '../client.js' */
/** @import {Message, Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Methods, ModelList} from '../../protocol.js' */
/** @import {Engine} from './engine.js' */
/** @import {Sending} from './sending.js' */

/**
 * @param {{ client: Client, store: Store, messages: Messages, engine: Engine, sending: Sending, pickModel: () => void }} parts
 *   `pickModel` lets the person choose the two files of a model of their own
 */
export function createModels({ client, store, messages, engine, sending, pickModel }) {
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

  /**
   * List the models again. What counts has been said: a list that stays as it was is no failure.
   *
   * @param {{ isNew: boolean }} outcome  whether another model runs now
   */
  async function refresh({ isNew }) {
    await models().then(isNew ? rememberModel : undefined).catch(() => {});
  }
  const { load, stop } = createModelLoading({ client, store, messages, engine, sending, say, refresh });

  /** Ask the browser not to clear away what took minutes to fetch. It may ask the person, or say no; nothing depends on it. */
  function persist() {
    if (persisted) return;
    persisted = true;
    void navigator.storage?.persist?.().catch(() => {});
  }

  /** The next visit begins with what runs; with the site's own choice, whatever that then is, if it is that. */
  async function rememberModel() {
    const { model } = store.state;
    remember('tabsam.model', !model || model.id === (await engine.embedded) ? null : model.id);
  }

  /**
   * What to do about an error: a file that is another one than it was is not tried again, but trusted.
   *
   * @param {TabsamError} error
   * @param {Methods['trustModel']['params']} model  whose files they are
   * @param {() => Promise<void>} use  what failed
   * @param {boolean} [canRetry]  whether anything else may go well the next time
   * @returns {Message['action']}
   */
  function wayOut({ code }, model, use, canRetry = true) {
    const run = () => void use().catch(() => {});
    if (code === 'model-changed') return { label: 'Trust the new file', run: () => void actions.trustModel(model).then(run, () => {}) };
    return canRetry ? { label: 'Try again', run } : undefined;
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

    /** What to do when the page could not start with a model: reload it, but for this. @param {TabsamError} error @param {string} id */
    wayOutOfStart: (error, id) => wayOut(error, { id }, () => actions.useModel(id), false),

    /**
     * @param {string} id
     * @param {'webgpu' | 'wasm'} [provider]  the fastest that works by default
     * @returns {Promise<void>}
     */
    async useModel(id, provider) {
      const name = store.state.modelList?.models.find((model) => model.id === id)?.name ?? id;
      void engine.embedded.then((embedded) => id === embedded || persist());
      await load(
        { id, name },
        (onProgress) => client.call('useModel', { id, provider }, { onProgress }),
        (error) => wayOut(error, { id }, () => actions.useModel(id, provider)),
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
      await load(
        { id, name },
        (onProgress) => client.call('useProvider', { provider }, { onProgress }),
        (error) => wayOut(error, { id }, () => actions.useProvider(provider), error.code !== 'provider-unavailable'),
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
      const again = () => actions.addModel(encoder, decoder, name, weights);
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
          if (isFiles) return /^(storage|engine|worker|python)/.test(error.code) ? wayOut(error, { urls: [] }, again) : others;
          return error.code === 'address-invalid' ? undefined : wayOut(error, { urls: Object.values(addressesOf(encoder, decoder)) }, again);
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
