/**
 * Sections that close under their headings, and stay closed on the next visit.
 *
 * @module
 */

import { recall, remember } from '../state/preferences.js';

/** Every button with `data-fold`, which names the element that it opens and closes. */
export function mountFolding() {
  const closed = new Set((recall('tabsam.folds') ?? '').split(' ').filter(Boolean));
  for (const button of document.querySelectorAll('button[data-fold]')) {
    if (!(button instanceof HTMLButtonElement)) continue;
    const id = button.dataset.fold ?? '';
    const body = document.getElementById(id);
    if (!body) throw new Error(`There is nothing #${id} to fold`);
    button.setAttribute('aria-controls', id);
    // one that is closed at first is remembered when it is open
    const key = button.hasAttribute('data-closed') ? `${id}-open` : id;
    const show = (/** @type {boolean} */ on) => {
      body.hidden = !on;
      button.setAttribute('aria-expanded', String(on));
    };
    show(button.hasAttribute('data-closed') === closed.has(key));
    button.addEventListener('click', () => {
      show(body.hasAttribute('hidden'));
      if (button.hasAttribute('data-closed') === body.hasAttribute('hidden')) closed.delete(key);
      else closed.add(key);
      remember('tabsam.folds', [...closed].join(' ') || null);
    });
  }
}
