/**
 * Why a command has nothing to do at the moment, in words, and other words that it is looked for by.
 *
 * @module
 */

import { activeOf, selectedOf, shownOf } from '../state/store.js';

/** @import {Command} from '../input/commands.js' */
/** @import {State} from '../state/store.js' */

const NO_MASK = 'There is no mask yet: click on the picture.';
const NO_OBJECT = 'Select an object first.';
const ONE_PICTURE = 'There is one picture only.';

/** What needs no picture. */
const FREE = ['undo', 'redo', 'benchmark'];

/** What each one needs besides a picture. @type {Record<string, string>} */
const NEEDS = {
  'undo': 'Nothing has been done yet.',
  'redo': 'Nothing has been undone.',
  'benchmark': 'No model runs yet.',
  'clear': 'There are no prompts.',
  'candidate-1': NO_MASK,
  'candidate-2': 'The mask has one reading only.',
  'candidate-3': 'The mask has no third reading.',
  'save': 'There is nothing to export yet.',
  'export-all': ONE_PICTURE,
  'export-objects': 'There are no objects yet.',
  'isolate': NO_OBJECT,
  'accept': NO_MASK,
  'vertices': 'There are no objects yet.',
  'smaller': 'Choose the brush, the eraser or the corners first.',
  'larger': 'Choose the brush, the eraser or the corners first.',
  'delete-object': NO_OBJECT,
  'duplicate-object': NO_OBJECT,
  'hide-object': NO_OBJECT,
  'lock-object': NO_OBJECT,
  'copy-cutout': NO_MASK,
  'save-cutout': NO_MASK,
  'measure': 'There are no objects yet.',
  'measure-against': 'There are no objects yet.',
  'compare-models': 'There are no objects yet.',
  'refine': NO_MASK,
  'ask-shape': NO_MASK,
  'class-1': 'No class has this key yet.',
  'class-alone-1': 'A mask is shown, or no class has this key.',
  'previous-picture': 'This is the first picture.',
  'next-picture': 'This is the last picture.',
  'picture-earlier': 'This is the first picture.',
  'picture-later': 'This is the last picture.',
  'next-not-done': ONE_PICTURE,
  'done': ONE_PICTURE,
  'strip': ONE_PICTURE,
  'remove-picture': ONE_PICTURE,
};

/** What people call it elsewhere. @type {Record<string, string>} */
const SYNONYMS = {
  'open': 'load file image photo browse import',
  'open-folder': 'load files directory images photos browse import data set',
  'undo': 'back revert take back',
  'redo': 'again forward repeat',
  'clear': 'reset remove points delete prompts',
  'save': 'download png svg file',
  'export-all': 'coco yolo voc labelme dataset download zip folder',
  'export-objects': 'coco yolo voc labelme geojson download annotations',
  'zoom-in': 'larger magnify bigger',
  'zoom-out': 'smaller',
  'fit': 'whole picture zoom reset window',
  'actual-size': '100 % 1:1 zoom pixels',
  'peek': 'hide all overlay original',
  'isolate': 'solo only alone',
  'hand': 'pan move drag select tool',
  'smart': 'select tool click prompt segment anything',
  'brush': 'paint draw add tool',
  'eraser': 'paint remove rubber tool',
  'vertices': 'polygon points nodes edit tool outline',
  'class': 'label category tag',
  'accept': 'confirm done finish keep ok',
  'new-object': 'deselect next another',
  'delete-object': 'remove erase trash',
  'duplicate-object': 'copy clone',
  'hide-object': 'visibility eye show invisible',
  'lock-object': 'protect unlock',
  'copy-cutout': 'clipboard background removal',
  'save-cutout': 'background removal transparent png',
  'measure': 'area size length csv table statistics',
  'benchmark': 'speed performance how fast latency milliseconds time gpu',
  'compare-models': 'evaluate which best quality iou',
  'measure-against': 'ground truth iou dice compare evaluate hausdorff boundary',
  'find-all': 'everything automatic segment all detect',
  'refine': 'improve again better',
  'load-mask': 'prompt file import',
  'import': 'load annotations labels coco yolo',
  'save-project': 'tabsam file backup',
  'done': 'finished complete mark tick',
  'strip': 'thumbnails gallery list filmstrip',
  'next-not-done': 'unfinished todo',
  'remove-picture': 'delete close image',
  'step-back': 'cancel escape deselect',
  'home': 'projects start page new project',
  'theme': 'dark mode night appearance colours',
  'help': 'shortcuts keys keyboard cheat sheet documentation',
  'console': 'python script code numpy terminal repl automate batch',
};

/** @param {Command} command */
export const synonymsOf = ({ id }) => SYNONYMS[id] ?? '';

/**
 * Why a command that is not enabled has nothing to do.
 *
 * @param {Command} command
 * @param {State} state
 */
export function reasonOf({ id }, state) {
  if (!FREE.includes(id) && shownOf(state).picture === null) return 'Open a picture first.';
  if (state.opening) return 'The picture is still on its way.';
  const selected = activeOf(state);
  if (id === 'delete-object' && selected && selectedOf(state).every(({ locked }) => locked)) return 'The selected objects are locked.';
  return NEEDS[id] ?? 'There is nothing to do for it at the moment.';
}
