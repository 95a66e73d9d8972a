/**
 * Points, box and choice: what the person shows the model. Each change is drawn at once, sent, and taken over from Python's
 * view when it arrives. While a picture is being opened changes are held back, because until it is encoded Python still holds
 * the picture before, and would take them for that one.
 *
 * @module
 */

import { TabsamError, cancelled } from '../client.js';

/** @import {Client} from '../client.js' */
/** @import {AddEdit, BoxEdit, Edit, MoveEdit} from '../state/pending-edits.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Box, Progress, View} from '../../protocol.js' */

/**
 * @typedef {{ edit: AddEdit | BoxEdit, resolve: (done: void) => void, reject: (error: TabsamError) => void }} Held
 * @typedef {{ next: MoveEdit | BoxEdit | null, done: Promise<void> }} Mover
 * @typedef {{ onProgress: (progress: Progress) => void }} Options
 */

/**
 * A new point is drawn with its answer, or alone after so many milliseconds, where the model is slow: a frame of its own takes the
 * processor from the model, and the mask comes later by a tenth.
 */
const PATIENCE = 150;

/** @param {{ client: Client, store: Store, messages: Messages }} parts */
export function createPrompts({ client, store, messages }) {
  /** @type {Held[]} */
  let held = [];
  /** One per thing that is being dragged: a point, by its id, or the box. @type {Map<number | 'box', Mover>} */
  const movers = new Map();
  let lastTemporaryId = 0;
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
    const { edits, view: current } = store.state;
    // While the model is busy the mask before is still the one to show; its outlines are not sent again.
    const whole = view.decoding && !view.candidates.length ? { ...view, candidates: current.candidates } : known(view, current);
    const answered = !view.decoding && view.revision > current.revision;
    store.update({
      ...(answered && store.state.hover && { hover: null }), // in the frame of the answer that it foretold
      view: view.revision < current.revision ? current : whole,
      edits: edit ? edits.filter((other) => other !== edit) : edits,
    });
  }

  /** @param {Edit} edit */
  const draw = (edit) => store.update({ edits: [...store.state.edits, edit] });

  /**
   * Send one change and follow its answer. `edit` is what to draw until Python confirms it.
   *
   * @param {(options: Options) => Promise<View>} ask
   * @param {Edit} [edit]
   */
  async function send(ask, edit) {
    const asked = epoch;
    const { edits, busy } = store.state;
    // Asked before it is drawn: the model starts while the page draws.
    const answer = ask({ onProgress: ({ view }) => view && receive(view, asked, edit) });
    const isNew = edit !== undefined && !edits.includes(edit);
    const later = edit?.kind === 'add' && isNew ? setTimeout(() => draw(edit), PATIENCE) : undefined;
    store.update({ busy: busy + 1, edits: isNew && later === undefined ? [...edits, edit] : edits });
    try {
      receive(await answer, asked, edit);
      messages.unsay('prompt');
    } catch (thrown) {
      store.update({ edits: store.state.edits.filter((other) => other !== edit) });
      messages.report('prompt', thrown);
      // The change may have got through even though its answer did not: ask what Python holds now.
      await client.call('state', {}).then((view) => receive(view, asked), () => {});
      throw TabsamError.from(thrown);
    } finally {
      clearTimeout(later);
      store.update({ busy: store.state.busy - 1 });
    }
  }

  /** @param {Edit} edit */
  function sendEdit(edit) {
    return send((options) => {
      switch (edit.kind) {
        case 'add':
          return client.call('addPoint', { x: edit.x, y: edit.y, label: edit.label }, options);
        case 'move':
          return client.call('movePoint', { id: edit.id, x: edit.x, y: edit.y, gesture: edit.gesture }, options);
        case 'label':
          return client.call('labelPoint', { id: edit.id, label: edit.label }, options);
        case 'remove':
          return client.call('removePoint', { id: edit.id }, options);
        case 'box':
          return client.call('setBox', { box: edit.box, gesture: edit.gesture }, options);
        case 'unmask':
          return client.call('removeMask', {}, options);
        case 'choose':
          return client.call('choose', { candidate: edit.index }, options);
        case 'clear':
          return client.call('clear', {}, options);
      }
    }, edit);
  }

  /** @param {Held[]} next */
  function setHeld(next) {
    for (const entry of held) if (!next.includes(entry)) entry.reject(cancelled());
    held = next;
    store.update({ edits: held.map(({ edit }) => edit) });
  }

  /**
   * @param {AddEdit | BoxEdit} edit
   * @returns {Promise<void>}  settles when the picture is open and the change has been answered
   */
  function hold(edit) {
    return new Promise((resolve, reject) => {
      const others = edit.kind === 'box' ? held.filter((entry) => entry.edit.kind !== 'box') : held;
      setHeld([...others, { edit, resolve, reject }]);
    });
  }

  /** @param {AddEdit | BoxEdit} edit */
  const submit = (edit) => (store.state.opening ? hold(edit) : sendEdit(edit));

  /**
   * @param {number | 'box'} what
   * @param {Edit} edit
   */
  const isAbout = (what, edit) => (what === 'box' ? edit.kind === 'box' : edit.kind === 'move' && edit.id === what);

  /**
   * Follow a drag: one call is under way at a time, and the newest place wins.
   *
   * @param {number | 'box'} what
   * @param {MoveEdit | BoxEdit} edit
   * @returns {Promise<void>}
   */
  function drag(what, edit) {
    store.update({ edits: [...store.state.edits.filter((other) => !isAbout(what, other)), edit] });
    const current = movers.get(what);
    if (current) {
      current.next = edit;
      return current.done;
    }
    /** @type {Mover} */
    const mover = { next: edit, done: Promise.resolve() };
    movers.set(what, mover);
    mover.done = follow(what, mover);
    return mover.done;
  }

  /**
   * @param {number | 'box'} what
   * @param {Mover} mover
   */
  async function follow(what, mover) {
    const asked = epoch;
    try {
      for (let edit = mover.next; edit && asked === epoch; edit = mover.next) {
        mover.next = null;
        await sendEdit(edit);
      }
    } finally {
      movers.delete(what);
      store.update({ edits: store.state.edits.filter((edit) => !isAbout(what, edit)) });
    }
  }

  return {
    send,

    /**
     * @param {number} x  image pixels
     * @param {number} y
     * @param {0 | 1} label
     */
    addPoint: (x, y, label) => submit({ kind: 'add', id: --lastTemporaryId, x, y, label }),

    /**
     * May be called for every pointer event of a drag: one call is under way at a time, and the newest place wins.
     *
     * @param {number} id
     * @param {number} x  image pixels
     * @param {number} y
     * @param {number} [gesture]  moves with the same number are one step to undo
     * @returns {Promise<void>}
     */
    movePoint(id, x, y, gesture) {
      if (id < 0) {
        amendHeld(id, { x, y });
        return Promise.resolve();
      }
      return drag(id, { kind: 'move', id, x, y, gesture });
    },

    /**
     * @param {number} id
     * @param {0 | 1} label
     */
    labelPoint(id, label) {
      if (id >= 0) return sendEdit({ kind: 'label', id, label });
      amendHeld(id, { label });
      return Promise.resolve();
    },

    /** @param {number} id */
    removePoint(id) {
      if (id >= 0) return sendEdit({ kind: 'remove', id });
      setHeld(held.filter(({ edit }) => edit.kind !== 'add' || edit.id !== id));
      return Promise.resolve();
    },

    /**
     * @param {Box | null} box  image pixels; null removes it
     * @param {number} [gesture]  boxes with the same number are one step to undo, and the newest wins
     */
    setBox(box, gesture) {
      if (box && gesture !== undefined && !store.state.opening) return drag('box', { kind: 'box', box: ordered(box), gesture });
      if (box || !store.state.opening) return submit({ kind: 'box', box: box && ordered(box) });
      setHeld(held.filter(({ edit }) => edit.kind !== 'box'));
      return Promise.resolve();
    },

    /** Take the painted or loaded mask away. */
    removeMask: () => sendEdit({ kind: 'unmask' }),

    clear() {
      if (!store.state.opening) return sendEdit({ kind: 'clear' });
      setHeld([]);
      return Promise.resolve();
    },

    undo() {
      if (!store.state.opening) return send((options) => client.call('undo', {}, options));
      setHeld(held.slice(0, -1));
      return Promise.resolve();
    },

    redo: () => send((options) => client.call('redo', {}, options)),

    /** @param {number} index  a candidate's rank, 0 is the best */
    choose: (index) => sendEdit({ kind: 'choose', index }),

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

    /** The picture is open: what was held back goes out. */
    flush() {
      const waiting = held;
      held = [];
      for (const { edit, resolve, reject } of waiting) sendEdit(edit).then(resolve, reject);
    },

    /** The picture that they were meant for will not come. */
    discard() {
      setHeld([]);
    },
  };

  /**
   * @param {number} id
   * @param {Partial<AddEdit>} patch
   */
  function amendHeld(id, patch) {
    held = held.map((entry) => {
      return entry.edit.kind === 'add' && entry.edit.id === id ? { ...entry, edit: { ...entry.edit, ...patch } } : entry;
    });
    if (store.state.opening) store.update({ edits: held.map(({ edit }) => edit) });
  }
}

/** @typedef {ReturnType<typeof createPrompts>} PromptActions */

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

/**
 * @param {Box} box
 * @returns {Box}  top-left corner first
 */
function ordered([x0, y0, x1, y1]) {
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
}
