/**
 * The site's files as they are kept: a cache for each build, filled before that build is used, each file checked against its digest.
 *
 * @module
 */

/** @import {Condition, FileInfo, Site} from './protocol.js' */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const { scope } = worker.registration;

/** Other sites may be of the same origin, and other copies of this one. */
const SITES = `tabsam ${new URL(scope).pathname} site `;

/** Where a file that is kept says what it is. */
const DIGEST = 'Tabsam-SHA-256';

/** With these a page has SharedArrayBuffer, and so WebAssembly threads. As in tools/server.py; in lower case, as a response lists its own. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

/** How many files come side by side. */
const AT_ONCE = 4;

/** @param {string} build */
const cacheOf = (build) => caches.open(SITES + build);

/** @returns {Promise<string[]>} all builds of which there is something */
export const keptBuilds = async () => (await caches.keys()).flatMap((name) => (name.startsWith(SITES) ? [name.slice(SITES.length)] : []));

/** @param {string} build */
export const forget = (build) => caches.delete(SITES + build);

/**
 * Have everything of a site that this browser needs; what an older build has already is not fetched again.
 *
 * @param {Site} site
 * @throws when something cannot be had, or is not what the build made: the browser tries again on the next visit
 */
export async function keep(site) {
  const older = await Promise.all((await keptBuilds()).filter((build) => build !== site.build).map(cacheOf));
  const cache = await cacheOf(site.build);
  const files = Object.entries(site.files);
  const next = async () => {
    for (let file = files.shift(); file; file = files.shift()) {
      const [path, info] = file;
      const before = (await Promise.all(older.map((one) => one.match(addressOf(path))))).filter((one) => one !== undefined);
      if (!(await isNeeded(info, before.length > 0))) continue;
      const same = before.find((one) => one.headers.get(DIGEST) === info.sha256);
      await cache.put(addressOf(path), same ?? (await fetchChecked(path, info)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/**
 * Keep what the page uses of that which not everybody needs, and let the models go that are in the model storage by now.
 *
 * @param {Site} site
 * @param {Condition[]} uses
 */
export async function keepUsed(site, uses) {
  const cache = await cacheOf(site.build);
  for (const [path, info] of Object.entries(site.files)) {
    if (info.when === 'model' && (await isStored(info.sha256))) await cache.delete(addressOf(path));
    const isMissing = info.when && uses.includes(info.when) && !(await cache.match(addressOf(path)));
    if (isMissing) await cache.put(addressOf(path), await fetchChecked(path, info));
  }
}

/**
 * @param {string} build
 * @param {string} path
 * @param {Request} request
 * @returns {Promise<Response | undefined>}
 */
export async function answerFrom(build, path, { method }) {
  const kept = await caches.match(addressOf(path), { cacheName: SITES + build });
  return kept && method === 'HEAD' ? new Response(null, kept) : kept;
}

/**
 * Ask the server, and keep the answer if it is a file that is to be there from its first use on.
 *
 * @param {FetchEvent} event
 * @param {Site} site
 * @param {string} path
 * @param {FileInfo} [info]
 * @returns {Promise<Response>}
 */
export async function addToKept(event, site, path, info) {
  const response = await fetch(event.request);
  if (!info) return response; // not of this site, or of one that is gone
  if (info.when !== 'model' && event.request.method === 'GET' && response.status === 200) {
    const copy = response.clone();
    const put = async () => {
      const file = await checked(copy, path, info);
      // none where the person has just had the page forget the site
      if (await caches.has(SITES + site.build)) await (await cacheOf(site.build)).put(addressOf(path), file);
    };
    event.waitUntil(put().catch(() => {})); // the page has what it asked for
  }
  return response.type === 'basic' && response.body && !response.redirected ? withHeaders(response, response.body) : response;
}

/** @param {string} path */
const addressOf = (path) => new URL(path.split('/').map(encodeURIComponent).join('/'), scope).href;

/**
 * @param {FileInfo} info
 * @param {boolean} wasKept  in an older build
 */
async function isNeeded({ sha256, when }, wasKept) {
  if (when === 'model') return !(await isStored(sha256));
  return when === undefined || wasKept;
}

/**
 * Whether the model storage has a file (web/storage/opfs.js): it is not to lie on the disk twice.
 *
 * @param {string} sha256
 */
async function isStored(sha256) {
  try {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('models');
    return (await folder.getFileHandle(sha256)) !== null;
  } catch {
    return false;
  }
}

/**
 * @param {string} path
 * @param {FileInfo} info
 */
async function fetchChecked(path, info) {
  // the page has just loaded most of it: what the browser's cache has is asked about, not fetched again
  const response = await fetch(addressOf(path), { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${path}: the server answered ${response.status}`);
  return checked(response, path, info);
}

/**
 * @param {Response} response
 * @param {string} path
 * @param {FileInfo} info
 */
async function checked(response, path, { sha256 }) {
  const bytes = await response.arrayBuffer();
  const digest = [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (digest !== sha256) throw new Error(`${path} is not the file that the build made`);
  return withHeaders(response, bytes, { [DIGEST]: sha256 });
}

/**
 * The same answer, with the headers that isolate the page; what the host says itself stays.
 *
 * @param {Response} response
 * @param {BodyInit} body
 * @param {Record<string, string>} [more]
 */
function withHeaders(response, body, more = {}) {
  const headers = new Headers({ ...ISOLATION, ...Object.fromEntries(response.headers), ...more });
  for (const name of ['Content-Encoding', 'Content-Length', 'Vary']) headers.delete(name); // they are about the way here
  return new Response(body, { status: response.status, statusText: response.statusText, headers });
}
