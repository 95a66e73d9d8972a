/**
 * Writes files into a folder that the person has chosen, one after the other. It must be empty: nothing of theirs is written over, and what
 * is given up leaves nothing behind.
 *
 * @module
 */

import { failure } from '../errors.js';

/**
 * @param {FileSystemDirectoryHandle} folder
 * @throws {import('../errors.js').TabsamError} folder-not-empty
 */
export async function writeInto(folder) {
  for await (const name of folder.keys()) {
    throw failure('folder-not-empty', `The folder '${folder.name}' is not empty: '${name}' is in it.`, 'Choose an empty folder, or make a new one.');
  }
  /** @type {{ path: string, stream: FileSystemWritableFileStream } | null} */
  let open = null;

  async function end() {
    await open?.stream.close();
    open = null;
  }

  return {
    /** A piece of a file; the pieces of one come one after the other. @param {string} path @param {Uint8Array<ArrayBuffer>} chunk */
    async write(path, chunk) {
      if (open?.path !== path) {
        await end();
        open = { path, stream: await beginFile(folder, path.split('/')) };
      }
      await open.stream.write(chunk);
    },
    end,
    async discard() {
      await open?.stream.abort().catch(() => {});
      const names = [];
      for await (const name of folder.keys()) names.push(name);
      for (const name of names) await folder.removeEntry(name, { recursive: true }).catch(() => {});
    },
  };
}

/** @param {FileSystemDirectoryHandle} folder @param {string[]} parts */
async function beginFile(folder, parts) {
  let inside = folder;
  for (const part of parts.slice(0, -1)) inside = await inside.getDirectoryHandle(part, { create: true });
  return (await inside.getFileHandle(parts.at(-1) ?? '', { create: true })).createWritable();
}
