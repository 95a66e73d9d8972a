/**
 * Puts the objects of a view together. Python sends them only when they have changed, and no outline twice (app/tabsam/page/views.py);
 * so every view must come by here, in the order in which they arrive.
 *
 * @module
 */

/** @import {Objects, Outline, SentObjects} from '../../protocol.js' */

/**
 * Reassemble every view among a worker's messages, before anyone else reads them.
 *
 * @param {Worker} worker
 */
export function reassembleViews(worker) {
  /** Those of the objects that were last heard of, by number. @type {Map<number, Outline>} */
  let outlines = new Map();
  /** @type {Objects} */
  let objects = { list: [], categories: [] };
  /** The same as long as it says the same: what is drawn of it is not drawn again. @type {number[]} */
  let selected = [];

  /** @param {{ objects: SentObjects | Objects, selected: number[] }} view */
  function reassemble(view) {
    const sent = /** @type {SentObjects} */ (view.objects);
    if (sent) {
      /** @type {Map<number, Outline>} */
      const present = new Map();
      const list = sent.list.map((one) => {
        const outline = sent.outlines[one.outline] ?? outlines.get(one.outline);
        if (!outline) throw new Error(`Outline ${one.outline} has never come`);
        present.set(one.outline, outline);
        return { ...one, outline };
      });
      outlines = present;
      objects = { list, categories: sent.categories };
    }
    view.objects = objects;
    if (view.selected.length !== selected.length || view.selected.some((id, i) => id !== selected[i])) selected = view.selected;
    view.selected = selected;
  }

  worker.addEventListener('message', ({ data }) => {
    const { result, progress } = data;
    for (const view of [result, result?.view, progress?.view]) if (view && 'objects' in view && 'revision' in view) reassemble(view);
  });
}
