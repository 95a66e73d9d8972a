/**
 * The service worker: after one visit the whole site is on this machine, and it answers for the site's server. It adds the headers that
 * give the page threads where a host does not send them, and waits with a new version until the person wants it.
 *
 * @module
 */

import { addToKept, answerFrom, keep, keepUsed } from './service-worker/kept-site.js';
import { share } from './service-worker/sharing.js';
import { buildOf, forgetOlder, takeOver } from './service-worker/tabs.js';

/** @import {Question, Site} from './service-worker/protocol.js' */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** What the build writes here (tools/offline.py). @type {Site} */
const SITE = { build: '', version: '', news: [], files: {} };

const SCOPE = new URL(worker.registration.scope);

worker.addEventListener('install', (event) => event.waitUntil(keep(SITE)));

worker.addEventListener('activate', (event) => {
  event.waitUntil(takeOver(SITE.build).then(() => worker.clients.claim()));
});

worker.addEventListener('message', (event) => {
  const question = /** @type {Question} */ (event.data);
  if (question === 'about') event.ports[0]?.postMessage({ version: SITE.version, news: SITE.news });
  else if (question === 'take over') event.waitUntil(worker.skipWaiting());
  else event.waitUntil(keepUsed(SITE, question.uses).catch(() => {})); // it is kept when it is used next
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== SCOPE.origin || !url.pathname.startsWith(SCOPE.pathname)) return;
  const path = decodeURIComponent(url.pathname.slice(SCOPE.pathname.length)) || 'index.html';
  if (request.method === 'POST' && path === 'share-target') return event.respondWith(share(request));
  const isAnswered = (request.method === 'GET' || request.method === 'HEAD') && !request.headers.has('Range');
  // another page in the same folder is its server's own
  if (!isAnswered || (request.mode === 'navigate' && !SITE.files[path])) return;
  if (request.mode === 'navigate') event.waitUntil(forgetOlder());
  event.respondWith(answer(event, path));
});

/**
 * @param {FetchEvent} event
 * @param {string} path
 * @returns {Promise<Response>}
 */
async function answer(event, path) {
  const build = await buildOf(event, SITE.build);
  const kept = await answerFrom(build, path, event.request);
  if (kept) return kept;
  const file = build === SITE.build ? SITE.files[path] : undefined;
  return addToKept(event, SITE, path, file);
}
