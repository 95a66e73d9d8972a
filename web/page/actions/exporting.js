/**
 * Gets results out: masks and outlines for scripts, files for people.
 *
 * @module
 */

import { remember } from '../storage.js';

/** @import {Client} from '../client.js' */
/** @import {Messages} from '../messages.js' */
/** @import {Store} from '../store.js' */
/** @import {ExportKind} from '../../protocol.js' */

/** A blob's URL must outlive the click that starts its download; browsers do not say when they have read it. */
const DOWNLOAD_GRACE_MS = 30_000;

/** @param {{ client: Client, store: Store, messages: Messages, settled: () => Promise<void> }} parts */
export function createExporting({ client, store, messages, settled }) {
  /**
   * @param {ExportKind} kind
   * @param {number} [candidate]  a rank; the chosen one by default
   */
  async function exportAs(kind, candidate) {
    await settled();
    const { bytes, type, name } = await client.call('export', { kind, candidate });
    return new File([bytes], name, { type });
  }

  return {
    exportAs,

    /**
     * The open picture, small: from Python, which has it decoded. The browser would decode all of it once more, which at 50
     * megapixels takes 200 MB.
     *
     * @param {number} side  pixels, the most that the longest side may have
     * @returns {Promise<ImageBitmap | null>}
     */
    async thumbnail(side) {
      const small = await client.call('thumbnail', { side });
      return small && createImageBitmap(new ImageData(new Uint8ClampedArray(small.data), small.width, small.height));
    },

    /** @param {number} [candidate] */
    async mask(candidate) {
      await settled();
      return client.call('mask', { candidate });
    },

    /**
     * @param {number} [candidate]
     * @param {number} [tolerance]  image pixels
     */
    async contours(candidate, tolerance) {
      await settled();
      return client.call('contours', { candidate, tolerance });
    },

    /**
     * Export and hand the file to the browser's downloads.
     *
     * @param {ExportKind} kind
     */
    async save(kind) {
      store.update({ exportKind: kind });
      remember('tabsam.export', kind);
      try {
        download(await exportAs(kind));
        messages.unsay('export');
      } catch (thrown) {
        messages.report('export', thrown, { label: 'Try again', run: () => void this.save(kind) });
      }
    },
  };
}

/** @param {File} file */
function download(file) {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_GRACE_MS);
}
