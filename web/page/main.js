/**
 * Puts the page together: one worker, one store, one set of actions, and the views on them.
 *
 * @module
 */

import { createActions, quietly } from './actions/actions.js';
import { createApi } from './api.js';
import { Client } from './client.js';
import { createCommands } from './commands.js';
import { createHelp } from './help.js';
import { mountKeyboard } from './keyboard.js';
import { createMessages, mountMessages } from './messages.js';
import { mountModels } from './models.js';
import { mountPanel } from './panel.js';
import { fetchSample, loadSamples } from './samples.js';
import { mountSources } from './sources.js';
import { mountStage } from './stage/stage.js';
import { mountStatus } from './status.js';
import { recall } from './storage.js';
import { EMPTY_VIEW, Store, shownOf } from './store.js';
import { mountTheme } from './theme.js';
import { mountCommandButtons, mountExportMenu, mountSamplesMenu } from './toolbar.js';
import { mountWelcome } from './welcome.js';
import { EXPORT_NAMES } from './words.js';

/** @import {Sample} from './samples.js' */
/** @import {State} from './store.js' */
/** @import {ExportKind} from '../protocol.js' */

const kinds = /** @type {ExportKind[]} */ (Object.keys(EXPORT_NAMES));

const store = new Store({
  engine: { status: 'starting', progress: {} },
  model: null,
  shelf: null,
  loading: null,
  shelfSaid: '',
  picture: null,
  view: EMPTY_VIEW,
  opening: null,
  edits: [],
  busy: 0,
  messages: [],
  tool: 'smart',
  zoom: null,
  exportKind: kinds.find((kind) => kind === recall('tabsam.export')) ?? 'mask-png',
});
const messages = createMessages(store);

const worker = new Worker(new URL('../worker/main.js', import.meta.url), { type: 'module' });
const client = new Client(worker, {
  onLost: (error) => actions.engineLost(error),
  onAnnouncement: ({ engine }) => actions.engineReplaced(engine),
});
const sources = mountSources({ onFile: openFile, onModelFiles: (files) => shelf.offer(files) });
const actions = createActions({ client, store, messages, pick: sources.pick, pickModel: () => shelf.pick() });
const samples = loadSamples();

/**
 * @param {File} file
 * @param {number} others  files that came along in the same drop
 */
function openFile(file, others) {
  messages.unsay('others');
  if (others) {
    const left = others === 1 ? 'The other file was' : `The other ${others} files were`;
    messages.say({ topic: 'others', tone: 'notice', text: `${left} left out:`, hint: `${file.name} is opened, one picture at a time.` });
  }
  quietly(actions.open(file));
}

/** @param {Sample} sample */
async function openSample(sample) {
  try {
    const file = await fetchSample(sample);
    quietly(actions.open(file));
  } catch (thrown) {
    messages.report('open', thrown, { label: 'Try again', run: () => void openSample(sample) });
  }
}

const hasPicture = (/** @type {State} */ { picture, opening }) => picture !== null || opening !== null;
// before the stage is told of its picture: rail and panel take their room first
store.subscribe((state) => document.body.toggleAttribute('data-picture', hasPicture(state)));

const help = createHelp();
const stage = mountStage({ store, actions });
const commands = createCommands({ store, actions, stage, showHelp: help.show });
help.list(commands);
mountTheme();
mountMessages(store);
mountWelcome({ store, samples, openSample });
mountPanel({ store, actions, highlight: stage.highlight });
mountStatus({ store, actions });
mountCommandButtons({ store, commands });
mountExportMenu({ store, actions, enabled: (state) => !state.opening && shownOf(state).chosen !== null });
mountSamplesMenu({ samples, openSample });
const shelf = mountModels({ store, actions });
mountKeyboard({ store, commands });
store.subscribe((state, before) => {
  // the first picture takes the keyboard with it: what had the focus is gone from the page
  if (shownOf(state).picture && !shownOf(before).picture && document.activeElement === document.body) stage.focus();
});

Object.assign(window, { tabsam: createApi({ store, actions, stage }) });
void actions.start(new URLSearchParams(location.search));
