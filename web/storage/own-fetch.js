/**
 * The browser's fetch, as it is before a script's requests are looked at (worker/network-guard.js): what the site itself asks for, a
 * model that the person has chosen, is not a script's.
 *
 * @module
 */

export const ownFetch = globalThis.fetch.bind(globalThis);
