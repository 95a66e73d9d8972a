/**
 * What a server's answer to a request for a file is worth: whether it is the rest of what is there, which version of the file it is,
 * and whether it is the file at all.
 *
 * @module
 */

import { failure } from '../errors.js';

/**
 * @typedef {import('../errors.js').TabsamError} TabsamError
 * @typedef {import('./connection.js').Here} Here
 * @typedef {import('./connection.js').Mirror} Mirror
 * @typedef {import('./download.js').Source} Source
 *
 * @typedef {(string | null)[]} Version  what tells one version of a file from another, as far as a mirror lets us see it
 */

/** Answers that may be others in a moment. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Something that a mirror did and that is not a broken connection. */
export class Setback extends Error {
  /**
   * @param {TabsamError} error
   * @param {number} costs  of the mirror's lives
   */
  constructor(error, costs) {
    super(error.message);
    this.error = error;
    this.costs = costs;
  }
}

/**
 * Whether a part of a file goes on from what is there. Another origin hides most of what tells, unless it says otherwise; then the
 * digest decides. Without a digest nothing is put together but what surely belongs together.
 *
 * @param {Response} response
 * @param {Mirror} mirror
 * @param {Source} source
 * @param {Here} here
 */
export function isRest(response, mirror, source, here) {
  const place = placeOf(response);
  if (place && place.from !== here.size) return false;
  if (place?.total !== undefined && source.bytes !== undefined && place.total !== source.bytes) return false;
  if (response.headers.has('Content-Encoding')) return false;
  const pairs = versionOf(response).map((now, index) => [now, mirror.version[index] ?? null]);
  const known = pairs.filter(([now, before]) => now !== null && before !== null);
  if (known.some(([now, before]) => now !== before)) return false;
  return source.sha256 !== undefined || (known.length > 0 && here.mirror === mirror);
}

/**
 * @param {Response} response
 * @returns {Version}
 */
export function versionOf({ headers }) {
  const tag = headers.get('ETag');
  // A weak tag says that two versions mean the same, not that they are the same bytes.
  return [tag?.startsWith('W/') ? null : tag, headers.get('Last-Modified')];
}

/**
 * @param {Response} response
 * @returns {{ from: number, total: number | undefined } | null}
 */
export function placeOf({ headers }) {
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('Content-Range') ?? '') ?? [];
  return from === undefined ? null : { from: Number(from), total: total === '*' ? undefined : Number(total) };
}

/**
 * @param {string} url
 * @param {Response} response
 */
export function refusal(url, { status, statusText }) {
  const error = failure(
    'model-refused',
    `The model could not be fetched: the server answered ${status}.`,
    'Try again later, or choose another model.',
    `${url}: ${status} ${statusText}`,
  );
  return new Setback(error, PASSING.has(status) ? 1 : 2);
}

/**
 * @param {string} url
 * @param {Response} response
 * @param {Uint8Array} head  of the file
 */
export function refusePage(url, response, head) {
  const isPage = response.headers.get('Content-Type')?.startsWith('text/html') || /^\s*<(!doctype|html)/i.test(new TextDecoder().decode(head));
  if (!isPage) return;
  const error = failure(
    'model-html',
    'The server sent a web page in place of the model.',
    'The address may be wrong, or want you to sign in or to accept a licence first.',
    url,
  );
  throw new Setback(error, 2);
}
