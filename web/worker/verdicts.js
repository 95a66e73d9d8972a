/**
 * What the self-test said of a provider, remembered between visits so that the test costs one visit only.
 *
 * @module
 */

/** @typedef {import('./ladder.js').Verdict} Verdict */

const FILE = 'verdicts.json';

/**
 * @param {string} subject  GPU, browser and model
 * @returns {Promise<Verdict | undefined>}
 */
export async function recall(subject) {
  return (await readAll())[subject];
}

/**
 * @param {string} subject
 * @param {Verdict} verdict
 * @returns {Promise<void>}
 */
export async function remember(subject, verdict) {
  const all = await readAll();
  all[subject] = verdict;
  try {
    const root = await navigator.storage.getDirectory();
    const writable = await (await root.getFileHandle(FILE, { create: true })).createWritable();
    await writable.write(JSON.stringify(all));
    await writable.close();
  } catch {
    // No storage: the test is made again on the next visit.
  }
}

/** @returns {Promise<Record<string, Verdict>>} */
async function readAll() {
  try {
    const root = await navigator.storage.getDirectory();
    const file = await (await root.getFileHandle(FILE)).getFile();
    return JSON.parse(await file.text());
  } catch {
    return {};
  }
}
