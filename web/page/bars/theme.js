/**
 * Light, dark, or as the system has it. The head loads this module on its own, before the first paint, so that a remembered
 * theme never flashes in the other one.
 *
 * @module
 */

import { byId, icon } from '../dom.js';
import { recall, remember } from '../state/preferences.js';

/** @typedef {'auto' | 'light' | 'dark'} Theme */

const THEMES = /** @type {const} */ (['auto', 'light', 'dark']);
const ICONS = { auto: 'sun-moon', light: 'sun', dark: 'moon' };
const LABELS = { auto: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' };

let theme = THEMES.find((name) => name === recall('tabsam.theme')) ?? 'auto';
apply();

/** Wire the button that goes through the three themes; gives what it does, for a bar without room for it. */
export function mountTheme() {
  const button = byId('theme', HTMLButtonElement);
  const show = () => {
    button.replaceChildren(icon(ICONS[theme]));
    button.setAttribute('aria-label', LABELS[theme]);
    button.dataset.tip = LABELS[theme];
  };
  function next() {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
    remember('tabsam.theme', theme === 'auto' ? null : theme);
    apply();
    show();
  }
  button.addEventListener('click', next);
  show();
  return next;
}

function apply() {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
