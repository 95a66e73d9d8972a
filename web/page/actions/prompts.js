/**
 * Points, box and choice: what the person shows the model. Each change is drawn at once, sent, and taken over from Python's
 * view when it arrives. While a picture is being opened changes are held back, because until it is encoded Python still holds
 * the picture before, and would take them for that one.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { cancelled } from '../client.js';
import { isMaskComing, shownOf } from '../state/store.js';
import { createNewestWins } from './newest-wins.js';

/** @import {Messages} from '../bars/messages.js' */
/** @import {Client} from '../client.js' */
/** @import {AcceptEdit, AddEdit, BoxEdit, Edit, MoveEdit} from '../state/pending-edits.js' */
/** @import {Store} from '../state/store.js' */
/** @import {Box} from '../../protocol.js' */
/** @import {Sending} from './sending.js' */

/**
 * @typedef {{ edit: AddEdit | BoxEdit | AcceptEdit, resolve: (done: void) => void, reject: (error: TabsamError) => void }} Held
 */

/** What was accepted is an object already. */
const SAME_OBJECT = 'same-object';

/** @param {{ client: Client, store: Store, messages: Messages, sending: Sending }} parts */
export function createPrompts({ client, store, messages, sending }) {
  /** @type {Held[]} */
  let held = [];
  const { send } = sending;
  const newest = createNewestWins();
  let lastTemporaryId = 0;

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
        case 'accept':
          return client.call('accept', { overlaps: edit.overlaps, once: edit.once }, options);
        case 'clear':
          return client.call('clear', {}, options);
      }
    }, edit, SAME_OBJECT).catch((thrown) => {
      const { code, message, hint } = TabsamError.from(thrown);
      if (code === SAME_OBJECT) askAboutCopy(message, hint);
      throw thrown;
    });
  }

  /**
   * What is an object already has been accepted; Python has selected that one.
   *
   * @param {string} text @param {string} hint
   */
  function askAboutCopy(text, hint) {
    const { active } = store.state.view;
    const action = {
      label: 'Refine it',
      run: () => quiet(active === null ? accept(false) : send((options) => client.call('refineAsAsked', { id: active }, options))),
    };
    messages.say({ topic: 'prompt', tone: 'notice', text, hint, asks: true, action, other: { label: 'Keep both', run: () => quiet(accept(false)) } });
  }

  /** @param {Promise<unknown>} done  what went wrong has been said */
  const quiet = (done) => void done.catch(() => {});

  /** @param {boolean} once */
  const accept = (once) => submit({ kind: 'accept', overlaps: store.state.overlaps, once });

  /** @param {Held[]} next */
  function setHeld(next) {
    for (const entry of held) if (!next.includes(entry)) entry.reject(cancelled());
    held = next;
    store.update({ edits: held.map(({ edit }) => edit) });
  }

  /**
   * @param {AddEdit | BoxEdit | AcceptEdit} edit
   * @returns {Promise<void>}  settles when the picture is open and the change has been answered
   */
  function hold(edit) {
    return new Promise((resolve, reject) => {
      setHeld([...(edit.kind === 'box' ? heldWithoutBox() : held), { edit, resolve, reject }]);
    });
  }

  /** The box of the object that is being asked for; those that will be objects by then keep theirs. */
  function heldWithoutBox() {
    const begun = held.findLastIndex(({ edit }) => edit.kind === 'accept');
    return held.filter(({ edit }, at) => at < begun || edit.kind !== 'box');
  }

  /** @param {AddEdit | BoxEdit | AcceptEdit} edit */
  const submit = (edit) => (store.state.opening ? hold(edit) : sendEdit(edit));

  /**
   * @param {number | 'box'} what
   * @param {Edit} edit
   */
  const isAbout = (what, edit) => (what === 'box' ? edit.kind === 'box' : edit.kind === 'move' && edit.id === what);

  /**
   * Follow a drag: one call is under way at a time, and the newest place wins.
   *
   * @param {number | 'box'} what  a point, by its id, or the box
   * @param {MoveEdit | BoxEdit} edit
   * @returns {Promise<void>}
   */
  function drag(what, edit) {
    store.update({ edits: [...store.state.edits.filter((other) => !isAbout(what, other)), edit] });
    const end = () => store.update({ edits: store.state.edits.filter((other) => !isAbout(what, other)) });
    return newest(what, () => sendEdit(edit), sending.untilNextPicture(), end);
  }

  return {
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
      setHeld(heldWithoutBox());
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

    /**
     * Of the mask that is on its way, if one is: its candidates are not those that are shown.
     *
     * @param {number} index  a candidate's rank, 0 is the best: not its place among those that are offered
     */
    choose(index) {
      if (isMaskComing(store.state)) return send((options) => client.call('choose', { candidate: index }, options));
      return sendEdit({ kind: 'choose', index });
    },

    /**
     * By its place among those that are offered, as a key has it; of the mask that is on its way, if one is.
     *
     * @param {number} place  0 is the best
     */
    async chooseOffered(place) {
      if (isMaskComing(store.state)) return send((options) => client.call('choose', { candidate: place, offered: true }, options));
      const wanted = shownOf(store.state).candidates[place];
      if (wanted) await sendEdit({ kind: 'choose', index: wanted.index });
    },

    /**
     * Make what is shown, or is on its way, an object, and begin the next.
     *
     * @param {boolean} [once]  whether to ask before there is a second one of the same
     */
    accept: (once = true) => accept(once),

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
 * @param {Box} box
 * @returns {Box}  top-left corner first
 */
function ordered([x0, y0, x1, y1]) {
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
}
