/**
 * Copies what lies in a folder of the origin's private file system, piece by piece.
 *
 * @module
 */

import { openFile } from './open-file.js';

/** Bytes that are read at once. */
const PIECE = 4 << 20;

/**
 * @param {FileSystemDirectoryHandle} from
 * @param {FileSystemDirectoryHandle} to
 * @param {(name: string) => boolean} [wanted]
 * @throws {DOMException} QuotaExceededError when the disk is full
 */
export async function copyFiles(from, to, wanted = () => true) {
  for await (const [name, handle] of from.entries()) {
    if (!wanted(name)) continue;
    if (handle.kind === 'directory') await copyFiles(handle, await to.getDirectoryHandle(name, { create: true }));
    else await copyFile(await handle.getFile(), await to.getFileHandle(name, { create: true }));
  }
}

/** @param {File} file @param {FileSystemFileHandle} to */
async function copyFile(file, to) {
  const copy = await openFile(to);
  try {
    for (let at = 0; at < file.size; ) at = copy.write(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()), at);
  } finally {
    await copy.close();
  }
}
