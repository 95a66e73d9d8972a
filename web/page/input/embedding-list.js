/**
 * Pictures with their embeddings that the page's address names a list of: `?embeddings=https://…/list.json`, which is
 * `{"pictures": [{"picture": "a.jpg", "embedding": "a.safetensors"}, …]}` with addresses relative to it. What lies elsewhere, the list itself among it, is
 * fetched when the person says so; each picture, with its embedding, when its turn is near.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { newId } from '../../new-id.js';
import { hostOf } from '../formatting.js';
import { addressOf } from './addresses.js';

/** @import {Messages} from '../bars/messages.js' */
/** @import {ListedPicture} from '../state/store.js' */

/** A list is small: what is larger is something else. Bytes. */
const LARGEST = 5e6;
const MOST = 10_000;

const TOPIC = 'embedding-list';

/** @param {{ messages: Messages, open: (pictures: ListedPicture[]) => Promise<void> }} parts */
export function mountEmbeddingList({ messages, open }) {
  const address = new URL(location.href);
  const named = address.searchParams.get('embeddings');
  if (!named) return;
  address.searchParams.delete('embeddings');
  history.replaceState(history.state, '', address); // a reload does not do it again

  /** @param {string} url */
  const openList = async (url) => {
    try {
      await open(await readList(url));
    } catch (thrown) {
      const error = TabsamError.from(thrown);
      if (error.code.startsWith('embeddings-')) messages.report(TOPIC, error, { label: 'Try again', run: () => void openList(url) });
    }
  };
  try {
    const url = addressOf(named);
    if (new URL(url).origin === location.origin) void openList(url);
    else {
      const text = `The address of this page names a list of pictures with their embeddings, at ${hostOf(url)}.`;
      const hint = 'Open them only if you trust where the address came from. Nothing is sent there.';
      const action = { label: 'Open them', run: () => void openList(url) };
      messages.say({ topic: TOPIC, tone: 'notice', stays: true, text, hint, action, other: { label: 'Not now', run: () => {} } });
    }
  } catch (thrown) {
    messages.report(TOPIC, thrown);
  }
}

/**
 * @param {string} url
 * @returns {Promise<ListedPicture[]>}
 */
async function readList(url) {
  const text = await (await fetched(url, new AbortController().signal)).text();
  if (text.length > LARGEST) throw invalid(url);
  /** @type {unknown} */
  let list;
  try {
    list = JSON.parse(text);
  } catch {
    throw invalid(url);
  }
  const entries = isObject(list) && Array.isArray(list.pictures) ? /** @type {unknown[]} */ (list.pictures) : [];
  if (!entries.length || entries.length > MOST) throw invalid(url);
  return entries.map((entry) => {
    if (!isObject(entry) || typeof entry.picture !== 'string' || typeof entry.embedding !== 'string') throw invalid(url);
    const [picture, embedding] = [entry.picture, entry.embedding].map((one) => addressOf(new URL(one, url).href));
    const id = newId();
    return { id, name: nameOf(String(picture)), place: '', size: 0, source: sourceAt(String(picture)), page: null, file: id, embedding: sourceAt(String(embedding)) };
  });
}

/** @param {string} url */
const sourceAt = (url) => async (/** @type {AbortSignal} */ signal) => new File([await fetched(url, signal)], nameOf(url));

/** What a file at an address is called. @param {string} url */
function nameOf(url) {
  const last = new URL(url).pathname.split('/').at(-1) || 'picture';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>}
 */
async function fetched(url, signal) {
  const response = await fetch(url, { signal, credentials: 'omit' }).catch((error) => {
    if (signal.aborted) throw error;
    return null;
  });
  if (response?.ok) return response.blob();
  throw new TabsamError({
    code: 'embeddings-unreachable',
    message: response ? `${nameOf(url)} could not be fetched: the server answered ${response.status}.` : `${nameOf(url)} could not be fetched.`,
    hint: 'Check the address and the network. Its server must allow other sites to read it (CORS).',
    details: url,
  });
}

/** @param {string} url */
function invalid(url) {
  const hint = 'It must be JSON as docs/embeddings.md describes it: a list of pictures, each with its embedding.';
  return new TabsamError({ code: 'embeddings-invalid', message: 'That address does not give a list of pictures with their embeddings.', hint, details: url });
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
