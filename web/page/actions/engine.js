/**
 * Starts the engine and tells the store how far it is.
 *
 * @module
 */

import { TabsamError } from '../client.js';
import { RELOAD } from '../messages.js';

/** @import {Client} from '../client.js' */
/** @import {Messages} from '../messages.js' */
/** @import {Model, Store} from '../store.js' */
/** @import {EngineInfo, Methods} from '../../protocol.js' */

/** @typedef {{ default: string, models: Model[] }} Catalog */

/**
 * @param {{ client: Client, store: Store, messages: Messages }} parts
 */
export function createEngine({ client, store, messages }) {
  const catalog = readCatalog();

  /** @param {TabsamError} error */
  function fail(error) {
    const { code, message, hint, details } = error;
    store.update({ engine: { status: 'failed', failure: { code, message, hint, details } } });
    messages.report('engine', error, RELOAD);
  }

  /**
   * It is up, or another one has taken its place: after a failure, too.
   *
   * @param {EngineInfo} info
   */
  function run(info) {
    store.update({ engine: { status: 'running', info } });
    messages.unsay('engine');
    info.notices.forEach((text, i) => messages.say({ topic: `engine-notice-${i}`, tone: 'notice', text, hint: '' }));
  }

  /** @param {URLSearchParams} query  may name `model`, `provider` and `threads` */
  async function start(query) {
    const wanted = query.get('model') ?? '';
    void catalog.then((list) => store.update({ model: store.state.model ?? list?.models.find(({ id }) => id === (wanted || list.default)) ?? null }));
    try {
      run(
        await client.call('start', startParams(wanted, query), {
          onProgress(progress) {
            const { engine } = store.state;
            if (engine.status !== 'starting') return;
            const others = { ...engine.progress };
            delete others[progress.stage]; // so that the newest comes last
            store.update({ engine: { status: 'starting', progress: { ...others, [progress.stage]: progress } } });
          },
        }),
      );
    } catch (thrown) {
      fail(TabsamError.from(thrown));
    }
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

/**
 * @param {string} model  empty for the catalogue's default
 * @param {URLSearchParams} query
 */
function startParams(model, query) {
  /** @type {Methods['start']['params']} */
  const params = { model };
  const provider = query.get('provider');
  if (provider === 'webgpu' || provider === 'wasm') params.provider = provider;
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
