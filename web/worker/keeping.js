/**
 * Keeps this tab's project in the origin's private file system: Python writes a journal of what is done, and this stores its lines
 * before anybody hears of the answer. When that fails the work goes on in memory, the page is told, and it is tried again.
 *
 * @module
 */

import { asFailure, failure } from '../errors.js';
import { newId } from '../new-id.js';
import { dropEncoded } from '../storage/encoded-picture.js';
import { openProject, readProject, reopenProject } from '../storage/projects.js';
import { isFull } from '../storage/whole-files.js';

/** @import {Python} from './python.js' */
/** @import {Keeping, KeptFile, KeptPicture, Restored, RestoredProject, Whereabouts, WorkSummary} from '../protocol.js' */
/** @import {ProjectFolder} from '../storage/project-folder.js' */
/** @import {ReadableProject} from '../storage/projects.js' */

/** @typedef {import('../protocol.js').Methods['openProject']['params']} Wish */

/** Milliseconds of quiet after which the system is asked to write what it holds back, and the list of projects is told. */
const QUIET = 1000;
/** Milliseconds after which a store that failed is tried again, when there is something to store. */
const TRY_AGAIN_AFTER = 3000;
/** A journal of more bytes, and of three times those that it began with, is begun anew: most of its lines have been overtaken. */
const LONG = 4 << 20;

/** Why the work cannot be stored, by the name of the error. A folder that is not found has been there. @type {Partial<Record<string, Keeping['reason']>>} */
const REASONS = { QuotaExceededError: 'full', SecurityError: 'unavailable', NotFoundError: 'cleared' };

const DAMAGED = failure(
  'journal-damaged',
  'A part of what was stored of your work is damaged, and cannot be read.',
  'What was done before it is here. The damaged file is kept as it is.',
);

/** @type {ProjectFolder | null} */
let project = null;
/** One that another tab has, and that this one only looks at. @type {ReadableProject | null} */
let looked = null;
/** @type {Python | null} */
let python = null;
/** @type {Keeping} */
let keeping = { status: 'memory', reason: 'unavailable' };
/** Everything that asks Python waits for it: a picture that comes early must find its work. @type {Promise<unknown>} */
let restoring = Promise.resolve();
/** Lines that came while the journal is read or replaced. @type {Uint8Array<ArrayBuffer>[] | null} */
let waiting = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let quiet;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;

/** @returns {Promise<unknown>}  resolves when what another day's work needs is there */
export const restored = () => restoring.catch(() => {});

export const isLooking = () => looked !== null;

/**
 * Open a project, or begin one, and bring back what it holds.
 *
 * @param {Wish} wish
 * @param {Promise<Python>} starting
 * @returns {Promise<RestoredProject>}
 */
export function restore(wish, starting) {
  const result = run(wish, starting);
  restoring = result;
  return result;
}

/**
 * @param {Wish} wish
 * @param {Promise<Python>} starting
 * @returns {Promise<RestoredProject>}
 */
async function run({ project: wished, takeOver, look, journal }, starting) {
  let elsewhere = false;
  try {
    const onLost = () => {
      void project?.close();
      project = null;
      tell({ status: 'memory', reason: 'taken' });
      handToPage();
    };
    project = await openProject(wished ?? newId(), { takeOver, onLost });
    elsewhere = project === null;
    if (elsewhere && look && wished) looked = await readProject(wished);
    else project ??= await openProject(newId(), { onLost });
  } catch (error) {
    keeping = { status: 'memory', reason: reasonOf(error) };
  }
  python = await starting;
  python.storeWith(store);
  python.storeFindsWith(storeFinds, readFinds);
  const nothing = { id: null, missing: [], elsewhere, failure: null, thumbnail: null };
  if (looked) {
    const { id, keptPictures } = looked;
    keeping = { status: 'memory', reason: 'looking' };
    const work = await ask('restore', { journal: looked.journal });
    const brought = broughtBy(work);
    return { ...nothing, ...brought, id, missing: missingOf(brought.pictures, await keptPictures()), keeping, failure: failureOf(work) };
  }
  if (!project || journal?.byteLength) {
    // what the page has is newer than what is stored, where that is anything
    const brought = broughtBy(await ask('restore', { journal: journal ?? new ArrayBuffer(0) }));
    if (project) {
      keeping = { status: 'memory', reason: 'failed' };
      again = setTimeout(() => void beginAnew());
    }
    return { ...nothing, ...brought, id: project?.id ?? null, keeping };
  }
  keeping = { status: 'kept', reason: '' };
  const { id } = project;
  waiting = []; // what is written already belongs after what is sound of the journal
  /** @type {Restored} */
  let work;
  try {
    work = await ask('restore', { journal: project.readJournal().buffer });
  } catch (error) {
    // It cannot be read: it is set aside as it is, and the work begins anew.
    await project.setJournalAside();
    const empty = await ask('restore', { journal: new ArrayBuffer(0) });
    appendWaiting(project);
    return { ...nothing, ...broughtBy(empty), id, keeping, failure: asFailure(error) };
  }
  await goOn(project, work);
  const missing = missingOf(work.pictures, await project.keptPictures());
  const about = { id, missing, keeping, thumbnail: await project.thumbnailName() };
  return { ...nothing, ...broughtBy(work), ...about, failure: failureOf(work) };
}

/**
 * Write on in a journal that has been read. When that fails, what was read is there all the same.
 *
 * @param {ProjectFolder} to
 * @param {Restored} read
 */
async function goOn(to, { sound, damaged, begun }) {
  try {
    if (damaged) await replace(to, { keep: true });
    else {
      to.cut(sound);
      appendWaiting(to);
    }
  } catch (error) {
    waiting = null;
    fail(error);
  }
  if (sound > Math.max(LONG, 3 * begun)) again = setTimeout(() => void beginAnew(), TRY_AGAIN_AFTER);
}

/** What is to be said of a journal that has been read. @param {Restored} read */
const failureOf = ({ damaged }) => (damaged ? asFailure(DAMAGED) : null);

/** What a journal brings back for the page. @param {Restored} read */
const broughtBy = ({ pictures, at, marks, page, part, finding, tone, run }) => ({ pictures, at, marks, page, part, finding, tone, run });

/** @param {KeptPicture[]} pictures @param {Set<string>} kept */
const missingOf = (pictures, kept) => pictures.filter(({ id, file = id }) => !kept.has(file)).map(({ id }) => id);

/**
 * Store lines of the journal, or a whole one; called by Python, at once.
 *
 * @param {Uint8Array<ArrayBuffer>} lines
 * @param {boolean} whole
 */
function store(lines, whole) {
  if (looked) return; // nothing is done here
  if (keeping.status !== 'kept') globalThis.postMessage({ event: 'lines', lines, whole }); // the page has them while nothing is stored
  if (!project) return;
  if (waiting) {
    if (whole) waiting = [];
    waiting.push(lines);
    return;
  }
  if (whole) return; // for the page alone
  if (keeping.status !== 'kept') {
    again ??= setTimeout(() => void beginAnew(), TRY_AGAIN_AFTER);
    return;
  }
  try {
    project.append(lines);
  } catch (error) {
    if (isFull(error)) void makeRoom(lines, error);
    else fail(error);
    return;
  }
  settleSoon();
}

function settleSoon() {
  clearTimeout(quiet);
  quiet = setTimeout(() => void settle(), QUIET);
}

/** Store lines on a full disk: what can be made again goes first. @param {Uint8Array<ArrayBuffer>} lines @param {unknown} why */
async function makeRoom(lines, why) {
  waiting = [lines];
  try {
    const hasRoom = await dropEncoded();
    if (!project) return;
    if (!hasRoom) throw why;
    appendWaiting(project);
    settleSoon();
  } catch (error) {
    fail(error);
  } finally {
    waiting = null;
  }
}

/**
 * Store what a search has found, beside the journal; called by Python, at once.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {number}  where it begins, -1 where it is not stored
 */
function storeFinds(bytes) {
  if (!project || (keeping.status !== 'kept' && !waiting)) return -1;
  try {
    return project.appendFinds(bytes);
  } catch {
    return -1; // the model finds it again; that the disk is full is said about the next step
  }
}

/** @param {number} start @param {number} end @returns {Uint8Array<ArrayBuffer>} */
function readFinds(start, end) {
  if (looked) return new Uint8Array(new FileReaderSync().readAsArrayBuffer(looked.finds.slice(start, end)));
  if (!project) throw new DOMException('There is no project.', 'NotFoundError');
  return project.readFinds(start, end);
}

/** Put a journal of all that there is in the place of the one before: it has become long, or has a gap. */
async function beginAnew() {
  again = undefined;
  if (!project || waiting) return;
  waiting = [];
  try {
    const isCleared = keeping.reason === 'cleared';
    if (keeping.reason === 'full') await dropEncoded();
    if (isCleared) project = await reopenProject(project);
    await replace(project, { elsewhere: isCleared });
    if (keeping.status !== 'kept') tell({ status: 'kept', reason: '' });
    await settle();
  } catch (error) {
    waiting = null;
    fail(error);
  }
}

/**
 * @param {ProjectFolder} to
 * @param {{ keep?: boolean, elsewhere?: boolean }} [options]  `keep`: the journal before is set aside, for whoever can read it; `elsewhere`: what lay
 *   beside it is gone
 */
async function replace(to, { keep = false, elsewhere = false } = {}) {
  await ask('beginJournalAnew', { elsewhere }); // its lines have come when this has been answered
  const whole = coming()[0] ?? new Uint8Array();
  await to.replaceJournal(whole, { keep });
  coming().shift();
  appendWaiting(to);
}

/** @param {ProjectFolder} to */
function appendWaiting(to) {
  for (const lines of coming()) to.append(lines);
  waiting = null;
}

/** What has come meanwhile; a function, since it changes while one waits. */
const coming = () => waiting ?? [];

/**
 * Keep a picture's file or where it lies, so that nobody needs to find it again.
 *
 * @param {string} id
 * @param {Blob} file
 * @param {{ from?: Whereabouts | null, instead?: boolean }} [how]  see `ProjectFolder.keepPicture`
 * @returns {Promise<boolean>}  whether it is kept
 */
export async function keepPicture(id, file, how = {}) {
  await restored();
  if (!project) return false;
  const to = project;
  try {
    await to.keepPicture(id, file, how).catch(async (error) => {
      if (!isFull(error) || !(await dropEncoded())) throw error;
      await to.keepPicture(id, file, how);
    });
    return true;
  } catch (error) {
    if (await isReadable(file)) fail(error); // else it has been moved or changed: that is nothing about the storage
    return false;
  }
}

/** @param {Blob} file @returns {Promise<boolean>} */
const isReadable = (file) => file.slice(0, 1).arrayBuffer().then(() => true, () => false);

/**
 * @param {string} id
 * @returns {Promise<KeptFile>}
 */
export async function keptPicture(id) {
  await restored();
  return (await (project ?? looked)?.picture(id)) ?? { file: null, link: null };
}

/** Keep a picture's file no longer. @param {string} id */
export async function dropPicture(id) {
  await project?.dropPicture(id);
}

/** What this tab's project looks like in the list of projects. @param {{ of: string, file: Blob }} thumbnail  `of`: what it shows */
export async function keepThumbnail({ of, file }) {
  await project?.keepThumbnail(of, file).catch(() => {}); // it is no work: the next one is another try
}

/** The id of this tab's project. */
export const projectId = () => (project ?? looked)?.id ?? null;

/** Do what need not be done at once: some time after the last change, or before the project is left. */
export async function settle() {
  clearTimeout(quiet);
  if (!project) return;
  try {
    project.flush();
    const about = await ask('summary', {});
    if (about.pictures > 0) await project.describe({ ...about, changed: Date.now() });
  } catch (error) {
    fail(error);
  }
}

/** @param {unknown} error */
function fail(error) {
  if (!project) return;
  const wasKept = keeping.status === 'kept';
  tell({ status: 'memory', reason: reasonOf(error) });
  if (wasKept) handToPage();
}

/** Give the page a journal of all that there is: what follows is not stored, and nobody else has it when this worker ends. */
function handToPage() {
  ask('beginJournalAnew', { elsewhere: false }).catch(() => {}); // Python is gone: there is nothing more to give
}

/** @param {Keeping} now */
function tell(now) {
  const same = keeping.status === now.status && keeping.reason === now.reason;
  keeping = now;
  if (!same) globalThis.postMessage({ event: 'keeping', keeping });
}

/** @param {unknown} error @returns {Keeping['reason']} */
function reasonOf(error) {
  if (!(error instanceof DOMException)) return 'failed';
  return REASONS[error.name] ?? 'failed';
}

/** @typedef {{ restore: Restored, summary: WorkSummary, beginJournalAnew: null }} Answers */

/**
 * @template {keyof Answers} M
 * @param {M} method
 * @param {unknown} params
 * @returns {Promise<Answers[M]>}
 */
async function ask(method, params) {
  if (!python) throw new TypeError('Python has not started');
  const { result } = await python.call(method, params, () => {});
  return /** @type {Answers[M]} */ (result);
}
