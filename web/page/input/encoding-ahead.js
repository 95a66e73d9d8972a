/**
 * Has the next picture decoded and encoded while the person works on this one, so that going on costs no wait. An encoding cannot be stopped
 * half-way and a click waits for it: so it begins only when nobody does anything, and only where it takes no longer than a person takes to notice.
 *
 * @module
 */

import { phaseOf } from '../state/store.js';
import { decodeAhead } from './decoded-ahead.js';
import { embeddingBytesOf, fileOf, pageOf } from './listed-picture.js';

/** @import {Client} from '../client.js' */
/** @import {ListedPicture, State, Store} from '../state/store.js' */

/** So long nobody has done anything. Milliseconds. */
const QUIET_MS = 2000;
/** Where the last picture took longer, none is encoded ahead. Milliseconds. */
const LONGEST_MS = 1000;
/** One that took less was there already: that says nothing about the next. Milliseconds. */
const SHORTEST_MS = 1;
/** A larger file takes Python long to read. Bytes. */
const LARGEST_FILE = 30e6;

/** @param {{ client: Client, store: Store }} parts */
export function createEncodingAhead({ client, store }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** The picture that was tried last, and the model. */
  let tried = '';
  /** What encoding takes here. Milliseconds. */
  let cost = Infinity;

  /** What is tried once: whether it is only decoded, too. @param {State} state @param {ListedPicture} picture */
  const keyOf = ({ model, engine }, { id }) => `${id} ${engine.status === 'running' ? engine.info.model : model?.id} ${cost > LONGEST_MS}`;

  /** @param {State} state */
  const isIdle = (state) => phaseOf(state) === 'idle' && !state.search.running && !state.loading && !state.preview && !state.run;

  /** @param {State} state @returns {ListedPicture | undefined} */
  function wanted(state) {
    if (!isIdle(state)) return undefined;
    const next = state.queue?.pictures[state.queue.at + 1];
    return next && keyOf(state, next) !== tried ? next : undefined;
  }

  async function encodeNext() {
    const next = document.hidden ? undefined : wanted(store.state);
    if (!next) return;
    const key = keyOf(store.state, next);
    tried = key;
    const file = await smallFileOf(next).catch(() => null);
    if (!file) return; // nor another time
    await decodeAhead(next, file); // not in Python, and so in nobody's way
    const bytes = cost > LONGEST_MS ? null : await file.arrayBuffer().catch(() => null);
    if (!bytes) return;
    const embedding = await embeddingBytesOf(next).catch(() => undefined); // it is said when it is opened
    if (!isIdle(store.state) || keyOf(store.state, next) !== key) {
      tried = '';
      return;
    }
    const encoded = await client.call('prepare', { bytes, ...pageOf(next), embedding }, { transfer: embedding ? [bytes, embedding] : [bytes] }).catch(() => null); // as above
    if (encoded) store.update({ view: { ...store.state.view, encoded } });
  }

  function wait() {
    clearTimeout(timer);
    if (wanted(store.state)) timer = setTimeout(() => void encodeNext(), QUIET_MS);
  }

  store.subscribe((state, before) => {
    const { encode } = state.view.timings;
    if (state.model !== before.model || state.engine !== before.engine) cost = Infinity;
    if (encode !== undefined && encode > SHORTEST_MS && state.view !== before.view) cost = encode;
    wait();
  });
  for (const kind of ['pointerdown', 'pointermove', 'keydown', 'wheel']) addEventListener(kind, wait, { capture: true, passive: true });
}

/** @param {ListedPicture} picture @returns {Promise<Blob | null>} */
async function smallFileOf({ source, size }) {
  if (size > LARGEST_FILE) return null;
  const blob = await fileOf(source);
  return blob.size > LARGEST_FILE ? null : blob;
}
