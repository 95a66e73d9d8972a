/**
 * How the picture is seen: the opacity of fills, window, level and gamma, the bare picture, one object alone.
 *
 * @module
 */

import { byId } from '../dom.js';
import { PLAIN, canIsolate, isIsolating, isPeeking, isToned } from '../state/look.js';
import { recall, remember } from '../state/preferences.js';
import { attachPopover } from './menu.js';

/** @import {Look} from '../state/look.js' */
/** @import {State, Store} from '../state/store.js' */

/**
 * @typedef {'fill' | 'window' | 'level' | 'gamma'} Amount
 * @typedef {{ id: Amount, read: (at: number) => number, write: (value: number) => number, text: (value: number) => string }} Scale
 *   between the slider's own scale and the amount
 */

const percent = (/** @type {number} */ value) => `${Math.round(value)} %`;

/** Gamma is 5 at the end of its slider, and 1/5 at its beginning. */
const MOST_GAMMA = 5;

/** @type {Scale[]} */
const SCALES = [
  { id: 'fill', read: (at) => at / 100, write: (value) => value * 100, text: (value) => percent(value * 100) },
  { id: 'window', read: (at) => at, write: (value) => value, text: percent },
  { id: 'level', read: (at) => at, write: (value) => value, text: percent },
  {
    id: 'gamma',
    read: (at) => MOST_GAMMA ** (at / 100),
    write: (value) => (100 * Math.log(value)) / Math.log(MOST_GAMMA),
    text: (value) => value.toFixed(2),
  },
];

/** @param {Store} store */
export function mountViewMenu(store) {
  const button = byId('view', HTMLButtonElement);
  const reset = byId('view-reset', HTMLButtonElement);
  const peek = byId('view-peek', HTMLInputElement);
  const isolate = byId('view-isolate', HTMLInputElement);
  const said = byId('view-said', HTMLElement);
  attachPopover(button, byId('view-menu', HTMLElement));
  const last = Number(recall('tabsam.fill') ?? PLAIN.fill);
  if (last >= 0 && last <= 2) store.update({ look: { ...store.state.look, fill: last } });

  /** @param {Partial<Look>} patch */
  const change = (patch) => {
    store.update({ look: { ...store.state.look, ...patch } });
    const { fill } = store.state.look;
    remember('tabsam.fill', fill === PLAIN.fill ? null : String(fill));
  };
  for (const scale of SCALES) mountAmount(store, scale, (value) => change({ [scale.id]: value }));
  reset.addEventListener('click', () => {
    change(PLAIN);
    byId('view-fill', HTMLInputElement).focus(); // the button that had the focus goes
  });
  peek.addEventListener('change', () => change({ peeks: peek.checked }));
  isolate.addEventListener('change', () => change({ isolates: isolate.checked }));

  store.subscribe((state, before) => {
    const { look } = state;
    peek.checked = look.peeks;
    isolate.checked = look.isolates;
    isolate.disabled = !look.isolates && !canIsolate(state); // what is on can be put off
    reset.disabled = Object.entries(look).every(([name, value]) => PLAIN[/** @type {keyof Look} */ (name)] === value);
    const altered = alterations(state);
    button.toggleAttribute('data-altered', altered.length > 0);
    const label = altered.length ? `View: ${altered.join(', ')}` : 'View';
    if (button.dataset.tip !== label) {
      button.dataset.tip = label;
      button.setAttribute('aria-label', label);
    }
    const text = toSay(state, before);
    if (text) said.textContent = text;
  });
}

/**
 * @param {Store} store
 * @param {Scale} scale
 * @param {(value: number) => void} change
 */
function mountAmount(store, { id, read, write, text }, change) {
  const slider = byId(`view-${id}`, HTMLInputElement);
  const output = byId(`view-${id}-value`, HTMLOutputElement);
  slider.addEventListener('input', () => change(read(slider.valueAsNumber)));
  slider.addEventListener('dblclick', () => change(PLAIN[id]));
  store.subscribe(({ look }) => {
    const words = text(look[id]);
    if (output.textContent === words) return;
    output.textContent = words;
    slider.setAttribute('aria-valuetext', words);
    slider.valueAsNumber = write(look[id]);
  });
}

/**
 * What of the picture is not seen as it is, in words. How strong the fills are is no matter of that.
 *
 * @param {State} state
 */
function alterations({ look }) {
  const words = [];
  if (isToned(look)) words.push('brightness changed');
  if (look.peeks) words.push('bare picture');
  if (look.isolates) words.push('selected object alone');
  return words;
}

/**
 * What somebody who does not see it is to hear.
 *
 * @param {State} state
 * @param {State} before
 */
function toSay(state, before) {
  if (isPeeking(state) !== isPeeking(before)) return isPeeking(state) ? 'The bare picture is shown.' : 'Masks and objects are shown.';
  if (state.look.isolates === before.look.isolates && state.held === before.held) return '';
  if (isIsolating(state) !== isIsolating(before)) return isIsolating(state) ? 'The selected object is shown alone.' : 'All objects are shown.';
  return '';
}
