/**
 * Gets results out: masks and outlines for scripts, files for people.
 *
 * @module
 */

import { formatOf, isMaskKind } from '../state/export-choice.js';
import { remember } from '../state/preferences.js';
import { createClipboard } from './clipboard.js';
import { download, revokeLater } from './downloads.js';
import { createMeasuring } from './measuring.js';

/** @import {Client} from '../client.js' */
/** @import {ExportChoice} from '../state/export-choice.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {ExportKind} from '../../protocol.js' */

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

  /**
   * All objects in a format.
   *
   * @param {string} format  a name of `formats`
   * @param {{ hidden?: boolean }} [options]  `hidden`: those that cannot be seen, too
   * @returns {Promise<{ file: File, notes: string[] }>}
   */
  async function exportObjects(format, { hidden = false } = {}) {
    await settled();
    const { objects } = store.state.view;
    const { bytes, type, name, notes } = await client.call('exportObjects', { format, hidden });
    if (format !== 'classes') store.update({ saved: objects });
    return { file: new File([bytes], name, { type }), notes };
  }

  /**
   * One object, cut out of the picture.
   *
   * @param {number | null} id  null is the selected one
   * @param {boolean} [full]  as large as the picture
   */
  async function cutOut(id, full = false) {
    await settled();
    const { bytes, type, name } = await client.call('cutOut', { id, full });
    return new File([bytes], name, { type });
  }

  /**
   * Everything, to be gone on with elsewhere.
   *
   * @param {boolean} picture  whether the picture goes with it
   */
  async function projectFile(picture) {
    await settled();
    const { objects } = store.state.view;
    const { bytes, type, name } = await client.call('saveProject', { picture });
    store.update({ saved: objects });
    return new File([bytes], name, { type });
  }

  /**
   * What the encoder has made of the open picture: with it the picture opens elsewhere by the decoder alone.
   *
   * @param {'float16' | 'float32'} [precision]
   */
  async function embeddingFile(precision = 'float16') {
    await settled();
    const { bytes, type, name } = await client.call('saveEmbedding', { precision });
    return new File([bytes], name, { type });
  }

  /**
   * @param {ExportChoice} choice
   * @returns {Promise<{ file: File, notes: string[] }>}
   */
  async function made(choice) {
    if (isMaskKind(choice)) return { file: await exportAs(choice), notes: [] };
    const format = formatOf(choice);
    return format === null ? { file: await projectFile(choice === 'project'), notes: [] } : exportObjects(format);
  }

  return {
    exportAs,
    ...createClipboard({ messages, exportAs, cutOut }),
    ...createMeasuring({ client, settled }),
    cutOut,
    revokeLater,

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

    /**
     * A page of a file, small, for what the browser cannot show.
     *
     * @param {Blob} file
     * @param {number} page  from 0
     * @param {number} side  pixels, the most that the longest side may have
     * @returns {Promise<ImageBitmap>}
     */
    async thumbnailOf(file, page, side) {
      const bytes = await file.arrayBuffer();
      const { data, width, height } = await client.call('thumbnailOf', { bytes, page, side }, { transfer: [bytes] });
      return createImageBitmap(new ImageData(new Uint8ClampedArray(data), width, height));
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

    exportObjects,
    projectFile,
    embeddingFile,

    async saveEmbedding() {
      try {
        download(await embeddingFile());
        messages.unsay('export');
      } catch (thrown) {
        messages.report('export', thrown, { label: 'Try again', run: () => void this.saveEmbedding() });
      }
    },

    /** Hand a file to the browser's downloads. */
    download,

    /** @param {number | null} id  null is the selected object @param {boolean} [full] */
    async saveCutOut(id, full) {
      try {
        download(await cutOut(id, full));
        messages.unsay('export');
      } catch (thrown) {
        messages.report('export', thrown);
      }
    },

    /**
     * Export and hand the file to the browser's downloads.
     *
     * @param {ExportChoice} choice
     */
    async save(choice) {
      const format = formatOf(choice);
      store.update({ exportKind: choice, ...(format === null ? {} : { objectFormat: format }) });
      remember('tabsam.export', choice);
      if (format !== null) remember('tabsam.format', format);
      try {
        const { file, notes } = await made(choice);
        download(file);
        if (notes.length) messages.say({ topic: 'export', tone: 'notice', text: `${file.name} is saved.`, hint: notes.join(' ') });
        else messages.unsay('export');
      } catch (thrown) {
        messages.report('export', thrown, { label: 'Try again', run: () => void this.save(choice) });
      }
    },
  };
}
