/**
 * Puts what was cut out onto the clipboard.
 *
 * @module
 */

/** @import {Messages} from '../bars/messages.js' */
/** @import {ExportKind} from '../../protocol.js' */

/** @param {{ messages: Messages, exportAs: (kind: ExportKind) => Promise<File> }} parts */
export function createClipboard({ messages, exportAs }) {
  return {
    /**
     * The cut-out as a picture, the outline as text: what programs paste.
     *
     * @param {'cutout-png' | 'svg'} kind
     */
    async copy(kind) {
      const file = exportAs(kind);
      file.catch(() => {}); // told below, by the clipboard or by us
      const type = kind === 'svg' ? 'text/plain' : 'image/png';
      try {
        // Asked at once, while the click still counts; the picture may come later.
        await navigator.clipboard.write([new ClipboardItem({ [type]: file.then((made) => made.slice(0, made.size, type)) })]);
        messages.say({ topic: 'export', tone: 'notice', text: kind === 'svg' ? 'The outline is on the clipboard, as SVG.' : 'The cut-out is on the clipboard.', hint: '' });
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
    },
  };
}
