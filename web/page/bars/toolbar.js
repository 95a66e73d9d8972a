/**
 * The buttons of the bars: each carries the id of a command. And the menus of the top bar.
 *
 * @module
 */

import { IS_MAC, keyName } from '../input/commands.js';
import { byId, h, icon } from '../dom.js';
import { canExport, choiceName, currentChoice } from '../state/export-choice.js';
import { mountMapCoordinates } from '../dialogs/map-coordinates.js';
import { attachPopover } from '../menus/menu.js';
import { EXPORT_NAMES, creditLine } from '../formatting.js';

/** @import {Actions} from '../actions/actions.js' */
/** @import {Command} from '../input/commands.js' */
/** @import {ExportChoice} from '../state/export-choice.js' */
/** @import {Messages} from './messages.js' */
/** @import {Sample} from '../input/samples.js' */
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
  'labelmap-objects': 'file-image',
  'labelmap-classes': 'file-image',
  masks: 'file-image',
  cutouts: 'scissors',
  'cutouts-full': 'scissors',
  classes: 'tags',
  all: 'package',
};

/** @param {{ store: Store, commands: Command[] }} parts */
export function mountCommandButtons({ store, commands }) {
  for (const button of document.querySelectorAll('button[data-command]')) {
    if (!(button instanceof HTMLButtonElement)) continue;
    const command = commands.find(({ id }) => id === button.dataset.command);
    if (!command) throw new Error(`No command ${button.dataset.command}`);
    const [key] = command.keys;
    button.setAttribute('aria-label', command.label); // even where there is a word: a phone hides it
    button.dataset.tip = key ? `${command.label} (${keyName(key)})` : command.label;
    if (key && !key.includes(' ')) button.setAttribute('aria-keyshortcuts', key.replace('Mod', IS_MAC ? 'Meta' : 'Control'));
    button.addEventListener('click', command.run);
    store.subscribe((state) => {
      button.disabled = !(command.enabled?.(state) ?? true);
      if (command.pressed) button.setAttribute('aria-pressed', String(command.pressed(state)));
    });
  }
}

/** @param {{ store: Store, actions: Actions, messages: Messages }} parts */
export function mountExportMenu({ store, actions, messages }) {
  const menu = byId('export-menu', HTMLElement);
  const opener = byId('export-formats', HTMLButtonElement);
  const main = byId('export', HTMLButtonElement);
  const label = byId('export-label', HTMLElement);
  /** Each item, with what it needs. @type {{ button: HTMLButtonElement, choice: ExportChoice }[]} */
  const items = [];

  /**
   * @param {string} name  of the icon
   * @param {string} text
   * @param {string} note
   * @param {Record<string, string>} attributes
   * @param {() => void} run
   */
  function item(name, text, note, attributes, run) {
    const words = h('span', {}, text, ...(note ? [h('span', { class: 'quiet menu-note' }, note)] : []));
    const button = h('button', { type: 'button', role: 'menuitem', ...attributes }, icon(name), words);
    button.addEventListener('click', () => {
      menu.hidePopover();
      run();
    });
    return button;
  }

  /** @param {ExportChoice} choice @param {string} name @param {string} text @param {string} note */
  function save(choice, name, text, note) {
    const button = item(name, text, note, { role: 'menuitemradio', 'data-export': choice }, () => void actions.save(choice));
    button.append(icon('check'));
    items.push({ button, choice });
    return button;
  }

  /** @param {'cutout-png' | 'svg'} kind @param {string} text */
  function copy(kind, text) {
    const button = item('clipboard-copy', text, '', { 'data-copy': kind }, () => void actions.copy(kind));
    items.push({ button, choice: kind });
    return button;
  }

  /** @param {string} title @param {HTMLElement[]} parts */
  const group = (title, parts) => h('div', { role: 'group', 'aria-label': title, class: 'menu-group' }, h('p', { class: 'menu-title', 'aria-hidden': 'true' }, title), ...parts);

  const onMap = h('span', { class: 'quiet menu-note' });
  const map = item('map', 'Map coordinates…', '', { 'data-role': 'map' }, mountMapCoordinates({ store, actions, messages }));
  map.lastElementChild?.append(onMap);

  const formats = group('All objects', []);
  menu.append(
    h(
      'div',
      { class: 'menu-column', role: 'none' },
      group('This mask', [
        ...MASK_EXPORTS.map(({ choice, icon: name, note }) => save(choice, name, EXPORT_NAMES[choice], note)),
        copy('cutout-png', 'Copy cut-out'),
        copy('svg', 'Copy SVG outline'),
      ]),
      group('Project', [
        save('project', 'save', 'Project (.tabsam)', 'Picture, objects and classes, to go on later'),
        save('project-bare', 'save', 'Project without the picture', 'Smaller; the picture must be at hand'),
        item('import', 'Import…', 'Annotations, classes, a mask, a project', { 'data-role': 'import' }, () => {
          document.dispatchEvent(new CustomEvent('tabsam:panel', { detail: 'import' }));
        }),
      ]),
    ),
    h('div', { class: 'menu-column', role: 'none' }, formats),
  );

  /** Python knows the formats; it is asked when somebody wants to know. @type {Promise<void> | null} */
  let listed = null;
  async function list() {
    try {
      for (const { name, title, extension } of await actions.formats()) {
        const button = save(`objects:${name}`, FORMAT_ICONS[name] ?? 'file-json', title, '');
        button.lastChild?.before(h('span', { class: 'menu-extension' }, extension));
        formats.append(button, ...(name === 'geojson' ? [map] : []));
      }
      draw(store.state);
    } catch {
      listed = null;
    }
  }

  /** @param {State} state */
  function draw(state) {
    const current = currentChoice(state);
    label.textContent = choiceName(current ?? state.exportKind);
    main.setAttribute('aria-label', `Export ${label.textContent}`);
    main.dataset.choice = current ?? '';
    onMap.textContent = state.view.worldFile ? 'GeoJSON is on the map' : 'GeoJSON is in pixels';
    for (const { button, choice } of items) {
      button.disabled = !canExport(state, choice);
      if (button.dataset.export) button.setAttribute('aria-checked', String(choice === (current ?? state.exportKind)));
    }
  }

  attachPopover(opener, menu);
  menu.addEventListener('beforetoggle', () => {
    if (store.state.picture) listed ??= list();
  });
  document.addEventListener('tabsam:panel', (event) => {
    if (event instanceof CustomEvent && event.detail === 'export-objects') menu.showPopover();
  });
  store.subscribe((state, before) => {
    opener.disabled = state.picture === null || state.opening !== null;
    // asked for ahead, so that the menu does not grow under the pointer
    if (state.view.objects.list.length) listed ??= list();
    if (state === before || state.view !== before.view || state.edits !== before.edits || state.opening !== before.opening || state.exportKind !== before.exportKind) draw(state);
  });
}

/** @param {{ samples: Promise<Sample[]>, openSample: (sample: Sample) => void }} parts */
export function mountSamplesMenu({ samples, openSample }) {
  const menu = byId('samples-menu', HTMLElement);
  const opener = byId('samples', HTMLButtonElement);
  attachPopover(opener, menu);
  void samples.then((all) => {
    opener.hidden = all.length === 0;
    for (const sample of all) {
      const picture = h('img', { src: sample.url, alt: '', loading: 'lazy' });
      const words = h('span', {}, sample.title, h('span', { class: 'quiet menu-note' }, creditLine(sample.credit, sample.licence)));
      const item = h('button', { type: 'button', role: 'menuitem', 'data-sample': sample.id }, picture, words);
      item.addEventListener('click', () => {
        menu.hidePopover();
        openSample(sample);
      });
      menu.append(item);
    }
  });
}
