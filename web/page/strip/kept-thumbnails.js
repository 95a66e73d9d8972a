/**
 * Thumbnails of pictures that are read from where they lie, in their project's folder: they are seen before the browser lets the page read the
 * pictures again. Each can be made again, so whatever fails here is as if there were none.
 *
 * @module
 */

const FOLDER = 'thumbnails';

/** @param {string} project @param {boolean} create */
async function folderOf(project, create) {
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('projects');
  return (await projects.getDirectoryHandle(project)).getDirectoryHandle(FOLDER, { create });
}

/**
 * @param {string} project
 * @param {string} picture  its id
 * @param {HTMLCanvasElement} canvas
 */
export async function keepThumbnailOf(project, picture, canvas) {
  try {
    const file = await new Promise((/** @type {BlobCallback} */ resolve) => canvas.toBlob(resolve, 'image/webp', 0.8));
    if (!file) return;
    const handle = await (await folderOf(project, true)).getFileHandle(picture, { create: true });
    const writable = await handle.createWritable();
    await writable.write(file);
    await writable.close();
  } catch {
    // no room, or the project is another tab's by now
  }
}

/** @param {string} project @param {string} picture @returns {Promise<ImageBitmap | null>} */
export async function keptThumbnailOf(project, picture) {
  try {
    return await createImageBitmap(await (await (await folderOf(project, false)).getFileHandle(picture)).getFile());
  } catch {
    return null;
  }
}
