/**
 * What becomes of files that somebody drops, chooses or pastes: pictures are opened, annotations are added to the open one, and data sets
 * to all.
 *
 * @module
 */

import { TabsamError } from '../../errors.js';
import { createImportDialog, createWhichPicture } from '../dialogs/import-dialog.js';
import { byId } from '../dom.js';
import { count } from '../formatting.js';
import { isDataSet, looksLikePicture } from './data-set-files.js';
import { isEmbedding, noteEmbedding, pairUp } from './embedding-files.js';
import { placeOf } from './places.js';
import { onPanel } from './panels.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {PictureQueue} from './picture-queue.js' */
/** @import {Store} from '../state/store.js' */

/** As in tabsam/formats/detecting.py; tests/unit/formats/test_map_coordinates.py holds the two together. */
const WORLD_FILES = ['bmpw', 'bpw', 'gfw', 'gifw', 'jgw', 'jpegw', 'jpgw', 'pgw', 'pngw', 'tfw', 'tiffw', 'tifw', 'webpw', 'wld', 'wpw'];

const ANNOTATIONS = new RegExp(`\\.(${['json', 'xml', 'gpkg', 'geojson', 'geojsonl', 'geojsons', 'ndjson', 'jsonl', 'txt', 'names', 'yaml', 'yml', 'csv', 'tsv', 'tabsam', ...WORLD_FILES].join('|')})$`, 'i');

const PROJECT = /\.tabsam$/i;
const PICTURE = /\.(png|tiff?|bmp|gif|jpe?g|webp)$/i;

/** A folder with more files that are called so, and that is no data set, is of something else: each would be asked about. */
const MOST_ANNOTATIONS = 20;

/** A line of YOLO's: a class and at least two corners, all numbers. A list of classes has names. */
const YOLO = /^\s*\d+(\.0+)?([\s,;]+-?[\d.]+(e-?\d+)?){4,}\s*$/im;

/**
 * @param {{ store: Store, actions: Actions, messages: Messages, open: (files: readonly File[]) => void, bring: (files: readonly File[]) => void,
 *   giveEmbeddings: PictureQueue['giveEmbeddings'] }} parts
 *   `open` opens pictures, `bring` brings a data set in, and `giveEmbeddings` takes those of pictures that are listed already
 */
export function createIncomingFiles({ store, actions, messages, open, bring, giveEmbeddings }) {
  const input = byId('import-file', HTMLInputElement);
  const ask = createImportDialog();
  const askWhich = createWhichPicture();
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    input.value = ''; // the same file may be chosen again
    unlessDataSet(files, importAll);
  });
  onPanel('import', () => input.click());

  /** What was handed over before; one after another, since each may be asked about. */
  let before = Promise.resolve();
  /** @param {readonly File[]} files */
  function importAll(files) {
    before = before.then(async () => {
      /** @type {File[]} */
      const others = [];
      for (const file of files) if (!(await importOne(file))) others.push(file);
      const [first, ...more] = others;
      if (!first) return;
      // They have their pictures with them, as a rule.
      const them = more.length ? 'These projects belong to other pictures: ' : 'This project belongs to another picture: ';
      const label = more.length ? 'Open the projects instead' : 'Open the project instead';
      const text = `${them}${others.map(({ name }) => name).join(', ')}.`;
      messages.say({ topic: 'import', tone: 'error', text, hint: '', code: 'project-other-picture', action: { label, run: () => open(others) } });
    });
  }

  /**
   * @param {File} file
   * @returns {Promise<boolean>}  false for a project of another picture; of all else the message bar has said how it went
   */
  async function importOne(file) {
    messages.unsay('import');
    const isPicture = PICTURE.test(file.name);
    const look = isPicture ? await actions.lookAtMask(file) : null;
    /** @type {Awaited<ReturnType<typeof ask>>} */
    const wish = (await hasChoice(file)) ? await ask(file, isPicture, look) : { as: 'objects', kind: null };
    if (wish === null) return true;
    try {
      const { asks } = await actions.importFile(file, file.name, wish.as, { kind: wish.kind });
      const pictured = asks ? await askWhich(file, asks) : '';
      if (pictured) await actions.importFile(file, file.name, wish.as, { kind: wish.kind, pictured });
    } catch (thrown) {
      if (TabsamError.from(thrown).code === 'project-other-picture') {
        messages.unsay('prompt');
        return false;
      }
    }
    return true;
  }

  /** @param {readonly File[]} files @param {(files: readonly File[]) => void} others */
  function unlessDataSet(files, others) {
    const told = isDataSet(files, store.state.queue?.pictures.length ?? 0);
    if (typeof told === 'boolean') (told ? bring : others)(files);
    else void told.then((is) => (is ? bring : others)(files));
  }

  /** @param {readonly File[]} files */
  function openOrImport(files) {
    // one file is opened whatever it is called, to say what is wrong with it; a folder holds much else
    const isFolder = files.length > 1 && files.some((file) => placeOf(file));
    const named = files.filter(({ name }) => ANNOTATIONS.test(name));
    const annotations = isFolder && named.length > MOST_ANNOTATIONS ? [] : named;
    const known = new Set(annotations);
    const others = files.filter((file) => !known.has(file));
    const pictures = isFolder ? others.filter(looksLikePicture) : others;
    const { picture, opening } = store.state;
    messages.unsay('others');
    const left = others.length - pictures.length;
    if (left) {
      const text = pictures.length ? `${count(left, 'file')} that ${left === 1 ? 'is no picture was' : 'are no pictures were'} left out.` : 'There are no pictures in this folder.';
      messages.say({ topic: 'others', tone: 'notice', text, hint: '' });
    }
    if (pictures.length) open(pictures);
    else if (!picture && !opening) {
      const projects = annotations.filter(({ name }) => PROJECT.test(name));
      if (projects.length) open(projects);
      else if (annotations[0]) {
        const hint = 'Open the picture that it belongs to first, then drop it again.';
        messages.say({ topic: 'others', tone: 'notice', text: `${annotations[0].name} is no picture.`, hint });
      }
      return;
    }
    importAll(annotations);
  }

  /**
   * Put embeddings with their pictures: those that have come with them, or else those that are listed. One that is called as none of them is, by
   * itself, is tried with the picture that is open.
   *
   * @param {readonly File[]} embeddings
   * @param {readonly File[]} pictures
   */
  function takeEmbeddings(embeddings, pictures) {
    const come = pairUp(embeddings, pictures, placeOf);
    for (const [picture, embedding] of come.pairs) noteEmbedding(picture, embedding);
    const { queue } = store.state;
    const there = pairUp(come.left, queue?.pictures ?? [], ({ place }) => place);
    const open = queue?.pictures[queue.at];
    const [only, ...others] = there.left;
    const isTried = only && !others.length && open && !pictures.length;
    const left = isTried ? [] : there.left;
    messages.unsay('embeddings');
    if (left.length) {
      const text = left.length === 1 ? `There is no picture for ${only?.name}.` : `There are no pictures for ${count(left.length, 'embedding')}.`;
      messages.say({ topic: 'embeddings', tone: 'notice', text, hint: 'Drop each with its picture: a.jpg and a.safetensors.' });
    }
    const given = isTried ? [...there.pairs, /** @type {typeof there.pairs[number]} */ ([open, only])] : there.pairs;
    if (given.length) giveEmbeddings(given);
  }

  return {
    /** @param {readonly File[]} files */
    take(files) {
      const embeddings = files.filter(isEmbedding);
      if (!embeddings.length) return unlessDataSet(files, openOrImport);
      const others = files.filter((file) => !isEmbedding(file));
      takeEmbeddings(embeddings, others.filter(looksLikePicture));
      if (others.length) unlessDataSet(others, openOrImport);
    },
  };
}

/**
 * Whether the objects of a file could be prompts as well: not those of a project, and a list of classes has none.
 *
 * @param {File} file
 */
async function hasChoice(file) {
  if (/\.(json|xml|csv|gpkg|geojson|geojsonl|geojsons|ndjson|jsonl)$/i.test(file.name) || PICTURE.test(file.name)) return true;
  if (!/\.txt$/i.test(file.name)) return false;
  return YOLO.test(await file.slice(0, 10_000).text().catch(() => ''));
}
