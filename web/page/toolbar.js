/**
 * The buttons of the bars: each carries the id of a command. And the menus of the top bar.
 *
 * @module
 */

import { IS_MAC, keyName } from './commands.js';
import { byId, h, icon } from './dom.js';
import { attachPopover } from './menu.js';
import { EXPORT_NAMES, creditLine } from './words.js';

/** @import {Actions} from './actions/actions.js' */
/** @import {Command} from './commands.js' */
/** @import {Sample} from './samples.js' */
/** @import {State, Store} from './store.js' */
/** @import {ExportKind} from '../protocol.js' */

/** @type {{ kind: ExportKind, icon: string, note: string }[]} */
const EXPORTS = [
  { kind: 'mask-png', icon: 'file-image', note: 'Black and white, at the picture’s size' },
  { kind: 'cutout-png', icon: 'scissors', note: 'The object, the rest transparent' },
  { kind: 'svg', icon: 'spline', note: 'The outline as vectors' },
];

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

/** @param {{ store: Store, actions: Actions, enabled: (state: State) => boolean }} parts  `enabled`: whether there is anything to export */
export function mountExportMenu({ store, actions, enabled }) {
  const menu = byId('export-menu', HTMLElement);
  const opener = byId('export-formats', HTMLButtonElement);
  const main = byId('export', HTMLButtonElement);
  const label = byId('export-label', HTMLElement);
  for (const { kind, icon: name, note } of EXPORTS) {
    const item = h(
      'button',
      { type: 'button', role: 'menuitemradio', 'data-export': kind },
      icon(name),
      h('span', {}, EXPORT_NAMES[kind], h('span', { class: 'quiet menu-note' }, note)),
      icon('check'),
    );
    item.addEventListener('click', () => {
      menu.hidePopover();
      void actions.save(kind);
    });
    menu.append(item);
  }
  attachPopover(opener, menu);
  store.subscribe((state) => {
    opener.disabled = !enabled(state);
    label.textContent = EXPORT_NAMES[state.exportKind];
    main.setAttribute('aria-label', `Export ${EXPORT_NAMES[state.exportKind]}`);
    for (const item of menu.children) {
      if (item instanceof HTMLElement) item.setAttribute('aria-checked', String(item.dataset.export === state.exportKind));
    }
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
