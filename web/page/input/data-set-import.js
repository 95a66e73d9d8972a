/**
 * Brings a data set in: read, asked about, and its pictures listed with their work.
 *
 * @module
 */

import { createDataSetDialog } from '../dialogs/data-set.js';
import { count } from '../formatting.js';
import { pathOf } from './data-set-files.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Answered} from '../actions/data-sets.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {BroughtPicture, SetOutcome} from '../../protocol.js' */
/** @import {PictureMarks} from './picture-marks.js' */
/** @import {PictureQueue} from './picture-queue.js' */

/** So many files are named in a message; its details have all. */
const NAMED = 3;

/** @param {{ actions: Actions, messages: Messages, adopt: PictureQueue['adopt'], marks: PictureMarks }} parts */
export function createDataSetImport({ actions, messages, adopt, marks }) {
  const dialog = createDataSetDialog();
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
        adopt(news.map((one) => ({ ...one, source: one.given === null ? one.file : (files[one.given] ?? null) })));
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
    if (!problems.length) {
      messages.say({ topic: 'import', tone: 'notice', text: `${came}${joined}.`, hint: said.join(' ') });
      return;
    }
    const named = problems.slice(0, NAMED).map(({ path, message }) => `${path}: ${message}`);
    const more = problems.length > NAMED ? [`${count(problems.length - NAMED, 'more file')}: see the details.`] : [];
    messages.say({
      topic: 'import',
      tone: 'error',
      text: `${came}${joined}; ${count(problems.length, 'file')} could not be taken.`,
      hint: [...named, ...more, ...said].join(' '),
      code: problems[0]?.code ?? '',
      details: problems.map(({ path, code, message }) => `${path}: ${code}: ${message}`).join('\n'),
    });
  }

  /** @param {readonly File[]} files */
  return (files) => {
    before = before.then(() => run(files));
  };
}
