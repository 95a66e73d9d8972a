/**
 * Hands files to the browser's downloads.
 *
 * @module
 */

/** A blob's URL must outlive the click or the drag that it is for; browsers do not say when they have read it. */
const GRACE_MS = 30_000;

/** @param {File} file */
export function download(file) {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  revokeLater(url);
}

/** @param {string} url  of a blob that somebody may still be reading */
export function revokeLater(url) {
  setTimeout(() => URL.revokeObjectURL(url), GRACE_MS);
}
