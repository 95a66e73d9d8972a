/**
 * Puts the page together: one worker, one store, one set of actions, and the views on them.
 *
 * @module
 */

import './framed.js';
import { reassembleViews } from './state/view-reassembly.js';
import { createActions } from './actions/actions.js';
import { createApi } from './api.js';
import { first } from './app-worker.js';
import { Client } from './client.js';
import { createDrawer } from './console/drawer.js';
import { createCommands } from './input/commands.js';
import { isChoice } from './state/export-choice.js';
import { mountAgainst } from './dialogs/against.js';
import { mountBenchmark } from './dialogs/benchmark.js';
import { mountCompareModels } from './dialogs/compare-models.js';
import { openPanel } from './input/panels.js';
import { mountExportAll } from './dialogs/export-all.js';
import { mountRunDialog } from './dialogs/run-dialog.js';
import { createHelp } from './dialogs/help.js';
import { mountMeasures } from './dialogs/measures.js';
import { createDataSetImport } from './input/data-set-import.js';
import { createIncomingFiles } from './input/incoming-files.js';
import { mountKeyboard } from './input/keyboard.js';
import { createMessages, mountMessages } from './bars/messages.js';
import { mountModelsPanel } from './models/models-panel.js';
import { createPalette } from './palette/palette.js';
import { mountPanel } from './panel/panel.js';
import { mountPicturePages } from './input/picture-pages.js';
import { createPictureKeeping } from './input/picture-keeping.js';
import { mountEmbeddingList } from './input/embedding-list.js';
import { createEncodingAhead } from './input/encoding-ahead.js';
import { createPictureMarks } from './input/picture-marks.js';
import { createPictureQueue } from './input/picture-queue.js';
import { createRemoving } from './input/removing.js';
import { createRun } from './input/run.js';
import { fetchSample, loadSamples } from './input/samples.js';
import { mountFileSources } from './input/file-sources.js';
import { mountStage } from './stage/stage.js';
import { mountStatus } from './bars/status.js';
import { ALL } from './strip/listed.js';
import { mountStripMenu } from './strip/strip-menu.js';
import { isStripWanted, mountStrip } from './strip/strip.js';
import { PLAIN } from './state/look.js';
import { recall } from './state/preferences.js';
import { EMPTY_VIEW, Store, shownOf } from './state/store.js';
import { mountTheme } from './bars/theme.js';
import { mountTooltips } from './bars/tooltips.js';
import { mountCommandButtons } from './bars/command-buttons.js';
import { mountExportMenu } from './menus/export-menu.js';
import { mountSamplesMenu } from './menus/samples-menu.js';
import { mountViewMenu } from './menus/view-menu.js';
import { mountDeepValues } from './menus/deep-values.js';
import { mountBandChoice } from './menus/band-choice.js';
import { createDeepWindow } from './stage/drawing/deep-window.js';
import { mountOpeningNote } from './stage/opening-note.js';
import { mountUnsavedWarning } from './dialogs/unsaved-warning.js';
import { mountIndeterminateProgress } from './bars/indeterminate-progress.js';
import { mountLooking } from './projects/looking.js';
import { mountEarlierProjects } from './projects/earlier-projects.js';
import { createKeptTone } from './projects/kept-tone.js';
import { createProjectThumbnail } from './projects/project-thumbnail.js';
import { mountWelcome } from './stage/welcome.js';
import { mountArrivals } from './offline/arrivals.js';
import { mountOfflineSite } from './offline/offline-site.js';

/** @import {Sample} from './input/samples.js' */
/** @import {State} from './state/store.js' */

const lastExport = recall('tabsam.export');

const store = new Store({
  engine: { status: 'starting', progress: {} },
  wish: null,
  model: null,
  modelList: null,
  loading: null,
  modelNews: '',
  picture: null,
  view: EMPTY_VIEW,
  opening: null,
  edits: [],
  undrawn: [],
  busy: 0,
  messages: [],
  tool: 'smart',
  brush: 20,
  hovering: recall('tabsam.hover') !== 'off',
  hover: null,
  selecting: null,
  pointed: null,
  overlaps: 'keep',
  preview: null,
  search: { open: false, running: null },
  zoom: null,
  exportKind: isChoice(lastExport) ? lastExport : 'mask-png',
  objectFormat: recall('tabsam.format') ?? 'coco',
  queue: null,
  openedQueue: null,
  marks: new Map(),
  works: new Map(),
  strip: isStripWanted(),
  filter: ALL,
  picked: new Set(),
  run: null,
  saved: null,
  project: null,
  keeping: { status: 'memory', reason: '' },
  unkept: 0,
  look: PLAIN,
  developed: PLAIN,
  held: null,
  scripting: false,
  console: false,
});
const messages = createMessages(store);

reassembleViews(first.worker);
const client = new Client(first, {
  onLost: (error, during) => actions.workerLost(error, during),
  onSilence: (seconds) => actions.workerSilent(seconds),
  onAnnouncement: (said) => actions.announced(said),
});
const sources = mountFileSources({ onFiles: (files) => incoming.take(files), onModelFiles: (files, folder) => modelsPanel.offer(files, folder) });
const actions = createActions({ client, store, messages, pick: sources.pick, pickFolder: () => void sources.pickFolder().catch((error) => messages.report('open', error)), pickModel: () => modelsPanel.pick(), pickDecoder: sources.pickDecoder });
const samples = loadSamples();

const queue = createPictureQueue({ store, actions, messages, keeping: createPictureKeeping({ client, store, openedFile: actions.openedFile, pickFile: sources.pickFile }) });
const marks = createPictureMarks({ client, store });
const removing = createRemoving({ store, actions, messages });
const run = createRun({ client, store, actions, messages, marks });
createEncodingAhead({ client, store });
mountPicturePages({ store, actions });
const bring = createDataSetImport({ store, actions, messages, adopt: queue.adopt, marks });
const incoming = createIncomingFiles({ store, actions, messages, open: queue.start, bring, giveEmbeddings: queue.giveEmbeddings });

/** @param {Sample} sample */
const openSample = (sample) => void queue.open((signal) => fetchSample(sample, signal), sample.file).catch(() => {}); // it has been said

const hasPicture = (/** @type {State} */ { picture, opening }) => picture !== null || opening !== null;
// before the stage is told of its picture: rail and panel take their room first
store.subscribe((state) => {
  document.body.toggleAttribute('data-picture', hasPicture(state));
  document.body.toggleAttribute('data-listed', Boolean(state.queue?.pictures.length)); // also where none of them can be read
});

const help = createHelp();
const stage = mountStage({ store, actions });
const nextTheme = mountTheme();
const drawer = createDrawer({ store, actions, messages, marks });
const palette = createPalette({ store, actions });
const commands = createCommands({ store, actions, messages, marks, removing, stage, run, showHelp: help.show, showPalette: palette.show, nextTheme, toggleConsole: drawer.toggle });
help.list(commands);
palette.list(commands);
mountTooltips();
mountMessages(store);
mountWelcome({ store, samples, openSample });
mountLooking({ store, actions });
const earlier = mountEarlierProjects({ store, actions, messages });
const thumbnail = createProjectThumbnail({ store, actions });
mountStrip({ store, actions, marks, removing });
mountStripMenu({ store, commands });
mountPanel({ store, actions, messages, highlight: stage.highlight, showFind: stage.showFind });
mountStatus(store);
mountOpeningNote({ store, actions });
mountCommandButtons({ store, commands });
mountExportMenu({ store, actions, messages });
mountExportAll({ store, actions, messages });
mountRunDialog({ store, run });
mountMeasures({ store, actions, messages });
mountAgainst({ store, actions, messages });
mountCompareModels({ store, actions, messages });
mountBenchmark({ store, actions, messages });
mountSamplesMenu({ samples, openSample });
mountViewMenu(store);
mountDeepValues(store);
mountBandChoice({ store, actions });
createDeepWindow({ client, store });
const tone = createKeptTone({ store, actions });
const modelsPanel = mountModelsPanel({ store, actions });
mountKeyboard({ store, commands });
mountUnsavedWarning({ store, actions });
mountIndeterminateProgress(store);
store.subscribe((state, before) => {
  // the first picture takes the keyboard with it: what had the focus is gone from the page, or goes with the next frame
  const focused = document.activeElement;
  const isGone = () => focused === document.body || focused?.closest('[hidden]');
  if (shownOf(state).picture && !shownOf(before).picture && isGone()) stage.focus();
});

Object.assign(window, { tabsam: createApi({ store, actions, stage, open: queue.open }) });
mountEmbeddingList({ messages, open: queue.openListed });
const { afresh } = mountArrivals({ take: incoming.take, samples, openSample, messages });
void actions.openProject(afresh).then((restored) => {
  if (!restored) return;
  marks.restore(restored);
  tone.restore(restored);
  run.restore(restored);
  stage.see(restored.part);
  if (restored.finding) actions.showFound(true);
  queue.restore(restored);
  thumbnail.restore(restored);
  void earlier.show();
});
mountOfflineSite({ store, messages, actions });
const query = new URLSearchParams(location.search);
void actions.start(query).then(() => query.has('benchmark') && openPanel('benchmark'));
