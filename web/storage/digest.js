/**
 * The digest that files are known by.
 *
 * @module
 */

/**
 * @param {ArrayBuffer} bytes
 * @returns {Promise<string>} their SHA-256, lower-case hex
 */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
