/**
 * Starts the engine and tells the store how far it is.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { RELOAD } from '../bars/messages.js';
import { byteSize } from '../formatting.js';
import { recall, remember } from '../state/preferences.js';
import { PATIENCE } from '../watch.js';

/** @import {Client} from '../client.js' */
/** @import {Message, Messages} from '../bars/messages.js' */
/** @import {Model, Store} from '../state/store.js' */
/** @import {EngineInfo, Methods, Offer} from '../../protocol.js' */

/** @typedef {{ default: string, models: Model[] }} Catalog */

/** The topics of what an engine has to say of itself. */
const NOTICE = 'engine-notice-';

/**
 * @param {{ client: Client, store: Store, messages: Messages, useModel: (id: string) => void }} parts
 */
export function createEngine({ client, store, messages, useModel }) {
  const catalog = readCatalog();

  /**
   * @param {TabsamError} error
   * @param {Message['action']} [action]
   */
  function fail(error, action = RELOAD) {
    const { code, message, hint, details } = error;
    store.update({ engine: { status: 'failed', failure: { code, message, hint, details } } });
    messages.report('engine', error, action);
  }

  /**
   * A link may name a model of anybody's list: it is fetched only by whoever wants it.
   *
   * @param {Offer} offer
   */
  function offer({ id, name, host, bytes }) {
    const size = bytes === null ? 'its size is not stated' : byteSize(bytes);
    messages.say({
      topic: 'offer',
      tone: 'notice',
      stays: true,
      text: `The address of this page names the model '${name}', from ${host} (${size}).`,
      hint: 'It is not the site\'s own. Fetch it only if you trust where the address came from.',
      action: { label: 'Fetch it', run: () => useModel(id) },
      other: { label: 'Not now', run: () => {} },
    });
  }

  /**
   * It is up, or another one has taken its place: after a failure, too.
   *
   * @param {EngineInfo} info
   */
  function run(info) {
    store.update({ engine: { status: 'running', info } });
    messages.unsay('engine');
    for (const { topic } of store.state.messages) if (topic.startsWith(NOTICE)) messages.unsay(topic); // of the one before
    if (info.offer) offer(info.offer);
    info.notices.forEach((text, i) => messages.say({ topic: `${NOTICE}${i}`, tone: 'notice', text, hint: '' }));
  }

  /**
   * @param {URLSearchParams} query  may name `model`, `provider` and `threads`; what it does not name is as on the last visit
   * @param {string} listed  the address of another list of models, or empty
   * @param {(error: TabsamError, id: string) => Message['action']} wayOut  of what keeps a model from being started
   */
  async function start(query, listed, wayOut) {
    const params = startParams(query, listed);
    const { model: wanted, provider = null, recalled = [] } = params;
    store.update({ wish: provider });
    const slow = slowStart();
    void catalog.then((list) => store.update({ model: store.state.model ?? list?.models.find(({ id }) => id === (wanted || list.default)) ?? null }));
    try {
      run(
        await client.call('start', params, {
          onProgress(progress) {
            slow.goesOn();
            const { engine } = store.state;
            if (engine.status !== 'starting') return;
            const others = { ...engine.progress };
            delete others[progress.stage]; // so that the newest comes last
            store.update({ engine: { status: 'starting', progress: { ...others, [progress.stage]: progress } } });
          },
        }),
      );
      if (recalled.includes('provider') && infoOf(store)?.provider !== provider) {
        store.update({ wish: null });
        remember('tabsam.provider', null);
      }
    } catch (thrown) {
      const error = TabsamError.from(thrown);
      fail(error, wayOut(error, wanted));
    } finally {
      slow.end();
    }
  }

  /** Say so when nothing comes of the start for long: a file of the site may have stopped on its way. */
  function slowStart() {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const say = () =>
      messages.say({
        topic: 'slow-start',
        tone: 'notice',
        stays: true,
        text: 'The start takes long.',
        hint: 'The network may be slow, or a file of the site does not come.',
        action: RELOAD,
      });
    const end = () => {
      clearTimeout(timer);
      messages.unsay('slow-start');
    };
    const goesOn = () => {
      end();
      timer = setTimeout(say, PATIENCE * 1000);
    };
    goesOn();
    return { goesOn, end };
  }

  return {
    start,
    run,
    fail,
    /** The id of the model that comes with the page, null when nobody can say. */
    embedded: catalog.then((list) => list?.default ?? null),
  };
}

/** @typedef {ReturnType<typeof createEngine>} Engine */

/** @param {Store} store */
function infoOf({ state: { engine } }) {
  return engine.status === 'running' ? engine.info : null;
}

/**
 * @param {URLSearchParams} query
 * @param {string} catalog
 */
function startParams(query, catalog) {
  const recalled = { model: recall('tabsam.model'), provider: recall('tabsam.provider') };
  const asked = { model: query.get('model'), provider: query.get('provider') };
  /** @type {Methods['start']['params']} */
  const params = { model: asked.model ?? recalled.model ?? '', catalog, recalled: [] };
  if (asked.model === null && recalled.model) params.recalled?.push('model');
  const provider = asked.provider ?? recalled.provider;
  if (provider === 'webgpu' || provider === 'wasm') params.provider = provider;
  if (asked.provider === null && params.provider) params.recalled?.push('provider');
  const threads = Number(query.get('threads'));
  if (Number.isInteger(threads) && threads > 0) params.threads = threads;
  return params;
}

/**
 * What the catalogue says about its models, for people. The worker reads the same list, and complains if it cannot.
 *
 * @returns {Promise<Catalog | null>}
 */
async function readCatalog() {
  try {
    return await (await fetch('models/catalog.json')).json();
  } catch {
    return null;
  }
}
