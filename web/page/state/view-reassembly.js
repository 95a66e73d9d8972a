/**
 * Puts the objects and finds of a view together. Python sends them only when they have changed, and no outline twice (object_updates.py,
 * find_updates.py in app/tabsam/page);
 * so every view must come by here, in the order in which they arrive.
 *
 * @module
 */

/** @import {Finds, Objects, Outline, SentFinds, SentObjects} from '../../protocol.js' */

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
  /** Of the search that was last heard of, by number. @type {Map<number, Outline>} */
  let found = new Map();
  /** @type {Finds} */
  let finds = { list: [], search: null };
  /** The same as long as it says the same: what is drawn of it is not drawn again. @type {number[]} */
  let selected = [];

  /** @param {{ objects: SentObjects | Objects, finds: SentFinds | Finds, selected: number[] }} view */
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
    const searched = /** @type {SentFinds} */ (view.finds);
    if (searched) {
      if (searched.fresh) found = new Map();
      const list = searched.list.map((one) => {
        const outline = one.outline ?? found.get(one.number);
        if (!outline) throw new Error(`The outline of find ${one.number} has never come`);
        found.set(one.number, outline);
        return { ...one, outline };
      });
      finds = { list, search: searched.search };
    }
    view.finds = finds;
    if (view.selected.length !== selected.length || view.selected.some((id, i) => id !== selected[i])) selected = view.selected;
    view.selected = selected;
  }

  worker.addEventListener('message', ({ data }) => {
    const { result, progress } = data;
    for (const view of [result, result?.view, progress?.view]) if (view && 'objects' in view && 'revision' in view) reassemble(view);
  });
}
