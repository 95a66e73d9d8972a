/**
 * Which tab runs which build: one that was open when a new build took over goes on with the files that it began with, workers that it
 * starts later included, until it is reloaded.
 *
 * @module
 */

import { forget, keptBuilds } from './kept-site.js';

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const CACHE = `tabsam ${new URL(worker.registration.scope).pathname} tabs`;
const PLACE = new URL('tabs.json', worker.registration.scope).href;

/** @typedef {{ current: string | null, older: Record<string, string> }} Notes  builds; `older` by the ids of tabs and of their workers */

/** A service worker is ended when nothing is asked of it: what it must not forget is in a cache. @type {Promise<Notes> | null} */
let notes = null;

/** @returns {Promise<Notes>} */
const readNotes = () => (notes ??= caches.open(CACHE).then(async (cache) => (await (await cache.match(PLACE))?.json()) ?? { current: null, older: {} }));

/** @param {Notes} changed */
async function writeNotes(changed) {
  notes = Promise.resolve(changed);
  await (await caches.open(CACHE)).put(PLACE, new Response(JSON.stringify(changed)));
}

/**
 * A build is the one for whoever comes from now on.
 *
 * @param {string} build
 */
export async function takeOver(build) {
  const { current, older } = await readNotes();
  const open = current === null ? [] : await worker.clients.matchAll({ includeUncontrolled: true, type: 'all' });
  await writeNotes({ current: build, older: Object.fromEntries(open.map(({ id }) => [id, older[id] ?? current ?? build])) });
  const used = new Set([build, ...Object.values((await readNotes()).older)]);
  for (const one of await keptBuilds()) if (!used.has(one)) await forget(one);
}

/**
 * @param {FetchEvent} event
 * @param {string} current
 * @returns {Promise<string>} the build whose file is asked for
 */
export async function buildOf({ request, clientId, resultingClientId }, current) {
  if (request.mode === 'navigate') return current;
  const { older } = await readNotes();
  const build = older[clientId];
  if (build === undefined) return current;
  if (resultingClientId && !older[resultingClientId]) {
    older[resultingClientId] = build; // at once: the worker's own requests come next
    await writeNotes({ current, older });
  }
  return build;
}

/** Let go of builds that no tab runs any more. */
export async function forgetOlder() {
  const { current, older } = await readNotes();
  if (current === null || !Object.keys(older).length) return;
  const before = new Set(Object.values(older));
  for (const id of Object.keys(older)) if (!(await worker.clients.get(id))) delete older[id];
  await writeNotes({ current, older });
  const used = new Set([current, ...Object.values(older)]);
  for (const build of before) if (!used.has(build)) await forget(build);
}
