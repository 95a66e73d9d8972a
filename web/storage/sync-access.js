/**
 * Files of the origin's private file system that one worker at a time reads and writes at once.
 *
 * @module
 */

/** A worker that was just ended, or a tab that was closed, lets go of its files a moment later than of its locks. Milliseconds. */
const TRY_AGAIN_AFTER = 50;
const TRIES = 60;

/**
 * @param {FileSystemFileHandle} handle
 * @returns {Promise<FileSystemSyncAccessHandle>}
 * @throws {DOMException} NoModificationAllowedError while another tab has it; QuotaExceededError when there is no room at all
 */
export async function accessTo(handle) {
  for (let tries = 1; ; tries++) {
    try {
      return await handle.createSyncAccessHandle();
    } catch (error) {
      if (tries === TRIES || !(error instanceof DOMException) || error.name !== 'NoModificationAllowedError') throw error;
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER));
    }
  }
}

/**
 * Write bytes at a place.
 *
 * @param {FileSystemSyncAccessHandle} access
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {number} at
 * @returns {number}  where they end
 * @throws {DOMException} QuotaExceededError when the disk is full
 */
export function writeAt(access, bytes, at) {
  if (access.write(bytes, { at }) < bytes.byteLength) throw new DOMException('The disk is full.', 'QuotaExceededError');
  return at + bytes.byteLength;
}

/**
 * @param {FileSystemSyncAccessHandle} access
 * @param {number} start
 * @param {number} end
 * @returns {Uint8Array<ArrayBuffer>}  zeros where the file has ended before
 */
export function readAt(access, start, end) {
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.byteLength; ) {
    const read = access.read(bytes.subarray(at), { at: start + at });
    if (read === 0) break;
    at += read;
  }
  return bytes;
}

/**
 * Write a whole file, in the place of what was in it.
 *
 * @param {FileSystemDirectoryHandle} directory
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @throws {DOMException} QuotaExceededError when the disk is full
 */
export async function writeFile(directory, name, bytes) {
  const access = await accessTo(await directory.getFileHandle(name, { create: true }));
  try {
    access.truncate(0);
    writeAt(access, bytes, 0);
  } finally {
    access.close();
  }
}

/**
 * Give a file another name, in the place of what has it.
 *
 * @param {FileSystemFileHandle} handle
 * @param {string} name
 */
export async function rename(handle, name) {
  // Every browser with OPFS has it; the type library does not yet.
  await /** @type {FileSystemFileHandle & { move(name: string): Promise<void> }} */ (handle).move(name);
}
