/**
 * Data sets, out and in: hands pictures' files to Python, which reads of them what it needs when it needs it, and writes what comes of it to a
 * folder, or to a file to be downloaded. Neither is ever whole in memory.
 *
 * @module
 */

import { failure } from '../errors.js';
import { newId } from '../new-id.js';
import { readable as readableFile } from '../storage/project-folder.js';
import { beginTemporary } from '../storage/temporary-files.js';
import { writeInto } from '../storage/folder-writer.js';
import { hand as handOver, read, takeBack } from './handed-files.js';
import { dropPicture, keepPicture } from './keeping.js';

/** @import {Python} from './python.js' */
/** @import {ExportSetParams, KeptFile, KeptPicture, Methods, Progress, SetPieces, SetStep} from '../protocol.js' */

/** @typedef {(progress: Progress) => void} OnProgress */
/** @typedef {<R>(method: string, params: unknown) => Promise<R>} Ask */

/** Gives up what is under way. */
let stopping = new AbortController();

export function stopDataSet() {
  stopping.abort(failure('cancelled', 'Cancelled.', ''));
}

/** The numbers of the files that have been handed over. @type {number[]} */
let given = [];

/** @param {Blob | null} file */
function hand(file) {
  const handed = handOver(file);
  given.push(handed.file);
  return handed;
}

/** @param {Methods['exportSet']['params']['pictures']} pictures */
function handed(pictures) {
  /** Pages of one file share it. @type {Map<Blob | null, ReturnType<typeof hand>>} */
  const given = new Map();
  return pictures.map(({ file, ...one }) => {
    const number = given.get(file) ?? hand(file);
    given.set(file, number);
    return { ...one, ...number };
  });
}

/**
 * Do something with files, which Python can read until it is done or given up.
 *
 * @template T
 * @param {Python} python
 * @param {'endSetExport' | 'endSetImport'} end
 * @param {(ask: Ask) => Promise<T>} run  `ask` throws when it has been given up; what has been answered counts
 */
async function withFiles(python, end, run) {
  stopping = new AbortController();
  const { signal } = stopping;
  python.readFilesWith(read);
  try {
    return await run(async (method, params) => {
      await breath();
      signal.throwIfAborted();
      const { result } = await python.call(method, params, () => {});
      return /** @type {never} */ (result);
    });
  } finally {
    await python.call(end, {}, () => {});
    takeBack(given);
    given = [];
  }
}

/** Let what has come for this worker be read, such as that all is given up: one answer after the other leaves no room for it. */
function breath() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  });
}

/**
 * Write all pictures as one data set.
 *
 * @param {Python} python
 * @param {Methods['exportSet']['params']} wish
 * @param {OnProgress} onProgress
 * @returns {Promise<Methods['exportSet']['result']>}
 */
export function exportSet(python, { pictures, folder, name, ...how }, onProgress) {
  return withFiles(python, 'endSetExport', (ask) => writeSet(ask, { ...how, pictures: handed(pictures), zipped: !folder }, { folder, name }, onProgress));
}

/**
 * Write a project that is not open as a `.tabsam` file, with its pictures.
 *
 * @param {Python} python
 * @param {{ journal: ArrayBuffer, picture: (id: string) => Promise<KeptFile> }} project
 * @param {string} name
 * @param {OnProgress} onProgress
 */
export function exportOther(python, { journal, picture }, name, onProgress) {
  return withFiles(python, 'endSetExport', async (ask) => {
    const listed = /** @type {KeptPicture[]} */ (await ask('readOtherProject', { journal }));
    const pictures = await Promise.all(listed.map(async (one) => ({ ...one, file: await readableFile(await picture(one.file ?? one.id)) })));
    const how = { format: 'tabsam', withPictures: true, valShare: 0, seed: 0, pictures: handed(pictures), zipped: true };
    return writeSet(ask, how, { folder: null, name }, onProgress);
  });
}

/**
 * @param {Ask} ask
 * @param {ExportSetParams} how
 * @param {{ folder: FileSystemDirectoryHandle | null, name: string }} where
 * @param {OnProgress} onProgress
 * @returns {Promise<Methods['exportSet']['result']>}
 */
async function writeSet(ask, how, { folder, name }, onProgress) {
  const target = folder ? await writeInto(folder) : null;
  const archive = target ? null : await beginTemporary();
  try {
    await ask('beginSetExport', how);
    for (;;) {
      const { pieces, done, at, notes } = /** @type {SetPieces} */ (await ask('goOnWithSetExport', {}));
      for (const { path, data } of pieces) {
        if (archive) archive.write(new Uint8Array(data));
        else await target?.write(path, new Uint8Array(data));
      }
      onProgress({ stage: 'export', message: at ? 'Writing the pictures' : 'Looking at the pictures', ...(at && { loaded: at, total: how.pictures.length }) });
      if (!done) continue;
      await target?.end();
      return { file: (await archive?.finish(name)) ?? null, notes };
    }
  } catch (error) {
    await (archive ?? target)?.discard();
    throw readable(error);
  }
}

/**
 * Read a data set. Pictures that it brings in an archive are kept with the project, one after the other, or else given as files.
 *
 * @param {Python} python
 * @param {Methods['importSet']['params']} wish
 * @param {OnProgress} onProgress
 * @returns {Promise<Methods['importSet']['result']>}
 */
export function importSet(python, { files: given, pictures, answers, format }, onProgress) {
  return withFiles(python, 'endSetImport', async (ask) => {
    const listed = given.map(({ path, file }) => ({ path, ...hand(file) }));
    const first = listed[0]?.file ?? 0;
    /** @type {Methods['importSet']['result']['news']} */
    const news = [];
    try {
      await ask('beginSetImport', { files: listed, pictures: handed(pictures), answers, format });
      for (;;) {
        const { read: count, news: more, outcome } = /** @type {SetStep} */ (await ask('goOnWithSetImport', {}));
        for (const { key, name, place, file, data } of more) {
          const id = newId();
          const own = file < 0 ? new File([data], name) : null;
          const kept = own !== null && (await keepPicture(id, own));
          news.push({ id, key, name, place, size: own?.size ?? 0, given: file < 0 ? null : file - first, file: kept ? null : own });
        }
        onProgress({ stage: 'import', message: news.length ? `${news.length} pictures` : `${count} files of annotations` });
        if (outcome) return { news, outcome };
      }
    } catch (error) {
      for (const { id } of news) await dropPicture(id);
      throw readable(error);
    }
  });
}

/** @param {unknown} error */
function readable(error) {
  if (!(error instanceof DOMException)) return error;
  if (error.name === 'QuotaExceededError') return failure('disk-full', 'The disk is full: the data set could not be written.', 'Make room, or leave the pictures out.', error);
  if (error.name === 'NotAllowedError') return failure('folder-refused', 'The page may not write into this folder.', 'Choose it again and allow it, or save a zip.', error);
  return failure('data-set-broken-off', 'The data set could not be written or read to its end.', 'Look whether the files and the folder are still there, and try again.', error);
}
