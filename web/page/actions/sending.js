/**
 * Sends what changes the document, and takes over Python's view when it arrives: the newest counts, and none of a picture before.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';

/** @import {Client} from '../client.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Edit} from '../state/pending-edits.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Progress, View} from '../../protocol.js' */

/** @typedef {{ onProgress: (progress: Progress) => void }} Options */

/**
 * A new point is drawn with its answer, or alone after so many milliseconds, where the model is slow: a frame of its own takes the
 * processor from the model, and the mask comes later by a tenth.
 */
const PATIENCE = 150;

/** @param {{ client: Client, store: Store, messages: Messages }} parts */
export function createSending({ client, store, messages }) {
  /** Counts the pictures Python has taken: an answer about the one before must not be drawn over this one. */
  let epoch = 0;

  /**
   * Take over a view, and with it drop the edit that it confirms, in one update: nothing flickers between the two.
   *
   * @param {View} view
   * @param {number} asked  the epoch in which the question was asked
   * @param {Edit} [edit]
   */
  function receive(view, asked, edit) {
    if (asked !== epoch) return;
    const { edits, undrawn, view: current } = store.state;
    // While the model is busy the mask before is still the one to show; its outlines are not sent again.
    const whole = view.decoding && !view.candidates.length ? { ...view, candidates: current.candidates } : known(view, current);
    const answered = !view.decoding && view.revision > current.revision;
    store.update({
      ...(answered && store.state.hover && { hover: null }), // in the frame of the answer that it foretold
      view: view.revision < current.revision ? current : whole,
      edits: without(edits, edit),
      undrawn: without(undrawn, edit),
    });
  }

  /** @param {readonly Edit[]} edits @param {Edit} [gone] */
  const without = (edits, gone) => (gone && edits.includes(gone) ? edits.filter((other) => other !== gone) : edits);

  /** @param {Edit} edit */
  const draw = (edit) => store.update({ undrawn: without(store.state.undrawn, edit) });

  /**
   * Send one change and follow its answer. `edit` is what to draw until Python confirms it, `expected` the code of a failure that
   * whoever asks tells of himself.
   *
   * @param {(options: Options) => Promise<View>} ask
   * @param {Edit} [edit]
   * @param {string} [expected]
   */
  async function send(ask, edit, expected) {
    const asked = epoch;
    const { edits, undrawn, busy } = store.state;
    // Asked before it is drawn: the model starts while the page draws.
    const answer = ask({ onProgress: ({ view }) => view && receive(view, asked, edit) });
    const isNew = edit !== undefined && !edits.includes(edit);
    const waits = isNew && edit.kind === 'add';
    const later = waits ? setTimeout(() => draw(edit), PATIENCE) : undefined;
    store.update({ busy: busy + 1, edits: isNew ? [...edits, edit] : edits, undrawn: waits ? [...undrawn, edit] : undrawn });
    try {
      receive(await answer, asked, edit);
      messages.unsay('prompt');
    } catch (thrown) {
      store.update({ edits: without(store.state.edits, edit), undrawn: without(store.state.undrawn, edit) });
      if (TabsamError.from(thrown).code !== expected) messages.report('prompt', thrown);
      // The change may have got through even though its answer did not: ask what Python holds now.
      await client.call('state', {}).then((view) => receive(view, asked), () => {});
      throw TabsamError.from(thrown);
    } finally {
      clearTimeout(later);
      store.update({ busy: store.state.busy - 1 });
    }
  }

  return {
    send,

    /** Whether Python still holds the picture that it holds now. @returns {() => boolean} */
    untilNextPicture() {
      const now = epoch;
      return () => now === epoch;
    },

    /**
     * Draw a view that comes with another model's answer, unless the page is ahead of it by now.
     *
     * @param {View} view
     */
    takeOver(view) {
      if (view.image?.name === store.state.picture?.name) receive(view, epoch);
    },

    /** Python holds a new picture: answers about the one before no longer count. */
    startOver() {
      epoch++;
    },
  };
}

/** @typedef {ReturnType<typeof createSending>} Sending */

/**
 * Keep the outlines that have come before, in a progress: what is drawn is not drawn again.
 *
 * @param {View} view
 * @param {View} before
 * @returns {View}
 */
function known(view, before) {
  if (view.revision !== before.revision) return view;
  return { ...view, candidates: view.candidates.map((one, i) => ({ ...one, outline: before.candidates[i]?.outline ?? one.outline })) };
}
