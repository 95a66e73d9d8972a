/**
 * Objects and classes, and all that is done to an outline by hand. Nothing is drawn before Python has confirmed it; what comes in
 * a stream (a slider, a dragged corner, the pointer) has one call under way at a time, and the newest wins.
 *
 * @module
 */

import { shownOf } from '../state/store.js';
import { createChange } from './changing.js';
import { createNewestWins } from './newest-wins.js';
import { createSelected } from './selected.js';

/** @import {Client} from '../client.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {As} from '../dialogs/import-dialog.js' */
/** @import {MaskKind, MaskLook, Methods, Overlaps, Shaping, WhichPicture} from '../../protocol.js' */
/** @import {Sending} from './sending.js' */

/** Where refining ends; beyond these, further rounds change nothing that one can see. @type {Methods['refine']['params']} */
const GOOD_ENOUGH = { rounds: 5, iouPrediction: 0.95, stabilityScore: 0.97 };

/** @param {{ client: Client, store: Store, messages: Messages, sending: Sending, settled: () => Promise<void> }} parts */
export function createObjects({ client, store, messages, sending, settled }) {
  const newest = createNewestWins();

  /** @param {string} about @param {() => Promise<unknown>} call */
  function latest(about, call) {
    const { picture } = shownOf(store.state);
    return newest(about, call, () => picture === shownOf(store.state).picture);
  }

  const change = createChange({ client, store, sending, settled });

  /** Of the shape that is previewed; the answer about one that has been dropped must not be shown. */
  let preview = 0;
  function dropPreview() {
    preview++;
    if (store.state.preview) store.update({ preview: null });
  }

  /** Who asks for it twice means the same. @type {Promise<string> | null} */
  let refining = null;

  /** @param {Methods['refine']['params']} limits */
  async function refineOnce(limits) {
    const { picture } = shownOf(store.state);
    let reason = '';
    await sending.send(async (options) => {
      const refined = await client.call('refine', limits, options);
      reason = refined.reason;
      return refined.view;
    });
    // the next change of the prompts takes it away: it is about the answer to these
    if (picture === shownOf(store.state).picture) messages.say({ topic: 'prompt', tone: 'notice', text: reason, hint: '' });
    return reason;
  }

  return {
    /** @param {Overlaps} overlaps */
    setOverlaps: (overlaps) => store.update({ overlaps }),
    /** Go on asking the model about an object. @param {number} id */
    reopen: (id) => change('reopen', { id }),
    /** @param {number} id @param {Omit<Methods['changeObject']['params'], 'id'>} changes */
    changeObject: (id, changes) => change('changeObject', { id, ...changes }),
    /** @param {number} id */
    duplicateObject: (id) => change('duplicateObject', { id }),
    /** @param {number} id @param {number} place  0 is the bottom */
    moveObject: (id, place) => change('moveObject', { id, place }),
    /** @param {number} id */
    removeObject: (id) => change('removeObject', { id }),
    ...createSelected({ store, messages, change }),

    /** @param {number} id @param {number} index @param {number} x @param {number} y @param {number} gesture */
    moveVertex: (id, index, x, y, gesture) => latest(`vertex ${id}`, () => change('moveVertex', { id, index, x, y, gesture })),
    /** @param {number} id @param {number} after @param {number} x @param {number} y @param {number} [gesture] */
    insertVertex: (id, after, x, y, gesture) => change('insertVertex', { id, after, x, y, gesture }),
    /** @param {number} id @param {number} index */
    removeVertex: (id, index) => change('removeVertex', { id, index }),

    /**
     * Show what a shaping would do; `dropPreview` takes it away.
     *
     * @param {number} id @param {Shaping} operation @param {number} amount
     */
    previewShape(id, operation, amount) {
      const mine = ++preview;
      return latest('preview', async () => {
        try {
          const shape = await client.call('previewShape', { id, operation, amount });
          if (mine === preview) store.update({ preview: { id, operation, amount, ...shape } });
        } catch (thrown) {
          if (mine === preview) messages.report('prompt', thrown);
          throw thrown;
        }
      });
    },
    dropPreview,
    /** @param {number} id @param {Shaping} operation @param {number} amount */
    async reshape(id, operation, amount) {
      await change('reshape', { id, operation, amount });
      dropPreview();
    },

    /** @param {number[]} points  x, y, x, y ... in image pixels @param {number} radius  image pixels @param {boolean} erase */
    paint: (points, radius, erase) => change('paint', { points, radius, erase }),
    /** Ask the model with the shape that is shown, as it has been painted. */
    askWithShape: () => change('askWithShape', {}),
    /** @param {number} radius  CSS pixels */
    setBrush: (radius) => store.update({ brush: Math.min(200, Math.max(2, radius)) }),
    /** Take a mask picture as a prompt. @param {Blob} blob */
    async loadMask(blob) {
      await settled();
      await sending.send(async (options) => client.call('loadMask', { bytes: await blob.arrayBuffer() }, options));
    },

    /** @param {number} threshold  logits @param {number} gesture */
    setThreshold: (threshold, gesture) => latest('threshold', () => change('setThreshold', { threshold, gesture })),
    /** @param {boolean} on */
    feedBack: (on) => change('feedBack', { on }),
    /** @param {'decoded' | 'follow' | null} edges  how the edges of masks are made; null leaves it to the model */
    setEdges: (edges) => sending.send(async (options) => client.call('setEdges', { edges }, options)),
    /** @param {number | null} share  of a mask, below which specks and pinholes are left out; null leaves it to the model */
    setTidy: (share) => sending.send(async (options) => client.call('setTidy', { share }, options)),

    /** @param {boolean} on  whether one mask is shown, that which Meta's predictor gives for multimask_output=False */
    singleMask: (on) => change('singleMask', { on }),
    /**
     * Have the model refine its answer until it is good enough, and say why it ended.
     *
     * @param {Methods['refine']['params']} [limits]
     * @returns {Promise<string>}  why, in words
     */
    refine(limits = GOOD_ENOUGH) {
      refining ??= refineOnce(limits).finally(() => (refining = null));
      return refining;
    },

    /** @param {string} name */
    addClass: (name) => change('addClass', { name }),
    /** @param {number} id @param {Omit<Methods['changeClass']['params'], 'id'>} changes */
    changeClass: (id, changes) => change('changeClass', { id, ...changes }),
    /** @param {number} id */
    removeClass: (id) => change('removeClass', { id }),
    /** @param {number | null} id */
    useClass: (id) => change('useClass', { id }),

    formats: () => client.call('formats', {}),

    fidelity: () => client.call('fidelity', {}),
    /** @param {string} text  a world file's six numbers; empty to be in pixels again */
    setWorldFile: (text) => change('setWorldFile', { text }),

    /**
     * Tell what a mask's picture would be taken for; null for one that cannot be read, which is said when it is imported.
     *
     * @param {Blob} blob
     * @returns {Promise<MaskLook | null>}
     */
    async lookAtMask(blob) {
      await settled();
      return client.call('lookAtMask', { bytes: await blob.arrayBuffer() }).catch(() => null);
    },

    /**
     * Bring annotations, classes, a project or a world file in, and say what was left out.
     *
     * @param {Blob} blob @param {string} name @param {As} [as]
     * @param {{ pictured?: string, kind?: MaskKind | null }} [more]  which of the file's pictures is the open one, where it has asked; as what a mask is to be read
     * @returns {Promise<{ added: number, said: string[], asks: WhichPicture | null }>}
     */
    async importFile(blob, name, as = 'objects', { pictured = '', kind = null } = {}) {
      await settled();
      /** @type {{ added: number, said: string[], asks: WhichPicture | null }} */
      let outcome = { added: 0, said: [], asks: null };
      await sending.send(async (options) => {
        const params = { name, bytes: await blob.arrayBuffer(), as, pictured, kind: kind ?? undefined };
        const { view, added, said, asks } = await client.call('importFile', params, options);
        outcome = { added, said, asks };
        return view;
      });
      if (outcome.asks) return outcome;
      const count = outcome.added === 1 ? '1 object was' : `${outcome.added} objects were`;
      const text = outcome.added ? `${count} added from ${name}.` : `${name} was read.`;
      if (outcome.said.length) messages.say({ topic: 'import', tone: 'notice', text, hint: outcome.said.join(' ') });
      else messages.unsay('import');
      return outcome;
    },
  };
}
