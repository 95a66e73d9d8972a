/**
 * Model files, kept in the origin's private file system under their SHA-256.
 *
 * Nothing is used before its digest matches: not what comes from the network, and not what was stored on an earlier visit.
 *
 * @module
 */

import { failure } from '../failure.js';

/** @typedef {import('./protocol.js').ModelFile} ModelFile */

/**
 * @typedef {{ bytes: ArrayBuffer, stored: boolean, notices: string[] }} Found
 *   `stored`: it will be there on the next visit. `notices`: what the person should know.
 */

const FOLDER = 'models';

/**
 * Bring a file's bytes, from the store or from the network.
 *
 * @param {ModelFile} file
 * @param {(loaded: number) => void} onProgress  bytes so far
 * @returns {Promise<Found>}
 * @throws {import('../failure.js').FailureError} model-unreachable, model-refused, model-digest or insecure-context
 */
export async function readModelFile(file, onProgress) {
  if (!globalThis.isSecureContext) {
    throw failure('insecure-context', 'This page was not loaded over a secure connection.', 'Open it over https, or from localhost.');
  }
  /** @type {string[]} */
  const notices = [];
  const folder = await openFolder();
  if (folder) {
    const bytes = await readStored(folder, file, notices);
    if (bytes) {
      onProgress(bytes.byteLength);
      return { bytes, stored: true, notices };
    }
  } else {
    notices.push('This browser gives the page no storage (a private window?): the model is kept in memory and fetched again next time.');
  }
  const { bytes, stored } = await download(file, folder, onProgress, notices);
  return { bytes, stored, notices };
}

/** @returns {Promise<FileSystemDirectoryHandle | null>} */
async function openFolder() {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(FOLDER, { create: true });
  } catch {
    return null; // private windows and some embedded browsers refuse
  }
}

/**
 * @param {FileSystemDirectoryHandle} folder
 * @param {ModelFile} file
 * @param {string[]} notices
 * @returns {Promise<ArrayBuffer | null>}
 */
async function readStored(folder, file, notices) {
  let bytes;
  try {
    const handle = await folder.getFileHandle(file.sha256);
    bytes = await (await handle.getFile()).arrayBuffer();
  } catch {
    return null;
  }
  if ((await sha256(bytes)) === file.sha256) return bytes;
  notices.push('The stored copy of the model was damaged; it was thrown away and fetched again.');
  await folder.removeEntry(file.sha256).catch(() => {});
  return null;
}

/**
 * @param {ModelFile} file
 * @param {FileSystemDirectoryHandle | null} folder
 * @param {(loaded: number) => void} onProgress
 * @param {string[]} notices
 * @returns {Promise<{ bytes: ArrayBuffer, stored: boolean }>}
 */
async function download(file, folder, onProgress, notices) {
  const body = await request(file);
  const copy = folder && (await StoredCopy.begin(folder, file.sha256));
  let whole = new Uint8Array(file.bytes);
  let loaded = 0;
  try {
    for await (const chunk of body) {
      if (loaded + chunk.byteLength > whole.byteLength) whole = grown(whole, loaded + chunk.byteLength);
      whole.set(chunk, loaded);
      copy?.append(chunk);
      loaded += chunk.byteLength;
      onProgress(loaded);
    }
  } catch (error) {
    await copy?.discard();
    throw failure('model-unreachable', 'The connection broke while the model was loading.', 'Check the network, then try again.', error);
  }
  const bytes = whole.buffer.slice(0, loaded);
  if ((await sha256(bytes)) !== file.sha256) {
    await copy?.discard();
    throw failure(
      'model-digest',
      'What was downloaded is not the model that was asked for: its digest differs.',
      'Try again; if it stays so, this copy of tabsam is damaged.',
      `${file.url}: ${loaded} bytes, ${file.bytes} expected`,
    );
  }
  const stored = (await copy?.keep()) ?? false;
  if (copy?.full) notices.push('The disk is full: the model is kept in memory and fetched again next time. Free some space to keep it.');
  return { bytes, stored };
}

/**
 * @param {ModelFile} file
 * @returns {Promise<AsyncIterable<Uint8Array>>}
 */
async function request(file) {
  let response;
  try {
    response = await fetch(file.url);
  } catch (error) {
    throw failure('model-unreachable', 'The model could not be fetched: there is no connection.', 'Check the network, then try again.', error);
  }
  if (!response.ok || !response.body) {
    throw failure(
      'model-refused',
      `The model could not be fetched: the server answered ${response.status}.`,
      'Try again later.',
      `${file.url}: ${response.status} ${response.statusText}`,
    );
  }
  return chunks(response.body);
}

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {AsyncGenerator<Uint8Array>}
 */
async function* chunks(stream) {
  // A reader rather than `for await` over the stream itself, which not every browser has.
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} length
 */
function grown(bytes, length) {
  const larger = new Uint8Array(Math.max(length, bytes.byteLength * 2));
  larger.set(bytes);
  return larger;
}

/**
 * @param {ArrayBuffer} bytes
 * @returns {Promise<string>} lower-case hex
 */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A file that is being written under a passing name; when the disk is full it stops, quietly, and says so. */
class StoredCopy {
  /**
   * @param {FileSystemDirectoryHandle} folder
   * @param {string} name
   * @param {FileSystemFileHandle} part
   * @param {FileSystemSyncAccessHandle} access
   */
  constructor(folder, name, part, access) {
    this.full = false;
    this.folder = folder;
    this.name = name;
    this.part = part;
    this.access = access;
  }

  /**
   * @param {FileSystemDirectoryHandle} folder
   * @param {string} name
   * @returns {Promise<StoredCopy | null>} null when another tab is writing this file
   */
  static async begin(folder, name) {
    try {
      const part = await folder.getFileHandle(`${name}.part`, { create: true });
      const access = await part.createSyncAccessHandle();
      access.truncate(0);
      return new StoredCopy(folder, name, part, access);
    } catch {
      return null;
    }
  }

  /** @param {Uint8Array} chunk */
  append(chunk) {
    if (this.full) return;
    try {
      const written = this.access.write(chunk);
      this.full = written < chunk.byteLength;
    } catch {
      this.full = true; // QuotaExceededError
    }
  }

  /** @returns {Promise<boolean>} whether the file is there under its own name now */
  async keep() {
    if (this.full) {
      await this.discard();
      return false;
    }
    try {
      this.access.flush();
      this.access.close();
      // Every browser with OPFS has it; the type library does not yet.
      await /** @type {FileSystemFileHandle & { move(name: string): Promise<void> }} */ (this.part).move(this.name);
      return true;
    } catch {
      this.full = true;
      await this.discard();
      return false;
    }
  }

  async discard() {
    this.access.close();
    await this.folder.removeEntry(this.part.name).catch(() => {});
  }
}
