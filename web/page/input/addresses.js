/**
 * Addresses that a person gives, and where the page may ask at all.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';

const HERE = ['localhost', '127.0.0.1'];

/**
 * An absolute address of something to fetch.
 *
 * @param {string} text  absolute, or relative to the page
 * @returns {string}
 * @throws {TabsamError} address-invalid
 */
export function addressOf(text) {
  const url = URL.canParse(text.trim(), location.href) ? new URL(text.trim(), location.href) : null;
  const allowed = url && (url.protocol === 'https:' || url.origin === location.origin || (url.protocol === 'http:' && HERE.includes(url.hostname)));
  if (allowed) return url.href;
  throw new TabsamError({
    code: 'address-invalid',
    message: url ? `Nothing can be fetched from ${url.protocol}// here.` : `“${text}” is no address.`,
    hint: 'Give one that begins with https://',
    details: text,
  });
}
