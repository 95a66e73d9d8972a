/**
 * Ids that nobody else has. Not crypto.randomUUID: a site without a secure connection does not have that.
 *
 * @module
 */

export const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (number) => number.toString(16).padStart(8, '0')).join('');
