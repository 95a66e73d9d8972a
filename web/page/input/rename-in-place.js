/**
 * A name that is typed where it is shown: Enter and leaving keep it, Escape does not.
 *
 * @module
 */

import { h } from '../dom.js';

/**
 * Put a field in the place of what shows the name, until it is typed.
 *
 * @param {HTMLElement} shown
 * @param {{ value: string, placeholder: string, label: string, keep: (name: string) => void }} how
 *   `keep` is told the name without spaces around it, after `shown` is back
 */
export function renameInPlace(shown, { value, placeholder, label, keep }) {
  const field = h('input', { type: 'text', class: 'field', value, placeholder, maxlength: 200, 'aria-label': label, autocomplete: 'off' });
  let done = false;
  const end = (/** @type {boolean} */ kept) => {
    if (done) return;
    done = true;
    const name = field.value.trim();
    const had = document.activeElement === field;
    field.replaceWith(shown);
    if (had) shown.focus();
    if (kept && name !== value) keep(name);
  };
  field.addEventListener('blur', () => end(true));
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    end(event.key === 'Enter');
  });
  shown.replaceWith(field);
  field.focus();
  field.select();
}
