/**
 * The pictures that come with the page.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';

/**
 * @typedef {{ id: string, file: string, title: string, alt: string, credit: string, licence: string, width: number, height: number }} Entry
 * @typedef {Entry & { url: string }} Sample  `url` is relative to the page
 */

/** @returns {Promise<Sample[]>}  none if they are not there: the page works without */
export async function loadSamples() {
  try {
    const response = await fetch('samples/samples.json');
    if (!response.ok) return [];
    /** @type {Entry[]} */
    const entries = await response.json();
    return entries.map((entry) => ({ ...entry, url: `samples/${entry.file}` }));
  } catch {
    return [];
  }
}

/**
 * @param {Sample} sample
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>}
 */
export async function fetchSample({ url }, signal) {
  const response = await fetch(url, { signal }).catch(() => null);
  if (!response?.ok) {
    throw new TabsamError({
      code: 'sample-missing',
      message: 'The sample could not be loaded.',
      hint: 'Check the connection, or open a picture of your own.',
      details: `${url}: ${response ? `HTTP ${response.status}` : 'no answer'}`,
    });
  }
  return response.blob();
}
