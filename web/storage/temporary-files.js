/**
 * Files in the origin's private file system that are written to be downloaded: as large as they come, and none of it in memory. A lock says
 * that a worker may still need one; what nobody needs is removed when a page starts.
 *
 * @module
 */

import { openFile } from './open-file.js';

const FOLDER = 'exports';

/** A browser does not say when it has copied a download: by then it has. Milliseconds. */
const KEPT_FOR = 10 * 60_000;

/** @typedef {{ write: (chunk: Uint8Array<ArrayBuffer>) => void, finish: (name: string) => Promise<File>, discard: () => Promise<void> }} Temporary */

/** @returns {Promise<Temporary>}  in memory where the browser gives the page no storage */
export async function beginTemporary() {
  const folder = await exportsFolder().catch(() => null);
  if (!folder) return inMemory();
  const id = crypto.randomUUID();
  const { promise: needed, resolve: free } = Promise.withResolvers();
  await new Promise((held) => void navigator.locks.request(lockOf(id), () => (held(null), needed)));
  const handle = await folder.getFileHandle(id, { create: true });
  const open = await openFile(handle);
  let at = 0;
  const remove = async () => {
    await folder.removeEntry(id).catch(() => {});
    free(null);
  };
  return {
    write(chunk) {
      at = open.write(chunk, at);
    },
    async finish(name) {
      await open.close();
      setTimeout(() => void remove(), KEPT_FOR);
      return new File([await handle.getFile()], name); // a file in a file is not copied
    },
    async discard() {
      await open.close().catch(() => {});
      await remove();
    },
  };
}

/** Remove what was written by pages that are gone. */
export async function removeLeftovers() {
  const folder = await exportsFolder().catch(() => null);
  if (!folder) return;
  const ids = [];
  for await (const id of folder.keys()) ids.push(id);
  for (const id of ids) {
    await navigator.locks.request(lockOf(id), { ifAvailable: true }, (lock) => (lock ? folder.removeEntry(id).catch(() => {}) : undefined));
  }
}

/** @param {string} id */
const lockOf = (id) => `tabsam export ${id}`;

async function exportsFolder() {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
}

/** @returns {Temporary} */
function inMemory() {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const chunks = [];
  return { write: (chunk) => void chunks.push(chunk), finish: async (name) => new File(chunks.splice(0), name), discard: async () => void chunks.splice(0) };
}
