/**
 * Brings a data set in: read, asked about, and its pictures listed with their work.
 *
 * @module
 */

import { createDataSetDialog } from '../dialogs/data-set.js';
import { count } from '../formatting.js';
import { pathOf } from './data-set-files.js';
import { putBack, takeOff } from './picture-list.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Answered} from '../actions/data-sets.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {BroughtPicture, SetOutcome} from '../../protocol.js' */
/** @import {PictureMarks} from './picture-marks.js' */
/** @import {PictureQueue} from './picture-queue.js' */
/** @import {ListedPicture, Store} from '../state/store.js' */

/** So many files are named in a message; its details have all. */
const NAMED = 3;

/** @param {{ store: Store, actions: Actions, messages: Messages, adopt: PictureQueue['adopt'], marks: PictureMarks }} parts */
export function createDataSetImport({ store, actions, messages, adopt, marks }) {
  const dialog = createDataSetDialog();
  /** The pictures that each import has brought, by its number. @type {Map<number, ListedPicture[]>} */
  const brought = new Map();
  /** Of each import, whether it is done. @type {readonly boolean[]} */
  let done = [];

  // what it did on the pictures is Python's to undo, the list is the page's
  store.subscribe(({ view: { imports } }, before) => {
    if (imports === before.view.imports) return;
    const changed = imports.flatMap((now, number) => (done[number] !== undefined && done[number] !== now ? [number] : []));
    done = imports;
    // when the change has been told to all: another picture may have to be opened
    if (changed.length) queueMicrotask(() => follow(changed));
  });

  /** @param {number[]} changed */
  function follow(changed) {
    for (const number of changed) {
      const pictures = brought.get(number) ?? [];
      if (done[number]) putBack(store, pictures);
      else takeOff({ store, actions }, new Set(pictures.map(({ id }) => id)), 'before');
    }
    marks.learn([]);
  }
  /** One after the other. */
  let before = Promise.resolve();

  /** @param {readonly File[]} files */
  async function run(files) {
    const given = files.map((file) => ({ path: pathOf(file), file }));
    messages.unsay('import');
    try {
      for (let answered = /** @type {Answered | null} */ ({ answers: [], format: '' }); answered; ) {
        const abort = new AbortController();
        dialog.begin(abort);
        const { news, outcome } = await actions.importSet(given, answered, { signal: abort.signal, onProgress: dialog.show });
        if (outcome.questions.length) {
          answered = await dialog.ask(outcome, answered);
          continue;
        }
        dialog.end();
        const joined = adopt(news.map((one) => ({ ...one, source: one.given === null ? one.file : (files[one.given] ?? null) })));
        brought.set(outcome.number, joined);
        marks.learn([...outcome.keys, ...news.filter(({ key }) => key)]);
        say(news, outcome);
        return;
      }
    } catch (thrown) {
      messages.report('import', thrown);
    } finally {
      dialog.end();
    }
  }

  /** @param {BroughtPicture[]} news @param {SetOutcome} outcome */
  function say(news, { objects, worked, problems, said }) {
    const came = objects ? `${count(objects, 'object')} on ${count(worked, 'picture')} came in` : 'No objects came in';
    const joined = news.length ? `, and ${count(news.length, 'picture')} joined the list` : '';
    const undo = objects || news.length ? ['Undo takes all of it back.'] : [];
    if (!problems.length) {
      messages.say({ topic: 'import', tone: 'notice', text: `${came}${joined}.`, hint: [...said, ...undo].join(' ') });
      return;
    }
    const named = problems.slice(0, NAMED).map(({ path, message }) => `${path}: ${message}`);
    const more = problems.length > NAMED ? [`${count(problems.length - NAMED, 'more file')}: see the details.`] : [];
    messages.say({
      topic: 'import',
      tone: 'error',
      text: `${came}${joined}; ${count(problems.length, 'file')} could not be taken.`,
      hint: [...named, ...more, ...said, ...undo].join(' '),
      code: problems[0]?.code ?? '',
      details: problems.map(({ path, code, message }) => `${path}: ${code}: ${message}`).join('\n'),
    });
  }

  /** @param {readonly File[]} files */
  return (files) => {
    before = before.then(() => run(files));
  };
}
