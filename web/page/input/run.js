/**
 * Does something on one picture after another: finds everything on them, or asks again for their objects. It waits while the person does
 * something, and can be stopped at any moment: what is done stays, a step of its own on each picture.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { count, pictureTitle } from '../formatting.js';
import { embeddingBytesOf, fileOf, pageOf } from './listed-picture.js';
import { isLooking } from '../state/store.js';
import { isVisited, noteVisited } from './picture-queue.js';
import { untilQuiet } from './quiet.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {Client} from '../client.js' */
/** @import {BegunRun, RestoredProject, SearchOptions, WorkedOn} from '../../protocol.js' */
/** @import {ListedPicture, Store} from '../state/store.js' */
/** @import {PictureMarks} from './picture-marks.js' */

/**
 * @typedef {{ what: 'find', options: SearchOptions } | { what: 'ask', boxes: boolean }} Wish
 * @typedef {{ name: string, error: TabsamError }} Failed
 * @typedef {{ pictures: number, objects: number, failed: number, kept: number }} Sum
 */

/** So many are named in a message; its details have all. */
const NAMED = 3;

/** @param {{ client: Client, store: Store, actions: Actions, messages: Messages, marks: PictureMarks }} parts */
export function createRun({ client, store, actions, messages, marks }) {
  /** @type {AbortController | null} */
  let running = null;

  /** @param {ListedPicture} picture @param {Wish} wish @param {AbortSignal} signal */
  async function workOn(picture, wish, signal) {
    await untilQuiet(signal);
    const { id, name, place } = picture;
    const bytes = await (await fileOf(picture.source, signal)).arrayBuffer();
    signal.throwIfAborted();
    const embedding = await embeddingBytesOf(picture, signal);
    const file = { bytes, name, place, again: isVisited(id), ...pageOf(picture), embedding };
    const transfer = { transfer: embedding ? [bytes, embedding] : [bytes] };
    const call = wish.what === 'find' ? client.call('findOn', { ...file, ...wish.options }, transfer) : client.call('askAgainOn', { ...file, boxes: wish.boxes }, transfer);
    const done = await call;
    if (done.work) noteVisited(id);
    marks.noteWorked(id, done.key, done.work);
    if (done.open) await actions.catchUp();
    return done;
  }

  /**
   * @param {Wish} wish
   * @param {readonly ListedPicture[]} pictures
   */
  async function start(wish, pictures) {
    if (running || !pictures.length) return;
    const { signal } = (running = new AbortController());
    signal.addEventListener('abort', () => void client.call('leaveOff', {}).catch(() => {}));
    messages.unsay('run');
    const { engine } = store.state;
    /** @type {Sum} */
    const sum = { pictures: 0, objects: 0, failed: 0, kept: 0 };
    /** @type {Failed[]} */
    const failures = [];
    for (const [done, picture] of pictures.entries()) {
      if (!store.state.queue?.pictures.some(({ id }) => id === picture.id)) continue; // it has been taken off the list meanwhile
      store.update({ run: { what: wish.what, done, of: pictures.length, failed: failures.length, id: picture.id } });
      note({ what: wish.what, done, of: pictures.length });
      try {
        add(sum, await workOn(picture, wish, signal));
      } catch (thrown) {
        if (signal.aborted) break;
        const error = TabsamError.from(thrown);
        failures.push({ name: picture.place + pictureTitle(picture), error });
        if (store.state.engine.status === 'failed' || error.code === 'worker-lost') break; // so would all the others
      }
      // the rest would be asked of another model than the person has wished for
      if (wish.what === 'ask' && modelOf(store.state.engine) !== modelOf(engine)) stop();
      if (signal.aborted) break;
    }
    const isStopped = signal.aborted;
    running = null;
    store.update({ run: null });
    note(null);
    say(wish, sum, failures, isStopped ? pictures.length : null);
  }

  /** Whoever comes back is to know that it has not come to its end. @param {BegunRun | null} run */
  function note(run) {
    if (store.state.project !== null) client.call('noteSession', { run }).catch(() => {}); // a lost worker is said elsewhere
  }

  function stop() {
    running?.abort();
  }

  /**
   * @param {Wish} wish
   * @param {Sum} sum
   * @param {Failed[]} failures
   * @param {number | null} stopped  of how many, where it was stopped
   */
  function say({ what }, { pictures, objects, failed, kept }, failures, stopped) {
    const did = what === 'find' ? `${count(objects, 'object')} found on ${count(pictures, 'picture')}` : `${count(objects, 'object')} asked for again on ${count(pictures, 'picture')}`;
    const begin = stopped === null ? '' : `Stopped. `;
    const hints = [];
    if (failed) hints.push(`${count(failed, 'object')} found nothing and stayed.`);
    if (kept && what === 'ask') hints.push(`${count(kept, 'object')} ${kept === 1 ? 'was' : 'were'} not asked for: no prompts, or locked.`);
    if (objects) hints.push('Undo takes it back, picture by picture.');
    if (!failures.length) {
      messages.say({ topic: 'run', tone: 'notice', text: `${begin}${did}.`, hint: hints.join(' ') });
      return;
    }
    const named = failures.slice(0, NAMED).map(({ name, error }) => `${name}: ${error.message}`);
    if (failures.length > NAMED) named.push(`${count(failures.length - NAMED, 'more picture')}: see the details.`);
    messages.say({
      topic: 'run',
      tone: 'error',
      text: `${begin}${did}; ${count(failures.length, 'picture')} failed.`,
      hint: [...named, ...hints].join(' '),
      code: failures[0]?.error.code ?? '',
      details: failures.map(({ name, error }) => `${name}: ${error.code}: ${error.message} ${error.details ?? ''}`.trim()).join('\n'),
    });
  }

  return {
    start: (/** @type {Wish} */ wish, /** @type {readonly ListedPicture[]} */ pictures) => void start(wish, pictures),
    stop,
    /** Say that what was being done another day has not come to its end. @param {RestoredProject} restored */
    restore({ run }) {
      if (!run || isLooking(store.state)) return; // it may go on in the other tab
      const text = `${run.what === 'find' ? 'Finding everything' : 'Asking again'} ended with the page, after ${run.done} of ${count(run.of, 'picture')}.`;
      messages.say({ topic: 'run', tone: 'notice', text, hint: 'What it did is here. Begin it again for the others.', stays: true });
      note(null);
    },
  };
}

/** @typedef {ReturnType<typeof createRun>} RunOnPictures */

/** @param {Store['state']['engine']} engine */
const modelOf = (engine) => (engine.status === 'running' ? engine.info.model : '');

/** @param {Sum} sum @param {WorkedOn} done */
function add(sum, { added, asked, failed, kept }) {
  sum.pictures += Number(added + asked > 0);
  sum.objects += added + asked;
  sum.failed += failed;
  sum.kept += kept;
}
