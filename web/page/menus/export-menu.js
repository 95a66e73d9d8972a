/**
 * The menu of what can be taken out, and of what can be brought in.
 *
 * @module
 */

import { mountMapCoordinates } from '../dialogs/map-coordinates.js';
import { byId, h, icon } from '../dom.js';
import { EXPORT_NAMES, count } from '../formatting.js';
import { canExport, canExportNothing, choiceName, currentChoice } from '../state/export-choice.js';
import { attachPopover, menuItem, withNote } from './menu.js';
import { onPanel, openPanel } from '../input/panels.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Messages} from '../bars/messages.js' */
/** @import {ExportChoice} from '../state/export-choice.js' */
/** @import {State, Store} from '../state/store.js' */
/** @import {ExportKind} from '../../protocol.js' */

/** @type {{ choice: ExportKind, icon: string, note: string }[]} */
const MASK_EXPORTS = [
  { choice: 'mask-png', icon: 'file-image', note: 'Black and white, at the picture’s size' },
  { choice: 'cutout-png', icon: 'scissors', note: 'The object, the rest transparent' },
  { choice: 'svg', icon: 'spline', note: 'The outline as vectors' },
];

/** Icons of formats that are not text. @type {Record<string, string>} */
const FORMAT_ICONS = {
  svg: 'spline',
  geopackage: 'map',
  'coco-panoptic': 'file-image',
  'labelmap-objects': 'file-image',
  'labelmap-classes': 'file-image',
  masks: 'file-image',
  cutouts: 'scissors',
  'cutouts-full': 'scissors',
  picture: 'file-image',
  measurements: 'ruler',
  classes: 'tags',
  all: 'package',
};

/** @param {{ store: Store, actions: Actions, messages: Messages }} parts */
export function mountExportMenu({ store, actions, messages }) {
  const menu = byId('export-menu', HTMLElement);
  const opener = byId('export-formats', HTMLButtonElement);
  const main = byId('export', HTMLButtonElement);
  const label = byId('export-label', HTMLElement);
  const stage = byId('stage', HTMLElement);
  /** Each item, with what it needs. @type {{ button: HTMLButtonElement, choice: ExportChoice }[]} */
  const items = [];

  /** What each format's line says of it. @type {Map<string, { note: Element, holds: string }>} */
  const notes = new Map();
  /** Formats that say of a picture that there is nothing in it. @type {Set<ExportChoice>} */
  const holdNothing = new Set();

  /** The hand goes on with the picture, and so does the keyboard. */
  const backToPicture = () => stage.focus({ preventScroll: true });
  main.addEventListener('click', backToPicture);

  /** @param {ExportChoice} choice */
  function save(choice) {
    backToPicture();
    void actions.save(choice);
  }

  function saveEmbedding() {
    backToPicture();
    void actions.saveEmbedding();
  }

  /** @param {ExportChoice} choice @param {string} name @param {string} text @param {string} note */
  function addExport(choice, name, text, note) {
    const words = note ? withNote(text, note) : h('span', {}, text);
    const button = menuItem(menu, name, [words], () => save(choice), { role: 'menuitemradio', 'data-export': choice });
    button.append(icon('check'));
    items.push({ button, choice });
    return button;
  }

  /** @param {'cutout-png' | 'svg'} kind */
  function copy(kind) {
    backToPicture();
    void actions.copy(kind);
  }

  /** @param {'cutout-png' | 'svg'} kind @param {string} text */
  function addCopy(kind, text) {
    const button = menuItem(menu, 'clipboard-copy', [h('span', {}, text)], () => copy(kind), { 'data-copy': kind });
    items.push({ button, choice: kind });
    return button;
  }

  /** @param {string} title @param {HTMLElement[]} parts */
  const group = (title, parts) => h('div', { role: 'group', 'aria-label': title, class: 'menu-group' }, h('p', { class: 'menu-title', 'aria-hidden': 'true' }, title), ...parts);

  const onMap = document.createTextNode('');
  const map = menuItem(menu, 'map', [withNote('Map coordinates…', onMap)], mountMapCoordinates({ store, actions, messages }), { 'data-role': 'map' });

  const all = document.createTextNode('');
  const ofAll = menuItem(menu, 'images', [withNote('', 'As one data set: COCO, YOLO, a project …')], openExportAll, { 'data-role': 'export-all' });
  ofAll.querySelector('span')?.prepend(all);

  const embedding = menuItem(menu, 'package', [withNote('Embedding', 'What the encoder made: opens elsewhere by the decoder alone')], saveEmbedding, { 'data-role': 'embedding' });
  const formats = group('All objects', []);
  const tools = group('All objects, for one program', []);
  tools.hidden = true;
  menu.append(
    h(
      'div',
      { class: 'menu-column', role: 'none' },
      group('This mask', [
        ...MASK_EXPORTS.map(({ choice, icon: name, note }) => addExport(choice, name, EXPORT_NAMES[choice], note)),
        addCopy('cutout-png', 'Copy cut-out'),
        addCopy('svg', 'Copy SVG outline'),
      ]),
      group('Project', [
        addExport('project', 'save', 'Project (.tabsam)', 'Picture, objects and classes, to go on later'),
        addExport('project-bare', 'save', 'Project without the picture', 'Smaller; the picture must be at hand'),
        embedding,
        menuItem(menu, 'import', [withNote('Import…', 'Annotations, classes, a mask, a project')], askForImport, { 'data-role': 'import' }),
      ]),
    ),
    h('div', { class: 'menu-column', role: 'none' }, ofAll, formats),
    h('div', { class: 'menu-column', role: 'none' }, tools),
  );

  /** Python knows the formats; it is asked when somebody wants to know. @type {Promise<void> | null} */
  let listed = null;
  async function list() {
    try {
      for (const { name, title, extension, holds, empty, tool } of await actions.formats()) {
        const button = addExport(`objects:${name}`, FORMAT_ICONS[name] ?? 'file-json', title, holds);
        button.lastChild?.before(h('span', { class: 'menu-extension' }, extension));
        const note = button.querySelector('.menu-note');
        if (note) notes.set(name, { note, holds });
        if (empty) holdNothing.add(`objects:${name}`);
        (tool ? tools : formats).append(button, ...(name === 'geojson-lonlat' ? [map] : []));
      }
      tools.hidden = tools.childElementCount < 2;
      draw(store.state);
    } catch {
      listed = null;
    }
  }

  /** Say of each format how near to their masks these very objects come back from it. */
  async function measure() {
    const { objects } = store.state.view;
    const found = objects.list.length ? await actions.fidelity().catch(() => []) : [];
    const ious = new Map(found.map((one) => [one.name, one]));
    for (const [name, { note, holds }] of notes) {
      const one = ious.get(name);
      const some = one && one.objects < objects.list.length ? ` (${count(one.objects, 'object')} measured)` : '';
      note.textContent = one ? `${holds}. IoU ${Math.min(one.iou, 1).toFixed(3)}${some}` : holds;
    }
  }

  /** @param {State} state */
  function draw(state) {
    const current = currentChoice(state);
    label.textContent = choiceName(current ?? state.exportKind);
    main.setAttribute('aria-label', `Export ${label.textContent}`);
    main.dataset.choice = current ?? '';
    onMap.textContent = state.view.worldFile ? 'GeoJSON is on the map' : 'GeoJSON is in pixels';
    const pictures = state.queue?.pictures.length ?? 0;
    ofAll.hidden = ofAll.disabled = pictures < 2;
    all.data = `All ${count(pictures, 'picture')}…`;
    for (const { button, choice } of items) {
      button.disabled = !canExport(state, choice) && !(holdNothing.has(choice) && choice !== 'objects:geojson-lonlat' && choice !== 'objects:classes' && canExportNothing(state));
      if (button.dataset.export) button.setAttribute('aria-checked', String(choice === (current ?? state.exportKind)));
    }
  }

  attachPopover(opener, menu);
  menu.addEventListener('beforetoggle', () => {
    if (!store.state.picture) return;
    listed ??= list();
    void listed.then(measure);
  });
  onPanel('export-objects', () => menu.showPopover());
  store.subscribe((state, before) => {
    opener.disabled = state.picture === null || state.opening !== null;
    // asked for ahead, so that the menu does not grow under the pointer
    if (state.view.objects.list.length) listed ??= list();
    if (state === before || state.view !== before.view || state.edits !== before.edits || state.opening !== before.opening || state.queue !== before.queue || state.exportKind !== before.exportKind) draw(state);
  });
}

const openExportAll = () => openPanel('export-all');
const askForImport = () => openPanel('import');
