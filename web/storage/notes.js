/**
 * Small things remembered between visits, as one JSON file each in the origin's private file system. Without storage nothing is
 * remembered, and nothing fails.
 *
 * @module
 */

/** What the self-test said of a provider, by GPU, browser and model. */
export const VERDICTS = 'verdicts.json';
/** Digests that were noted on first use, by the addresses of files whose publishers state none. */
export const PINS = 'pins.json';
/** Of which version a file without a digest is that has come in part, by its addresses. */
export const BEGINNINGS = 'beginnings.json';
/** Models that the person added, by id. */
export const OWN_MODELS = 'own-models.json';

/**
 * @param {string} file
 * @returns {Promise<Record<string, unknown>>}
 */
export async function readNotes(file) {
  if (!globalThis.isSecureContext) return {}; // there is no storage, and there are no locks
  // Not while another tab writes: what is read then is neither the old nor the new, and would look like nothing.
  return navigator.locks.request(`tabsam ${file}`, { mode: 'shared' }, () => read(file));
}

/**
 * @param {string} file
 * @returns {Promise<Record<string, unknown>>}
 */
async function read(file) {
  try {
    const root = await navigator.storage.getDirectory();
    const stored = await (await root.getFileHandle(file)).getFile();
    const notes = JSON.parse(await stored.text());
    return typeof notes === 'object' && notes !== null ? notes : {};
  } catch {
    return {};
  }
}

/**
 * @param {string} file
 * @param {string} key
 * @param {unknown} value  undefined forgets it
 * @returns {Promise<void>}
 */
export function note(file, key, value) {
  // One tab at a time: it is read, changed and written.
  return navigator.locks.request(`tabsam ${file}`, async () => {
    const notes = { ...(await read(file)), [key]: value };
    try {
      const root = await navigator.storage.getDirectory();
      const writable = await (await root.getFileHandle(file, { create: true })).createWritable();
      await writable.write(JSON.stringify(notes));
      await writable.close();
    } catch {
      // No storage: it is found out again on the next visit.
    }
  });
}
