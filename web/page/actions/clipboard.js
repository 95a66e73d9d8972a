/**
 * Puts what was cut out onto the clipboard.
 *
 * @module
 */

/** @import {Messages} from '../bars/messages.js' */
/** @import {ExportKind} from '../../protocol.js' */

/** @param {{ messages: Messages, exportAs: (kind: ExportKind) => Promise<File>, cutOut: (id: number | null) => Promise<File> }} parts */
export function createClipboard({ messages, exportAs, cutOut }) {
  /**
   * @param {Promise<File>} file
   * @param {'image/png' | 'text/plain'} type
   * @param {string} text  that says it is done
   */
  async function write(file, type, text) {
    file.catch(() => {}); // told below, by the clipboard or by us
    try {
      // Asked at once, while the click still counts; the picture may come later.
      await navigator.clipboard.write([new ClipboardItem({ [type]: file.then((made) => made.slice(0, made.size, type)) })]);
      messages.say({ topic: 'export', tone: 'notice', text, hint: '' });
    } catch {
      const failed = await file.then(() => null, (/** @type {unknown} */ thrown) => thrown);
      if (failed) return messages.report('export', failed);
      messages.say({
        topic: 'export',
        tone: 'notice',
        text: 'This browser does not let the page write to the clipboard.',
        hint: 'Allow it for this site, or export a file.',
      });
    }
  }

  return {
    /** One object cut out, trimmed. @param {number | null} id  null is the selected one */
    copyCutOut: (id) => write(cutOut(id), 'image/png', 'The cut-out is on the clipboard.'),

    /**
     * The cut-out as a picture, the outline as text: what programs paste.
     *
     * @param {'cutout-png' | 'svg'} kind
     */
    copy: (kind) =>
      kind === 'svg'
        ? write(exportAs(kind), 'text/plain', 'The outline is on the clipboard, as SVG.')
        : write(exportAs(kind), 'image/png', 'The cut-out is on the clipboard.'),
  };
}
